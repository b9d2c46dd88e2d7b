// SPDX-License-Identifier: Apache-2.0
#include "core/profile_check.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/faults.hpp"
#include "core/nearest.hpp"
#include "core/profile_model.hpp"
#include "core/profile_text.hpp"
#include "core/profile_uuids.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::string spelled(const VfRange& range) {
  return range.first == range.last ? std::to_string(range.first.index)
                                   : fmt::format("{}-{}", range.first.index, range.last.index);
}

void check_scope(const Settings& settings, std::uint8_t scope, std::vector<Error>& faults) {
  for (const auto& [key, given] : settings) {
    const AttributeRow& row = row_of(key);
    if ((row.scope & scope) == 0) {
      faults.push_back({.kind = ErrorKind::invalid,
                        .subject = std::string(row.name),
                        .why = scope == kScopePf ? "an attribute of VFs, not of a PF"
                                                 : "an attribute of a PF, not of VFs",
                        .help = scope == kScopePf ? "put it beside match" : "put it into [gpu.pf]",
                        .spot = given.where});
    }
  }
}

/// What all VFs of a GPU have alike has no place in the table of some of them.
void check_alike(const GpuTable& gpu, std::vector<Error>& faults) {
  for (const VfTable& table : gpu.vf) {
    for (const auto& [key, given] : table.settings) {
      if (row_of(key).is(kAllVfsAlike)) {
        faults.push_back({.kind = ErrorKind::invalid,
                          .subject = std::string(row_of(key).name),
                          .why = "one for all VFs of a GPU",
                          .help = "put it beside match, where it is for every VF",
                          .spot = given.where});
      }
    }
  }
}

/// "high" would let one VF's work go before everybody's.
void check_priority(const Settings& settings, std::vector<Error>& faults) {
  const Given* const given = given_for(settings, Key::priority);
  if (word_of(given) == "high") {
    faults.push_back({.kind = ErrorKind::invalid,
                      .subject = "priority",
                      .value = "high",
                      .why = "for a GPU itself, not for its VFs",
                      .help = R"(write "normal" or "low", or put it into [gpu.pf])",
                      .spot = given->where});
  }
}

/// A GPU that is passed through as a whole has no VFs.
void check_whole(const GpuTable& gpu, std::vector<Error>& faults) {
  const Given* const given = given_for(gpu.pf, Key::driver);
  const std::string_view name = word_of(given);
  const bool makes_none = name == "none" || name.starts_with("vfio");
  if (makes_none && (!gpu.vfs || gpu.vfs->value != 0)) {
    faults.push_back({.kind = ErrorKind::invalid,
                      .subject = "driver",
                      .value = std::string(name),
                      .why = "a GPU that is given away whole has no VFs",
                      .help = "write vfs = 0 beside match, or leave the GPU its own driver",
                      .spot = given->where});
  }
}

void check_layering(const GpuTable& gpu, std::vector<Error>& faults) {
  if (gpu.overrides && gpu.replaces) {
    faults.push_back({.kind = ErrorKind::invalid,
                      .subject = "replaces",
                      .why = "'overrides' builds on the earlier table, 'replaces' drops it",
                      .help = "keep one of them",
                      .spot = *gpu.replaces});
  }
}

void check_resources(const ProfileModel& profile, const GpuTable& gpu, std::vector<Error>& faults) {
  if (!profile.whole || !gpu.resources || profile.resources.contains(gpu.resources->value)) {
    return;
  }
  std::vector<std::string_view> names;
  names.reserve(profile.resources.size());
  for (const auto& [name, settings] : profile.resources) {
    names.emplace_back(name);
  }
  const auto meant = nearest(gpu.resources->value, names);
  const bool installed = is_installed_name(gpu.resources->value);
  std::string help = installed ? "`vgpuctl schema --resources` shows those that are installed"
                               : fmt::format("add a table [resources.{}]", gpu.resources->value);
  if (meant) {
    help = fmt::format("did you mean \"{}\"?", *meant);
  } else if (!names.empty()) {
    help = fmt::format("there are: {}", fmt::join(names, ", "));
  }
  faults.push_back(
      {.kind = ErrorKind::invalid,
       .subject = "resources",
       .value = gpu.resources->value,
       .why = installed ? "no such resources are installed" : "no such resources in the profile",
       .help = std::move(help),
       .spot = gpu.resources->where});
}

