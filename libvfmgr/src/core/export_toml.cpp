// SPDX-License-Identifier: Apache-2.0
#include "core/export_toml.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/toml_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

std::string line(Key key, const Setting& value) {
  return fmt::format("{} = {}\n", row_of(key).name, toml_value(key, value));
}

/// "[0, 1]", "\"0-3\"", "[0, \"2-4\"]": as the profile takes it.
std::string spelled_indexes(const std::vector<std::size_t>& indexes) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < indexes.size();) {
    std::size_t end = at;
    while (end + 1 < indexes.size() && indexes[end + 1] == indexes[end] + 1) {
      ++end;
    }
    if (end - at < 2) {
      end = at;
    }
    parts.push_back(end == at ? std::to_string(indexes[at])
                              : fmt::format("\"{}-{}\"", indexes[at], indexes[end]));
    at = end + 1;
  }
  return parts.size() == 1 ? parts.front() : fmt::format("[{}]", fmt::join(parts, ", "));
}

using Values = std::map<Key, Setting>;

/// What the VFs of a GPU say, laid out in layers.
struct Layout {
  std::string comments;
  Values common;
  std::map<std::size_t, Values> of_vf;
};

/// The value that most VFs have.
Setting most_frequent(const std::vector<ExportedValues>& vfs, Key key) {
  std::map<Setting, std::size_t> votes;
  for (const ExportedValues& vf : vfs) {
    ++votes[vf.at(key).value];
  }
  return std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->first;
}

void lay_out_own(const std::vector<ExportedValues>& vfs, Key key, std::string& comments) {
  std::map<Setting, std::vector<std::size_t>> by_value;
  for (std::size_t at = 0; at < vfs.size(); ++at) {
    if (const auto found = vfs[at].find(key); found != vfs[at].end()) {
      by_value[found->second.value].push_back(at);
    }
  }
  for (const auto& [value, indexes] : by_value) {
    const std::string whose =
        indexes.size() == vfs.size() ? "" : fmt::format(" (vf {})", spelled_indexes(indexes));
    comments += fmt::format(
        "# {} = {}  chosen by the driver{}\n", row_of(key).name, toml_value(key, value), whose);
  }
}

Layout lay_out(const std::vector<ExportedValues>& vfs) {
  Layout layout;
  for (const AttributeRow& row : kAttributes) {
    const auto has = [&row](const ExportedValues& vf) { return vf.contains(row.key); };
    if (std::ranges::none_of(vfs, has)) {
      continue;
    }
    const bool everywhere = std::ranges::all_of(vfs, has);
    const bool own = std::ranges::all_of(
        vfs, [&](const ExportedValues& vf) { return !has(vf) || vf.at(row.key).drivers_own; });
    if (own) {
      lay_out_own(vfs, row.key, layout.comments);
      continue;
    }
    if (everywhere) {
      layout.common[row.key] = most_frequent(vfs, row.key);
    }
    for (std::size_t at = 0; at < vfs.size(); ++at) {
      const auto found = vfs[at].find(row.key);
      if (found != vfs[at].end() &&
          (!everywhere || found->second.value != layout.common[row.key])) {
        layout.of_vf[at][row.key] = found->second.value;
      }
    }
  }
  return layout;
}

std::string spelled_layer(const Values& layer, std::string_view indent) {
  std::string out;
  for (const AttributeRow& row : kAttributes) {
    if (const auto found = layer.find(row.key); found != layer.end()) {
      out += indent;
      out += line(row.key, found->second);
    }
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
  out += fmt::format("[[gpu]]\nmatch = {{ address = {}{} }}\nvfs = {}\n",
                     toml_string(to_string(gpu.address)),
                     gpu.is_gpu_class() ? "" : ", class = \"any\"",
                     one.vfs.size());
  const Layout layout = lay_out(one.vfs);
  out += spelled_layer(layout.common, "") + layout.comments;
  Values pf;
  for (const auto& [key, value] : one.pf) {
    pf[key] = value.value;
  }
  if (!pf.empty()) {
    out += "\n  [gpu.pf]\n" + spelled_layer(pf, "  ");
  }
  std::map<Values, std::vector<std::size_t>> alike;
  for (const auto& [index, layer] : layout.of_vf) {
    alike[layer].push_back(index);
  }
  std::vector<std::pair<std::vector<std::size_t>, Values>> tables;
  tables.reserve(alike.size());
  for (const auto& [layer, indexes] : alike) {
    tables.emplace_back(indexes, layer);
  }
  std::ranges::sort(tables, {}, [](const auto& table) { return table.first.front(); });
  for (const auto& [indexes, layer] : tables) {
    out += fmt::format("\n  [[gpu.vf]]\n  index = {}\n", spelled_indexes(indexes)) +
           spelled_layer(layer, "  ");
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
