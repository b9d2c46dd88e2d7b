// SPDX-License-Identifier: Apache-2.0
#include "output/explain_text.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace vgpuctl {

namespace {

using vfmgr::Explained;

std::string who(const Explained& value) {
  if (value.skipped) {
    return "-";
  }
  return value.of_gpu ? "GPU" : vf_names(value.vfs);
}

std::string asked(const Explained& value) {
  return value.skipped ? "skipped: this GPU has none" : shown(value.attribute, value.value);
}

}  // namespace

std::string explain_text(std::span<const Explained> values, const Style& style) {
  std::string text;
  for (std::size_t at = 0; at < values.size();) {
    const vfmgr::PciAddress gpu = values[at].gpu;
    Table table({{}, {}, {.shrinks = true}, {.drop = 1}, {}});
    for (; at < values.size() && values[at].gpu == gpu; ++at) {
      const Explained& value = values[at];
      const Paint paint = value.skipped ? Paint::faint : Paint::none;
      table.row({{who(value), paint},
                 {value.attribute, paint},
                 {asked(value), paint},
                 {value.layer, Paint::faint},
                 {plain(value.source), Paint::faint}});
    }
    text += style.paint(Paint::bold, to_string(gpu)) + "  asked for\n" + table.text(style, 2);
  }
  return text;
}

}  // namespace vgpuctl
