// SPDX-License-Identifier: Apache-2.0
#include "core/profile_gpu.hpp"

#include "vfmgr/result.hpp"

#include "core/attributes.hpp"
#include "core/letters.hpp"
#include "core/numbers.hpp"
#include "core/profile_keys.hpp"
#include "core/profile_match.hpp"
#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/settings.hpp"
#include "core/text_tree.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

VfTable read_vf_table(const Reading& reading, const TreeNode& node) {
  VfTable table;
  table.where = reading.source.spot(node.at);
  for (const TreeEntry& entry : node.table) {
    if (reading.done()) {
      break;
    }
    if (entry.key == "index") {
      table.index = read_index(reading, entry.value);
    } else if (!take_setting(reading, entry, Layer::vf, table.settings)) {
      unknown_beside_attributes(reading, entry, vf_keys(), kScopeVf);
    }
  }
  if (find_entry(node, "index") == nullptr) {
    reading.faults.push_back({.kind = ErrorKind::invalid,
                              .subject = "index",
                              .why = "missing: which VFs is this for?",
                              .help = reading.how("write index = 0, \"0-3\" or a list of such",
                                                  "write \"index\": 0, \"0-3\" or a list of such"),
                              .spot = table.where});
  }
  return table;
}

void read_vfs(const Reading& reading, const TreeNode& node, GpuTable& gpu) {
  const Spot where = reading.source.spot(node.at);
  if (node.kind == Kind::text && node.text == "max") {
    gpu.vfs_max = where;
    return;
  }
  if (node.kind != Kind::integer) {
    const std::string word = node.kind == Kind::text ? fold_case(node.text) : std::string();
    const bool most = word == "max" || word == "maximum" || word == "all";
    reading.fault(node,
                  "vfs",
                  "not a number of VFs",
                  most                        ? R"(did you mean "max"?)"
                  : decimal(word).has_value() ? fmt::format("write {}, without quotes", word)
                                              : R"(write an integer or "max")");
    return;
  }
  if (const auto number = read_number(reading, "vfs", node, 0, kMostVfs)) {
    gpu.vfs = {.value = static_cast<std::uint32_t>(*number), .where = where};
  }
}

/// Where a flag is set; `false` is as good as leaving it out.
std::optional<Spot> read_mark(const Reading& reading, const TreeEntry& entry) {
  return read_flag(reading, entry.key, entry.value).value_or(false)
             ? std::optional(reading.source.spot(entry.value.at))
             : std::nullopt;
}

bool read_flags(const Reading& reading, const TreeEntry& entry, GpuTable& gpu) {
  if (entry.key == "optional") {
    gpu.optional = read_flag(reading, "optional", entry.value).value_or(false);
  } else if (entry.key == "adopt") {
    gpu.adopt = read_flag(reading, "adopt", entry.value);
  } else if (entry.key == "overrides") {
    gpu.overrides = read_mark(reading, entry);
  } else if (entry.key == "replaces") {
    gpu.replaces = read_mark(reading, entry);
  } else {
    return false;
  }
  return true;
}

bool read_own_key(const Reading& reading, const TreeEntry& entry, GpuTable& gpu) {
  if (entry.key == "match") {
    gpu.match = read_match(reading, entry);
  } else if (entry.key == "expect") {
    gpu.expect = read_expect(reading, entry.value);
  } else if (entry.key == "vfs") {
    read_vfs(reading, entry.value, gpu);
  } else if (entry.key == "resources") {
    if (auto name = read_text(reading, "resources", entry.value)) {
      gpu.resources = {.value = std::move(*name), .where = reading.source.spot(entry.value.at)};
    }
  } else if (entry.key == "pf") {
    if (is_table(reading, "pf", entry.value, "write [gpu.pf]")) {
      read_settings(reading, entry.value, Layer::pf, gpu.pf);
    }
  } else if (entry.key == "vf") {
    for (const TreeNode* const table : tables_of(reading, entry, "write [[gpu.vf]]")) {
      gpu.vf.push_back(read_vf_table(reading, *table));
    }
  } else {
    return read_flags(reading, entry, gpu);
  }
  return true;
}

}  // namespace

GpuTable read_gpu(const Reading& reading, const TreeNode& node) {
  GpuTable gpu;
  gpu.where = reading.source.spot(node.at);
  gpu.match.where = gpu.where;
  for (const TreeEntry& entry : node.table) {
    if (reading.done()) {
      break;
    }
    if (!read_own_key(reading, entry, gpu) &&
        !take_setting(reading, entry, Layer::gpu, gpu.settings)) {
      unknown_beside_attributes(reading, entry, gpu_keys(), kScopeVf);
    }
  }
  if (find_entry(node, "match") == nullptr) {
    reading.faults.push_back({.kind = ErrorKind::invalid,
                              .subject = "match",
                              .why = "missing: which GPUs is this for?",
                              .help = how_to_match(reading),
                              .spot = gpu.where});
  }
  return gpu;
}

}  // namespace vfmgr
