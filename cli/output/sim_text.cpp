// SPDX-License-Identifier: Apache-2.0
#include "output/sim_text.hpp"

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"
#include "output/wrap.hpp"
#include "sim/tools.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vgpuctl {

std::string models_text(std::span<const vfmgr::sim::ModelInfo> models,
                        const Style& style,
                        bool with_reasons) {
  Table table({{.head = "MODEL"},
               {.head = "GPU", .shrinks = true},
               {.head = "DRIVER"},
               {.head = "VFS"},
               {.head = "NUMBERS", .drop = 1}});
  std::size_t sourced = 0;
  std::size_t assumed = 0;
  for (const vfmgr::sim::ModelInfo& model : models) {
    vfmgr::Gpu gpu;
    gpu.vendor = model.vendor;
    gpu.model = model.model;
    table.row({{model.name, Paint::bold},
               {name_of(gpu)},
               {model.driver.empty() ? "none" : model.driver},
               {std::to_string(model.total_vfs)},
               {fmt::format("{} sourced, {} assumed", model.sourced, model.assumed),
                model.assumed > 0 ? Paint::changed : Paint::none}});
    sourced += model.sourced;
    assumed += model.assumed;
  }
  std::string text = table.text(style);
  if (with_reasons) {
    for (const vfmgr::sim::ModelInfo& model : models) {
      text += "\n" + style.paint(Paint::bold, model.name) + " assumes\n";
      for (const std::string& assumption : model.assumptions) {
        text += "  " + plain(assumption) + "\n";
      }
    }
  }
  text += fmt::format("\n{}: {} rest on a source, {} are assumed{}.\n",
                      counted(sourced + assumed, "number"),
                      sourced,
                      assumed,
                      with_reasons ? "" : " (-v says why)");
  return text;
}

std::string made_from_dump_text(std::string_view file,
                                const vfmgr::sim::MadeFromDump& made,
                                std::size_t width) {
  const std::string name = plain(file);
  std::string text = fmt::format("Made {}, a host with {}, {} of them with SR-IOV.\n",
                                 name,
                                 counted(made.functions, "function"),
                                 made.pfs);
  for (const std::string& note : made.notes) {
    text += wrapped(plain(note), width, 2, 0);
  }
  // Other classes than GPUs are shown only where they are asked for.
  text += fmt::format("Look at it:  vgpuctl --sim {} list{}",
                      name,
                      made.pfs > 0 && !made.gpus ? " --all-classes" : "");
  return text;
}

}  // namespace vgpuctl
