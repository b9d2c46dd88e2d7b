// SPDX-License-Identifier: Apache-2.0
#include "core/export_toml.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/export_layout.hpp"
#include "core/toml_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

namespace {

std::string line(Key key, const Setting& value) {
  return fmt::format("{} = {}\n", row_of(key).name, toml_value(key, value));
}

/// "[0, 1]", "\"0-3\"", "[0, \"2-4\"]": as the profile takes it.
std::string spelled_indexes(const std::vector<IndexRange>& ranges) {
  std::vector<std::string> parts;
  parts.reserve(ranges.size());
  for (const IndexRange& range : ranges) {
    parts.push_back(range.first == range.last ? std::to_string(range.first)
                                              : fmt::format("\"{}-{}\"", range.first, range.last));
  }
  return parts.size() == 1 ? parts.front() : fmt::format("[{}]", fmt::join(parts, ", "));
}

std::string spelled_table(const ExportedTable& table, std::string_view indent) {
  std::string out;
  for (const auto& [key, value] : table) {
    out += indent;
    out += line(key, value);
  }
  return out;
}

std::string spelled_own(const std::vector<OwnValue>& own) {
  std::string out;
  for (const OwnValue& one : own) {
    const std::string whose =
        one.vfs.empty() ? "" : fmt::format(" (vf {})", spelled_indexes(one.vfs));
    out += fmt::format("# {} = {}  chosen by the driver{}\n",
                       row_of(one.key).name,
                       toml_value(one.key, one.value),
                       whose);
  }
  return out;
}

std::string spelled_gpu(const ExportedGpu& one) {
  const Gpu& gpu = one.gpu;
  std::string out = fmt::format(
      "\n# {} ({:04x}:{:04x})\n",
      toml_comment(gpu.vendor + (gpu.vendor.empty() || gpu.model.empty() ? "" : " ") + gpu.model),
      gpu.vendor_id,
      gpu.device_id);
  if (!one.not_exported.empty()) {
    return out + fmt::format("# {}: {}\n", to_string(gpu.address), toml_comment(one.not_exported));
  }
  out += fmt::format("[[gpu]]\nmatch = {{ address = {}{} }}\n",
                     toml_string(to_string(gpu.address)),
                     gpu.is_gpu_class() ? "" : ", class = \"any\"");
  if (!one.to_come) {
    out += fmt::format("vfs = {}\n", one.vfs.size());
  }
  const ExportLayout layout = lay_out(one);
  out += spelled_table(layout.common, "") + spelled_own(layout.own);
  if (!layout.pf.empty()) {
    out += "\n  [gpu.pf]\n" + spelled_table(layout.pf, "  ");
  }
  for (const VfGroup& group : layout.groups) {
    out += fmt::format("\n  [[gpu.vf]]\n  index = {}\n", spelled_indexes(group.vfs)) +
           spelled_table(group.values, "  ");
  }
  return out;
}

}  // namespace

std::string export_toml(const std::vector<ExportedGpu>& gpus, bool simulated) {
  std::string out = simulated ? "# Exported from a simulated host.\n" : "";
  out += "schema = 1\n";
  for (const ExportedGpu& gpu : gpus) {
    out += spelled_gpu(gpu);
  }
  return out;
}

}  // namespace vfmgr