/// Every VF is named at most once, and exists.
void check_index(const GpuTable& gpu, std::vector<Error>& faults) {
  std::map<VfIndex, const VfRange*> named;  // by first index; none overlaps another
  for (const VfTable& table : gpu.vf) {
    for (const VfRange& range : table.index) {
      if (enough(faults)) {
        return;
      }
      if (gpu.vfs && range.last.index >= gpu.vfs->value) {
        faults.push_back({.kind = ErrorKind::invalid,
                          .subject = "index",
                          .value = spelled(range),
                          .why = fmt::format("there is no such VF with vfs = {}", gpu.vfs->value),
                          .help = gpu.vfs->value == 0 ? "remove the table, or ask for VFs"
                                                      : fmt::format("0 to {}", gpu.vfs->value - 1),
                          .spot = range.where});
      }
      const auto above = named.upper_bound(range.last);
      if (above != named.begin() && std::prev(above)->second->last >= range.first) {
        const VfRange& other = *std::prev(above)->second;
        faults.push_back({.kind = ErrorKind::invalid,
                          .subject = "index",
                          .value = spelled(range),
                          .why = fmt::format("VF {} is named twice; first in {}:{}:{}",
                                             std::max(range.first, other.first).index,
                                             other.where.file.view(),
                                             other.where.line,
                                             other.where.column),
                          .help = "name each VF once for a GPU",
                          .spot = range.where});
      } else {
        named.emplace(range.first, &range);
      }
    }
  }
}

}  // namespace

std::vector<Error> check_profile(const ProfileModel& profile) {
  std::vector<Error> faults;
  check_scope(profile.defaults, kScopeVf, faults);
  check_priority(profile.defaults, faults);
  for (const auto& [name, settings] : profile.resources) {
    if (enough(faults)) {
      break;
    }
    check_scope(settings, kScopeVf, faults);
    check_priority(settings, faults);
  }
  for (const GpuTable& gpu : profile.gpus) {
    if (enough(faults)) {
      break;
    }
    check_scope(gpu.settings, kScopeVf, faults);
    check_scope(gpu.pf, kScopePf, faults);
    for (const VfTable& table : gpu.vf) {
      check_scope(table.settings, kScopeVf, faults);
    }
    check_priority(gpu.settings, faults);
    check_alike(gpu, faults);
    check_whole(gpu, faults);
    check_layering(gpu, faults);
    check_resources(profile, gpu, faults);
    check_index(gpu, faults);
  }
  check_uuids(profile, faults);
  return faults;
}

Error join_faults(std::vector<Error> faults, std::span<const std::string_view> files) {
  std::map<std::string_view, std::size_t> order;
  for (const std::string_view file : files) {
    order.emplace(file, order.size());
  }
  const auto place = [&order](const Error& error) {
    // A fault without a spot comes first: it is about the whole.
    if (!error.spot) {
      return std::tuple(std::size_t{0}, 0U, 0U);
    }
    const auto found = order.find(error.spot->file);
    return std::tuple((found == order.end() ? order.size() : found->second) + 1,
                      error.spot->line,
                      error.spot->column);
  };
  std::ranges::stable_sort(faults, {}, place);
  if (enough(faults)) {
    faults.resize(kMostFaults);
    faults.push_back({.kind = ErrorKind::invalid,
                      .why = "so many faults that the rest was not looked for",
                      .help = "mend these first"});
  }
  return gathered(std::move(faults));
}

}  // namespace vfmgr
