// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/quotas.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/toolkit.hpp"
#include "core/numbers.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::intel {

namespace {

constexpr std::string_view kBeforeVfs = "quotas go before the VFs exist";

std::uint64_t amount(const std::string& text) {
  return decimal(text).value_or(0);
}

/// All quotas of a road, those first that come down: they make room for what grows.
template <class Wanted>
std::vector<Quota> shrinking_first(const Road& road, const Files& files, Wanted wanted) {
  std::vector<Quota> order = quotas_of(road.now(), files);
  // Not of std::ranges: libstdc++ 12 calls there what it marks as deprecated.
  // NOLINTNEXTLINE(modernize-use-ranges)
  std::stable_partition(order.begin(), order.end(), [&](const Quota& quota) {
    const Place place = place_of(files, *quota.column, quota.vf);
    return amount(wanted(place)) < amount(road.text_now(place));
  });
  return order;
}

}  // namespace

std::vector<Quota> quotas_of(const State& state, const Files& files) {
  std::vector<Quota> all;
  for (std::uint32_t vf = 0; vf < files.total_vfs; ++vf) {
    for (const Column& column : files.vf) {
      if (column.kind == Kind::quota && state.contains(place_of(files, column, vf))) {
        all.push_back({.column = &column, .vf = vf});
      }
    }
  }
  return all;
}

std::optional<Value> before_vfs(const Value* target) {
  if (target == nullptr || target->unreadable() ||
      (target->absent() && target->match == Match::exact)) {
    return std::nullopt;
  }
  const bool ours = target->origin == Origin::set && target->match != Match::any;
  return ours ? *target : text_value("0");
}

void settle_quotas_of_none(Road& road, const Files& files, std::string_view of_manual) {
  const auto text_before_vfs = [&road](const Place& place) {
    const auto wanted = before_vfs(road.wanted(place));
    return wanted ? wanted->text() : road.text_now(place);
  };
  for (const Quota& quota : shrinking_first(road, files, text_before_vfs)) {
    const auto wanted = before_vfs(road.wanted(place_of(files, *quota.column, quota.vf)));
    if (wanted) {
      const bool ends = quota.column->manual && wanted->text() != "0";
      road.set(*quota.column->attr,
               holes(files, quota.vf),
               *wanted,
               {.reason = std::string(ends ? of_manual : kBeforeVfs), .limit = kFirmwareLimit});
    }
  }
}

void settle_quotas_of_some(Road& road, const Files& files) {
  const auto text_wanted = [&road](const Place& place) { return road.text_wanted(place); };
  for (const Quota& quota : shrinking_first(road, files, text_wanted)) {
    std::vector<Place> disturbs;
    if (quota.vf < road.count(files.gpu)) {
      disturbs.push_back(directory_of({.pf = files.gpu, .vf = vf_at(quota.vf)}));
    }
    road.settle(*quota.column->attr,
                holes(files, quota.vf),
                {.disturbs = std::move(disturbs), .limit = kFirmwareLimit});
  }
}

void settle_pf(Road& road, const Files& files, Kind kind) {
  for (const Column& column : files.pf) {
    if (column.kind == kind) {
      road.settle(*column.attr, holes(files, std::nullopt), {.limit = kFirmwareLimit});
    }
  }
}

void settle_schedule_of_vfs(Road& road, const Files& files) {
  for (std::uint32_t vf = 0; vf < files.total_vfs; ++vf) {
    for (const Column& column : files.vf) {
      if (column.kind == Kind::schedule) {
        road.settle(*column.attr, holes(files, vf), {.limit = kFirmwareLimit});
      }
    }
  }
}

bool given_by_hand(const Road& road, const Files& files) {
  return std::ranges::any_of(quotas_of(road.now(), files), [&](const Quota& quota) {
    const Value& here = road.now().at(place_of(files, *quota.column, quota.vf));
    return quota.column->manual && quota.vf < road.count(files.gpu) && here.origin == Origin::set &&
           !here.absent() && here.text() != "0";
  });
}

Redraws redraws(const Road& road, const Files& files, bool releases) {
  Redraws drawn;
  const std::uint32_t from = road.count(files.gpu);
  const std::uint32_t to = road.wanted_count(files.gpu);
  for (std::uint32_t index = 0; index < std::max(from, to); ++index) {
    for (const Column& column : files.vf) {
      const Place place = place_of(files, column, index);
      const auto here = road.now().find(place);
      const bool unseen = here != road.now().end() && here->second.match == Match::any;
      if (here == road.now().end() || (here->second.absent() && !unseen)) {
        continue;
      }
      // Both drivers release what they gave out themselves (xe_pci_sriov.c:pf_disable_vfs;
      // i915_sriov.c:i915_sriov_pf_disable_vfs); where that is wrong the end of the run sees it.
      if (index < from && releases) {
        drawn.on_disable[place] = guess("0");
      }
      const Value* const target = road.wanted(place);
      const bool stays = column.kind == Kind::quota && target != nullptr &&
                         target->origin == Origin::set && target->text() != "0";
      if (index < to && !stays) {
        drawn.on_enable[place] = guess();
      }
      // A number of ours gives way to the driver's choice only where the VFs are made anew.
      drawn.forced =
          drawn.forced || (column.kind == Kind::quota && from == to && index < to &&
                           target != nullptr && target->match == Match::any &&
                           target->origin == Origin::own && here->second.origin == Origin::set);
    }
  }
  return drawn;
}

}  // namespace vfmgr::intel
