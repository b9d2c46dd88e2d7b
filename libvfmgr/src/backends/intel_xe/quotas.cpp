// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/quotas.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/columns.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "backends/toolkit.hpp"
#include "core/numbers.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::intel_xe {

namespace {

constexpr std::string_view kEndsAutomatic =
    "from here on the driver gives out nothing by itself (custom provisioning)";

/// A quota of one VF.
struct Quota {
  const Column* column;
  std::uint32_t vf;
};

Holes holes(const PciAddress& pf, std::uint32_t vf) {
  return {.gpu = pf, .vf = vf_at(vf), .name = {}};
}

std::vector<Quota> quotas_of(const Road& road, const Gpu& pf) {
  std::vector<Quota> all;
  for (std::uint32_t vf = 0; vf < all_vfs(pf); ++vf) {
    for (const Column& column : vf_columns()) {
      const auto here = road.now().find(place_of(column, pf.address, vf));
      if (column.kind == Kind::quota && here != road.now().end()) {
        all.push_back({.column = &column, .vf = vf});
      }
    }
  }
  return all;
}

bool has_modes(const Road& road, const Gpu& pf) {
  return road.now().contains(pci::of(debugfs::kRestore, pf.address));
}

/// Why a quota stands where it does in the plan.
std::string reason_for(const Road& road, const Gpu& pf, const Column& column) {
  return is_of_debugfs(column) && has_modes(road, pf) ? std::string(kEndsAutomatic)
                                                      : "quotas go before the VFs exist";
}

/// What a VF that is to come gets: the number that the target names, or 0, which leaves it to the
/// driver; nothing: it is left as it is.
std::optional<Value> before_vfs(const Value* target) {
  if (target == nullptr || target->unreadable() ||
      (target->absent() && target->match == Match::exact)) {
    return std::nullopt;
  }
  const bool ours = target->origin == Origin::set && target->match != Match::any;
  return ours ? *target : text_value("0");
}

/// Where nothing that debugfs has is to stay, one write takes it from all VFs, and the driver
/// shares out again when VFs come.
void restore_automatic(Road& road, const Gpu& pf) {
  if (!has_modes(road, pf)) {
    return;
  }
  Change change{.what = std::string(debugfs::kRestore.name),
                .reason = "the driver gives out everything by itself again",
                .gpu = pf.address,
                .to_value = std::string("on"),
                .to = pci::of(debugfs::kRestore, pf.address),
                .bytes = {.text = "1"},
                .limit = kFirmwareLimit};
  bool any = false;
  for (const Quota& quota : quotas_of(road, pf)) {
    const Place place = place_of(*quota.column, pf.address, quota.vf);
    const Value& here = road.now().at(place);
    const auto wanted = before_vfs(road.wanted(place));
    if (is_of_debugfs(*quota.column)) {
      if ((wanted && wanted->text() != "0") || (!wanted && here.text() != "0")) {
        return;  // it is to have something
      }
      any = any || (here.match == Match::exact && !here.absent() && here.text() != "0");
    }
    if (!here.absent()) {
      change.effects.push_back({.at = place, .before = {}, .expect = text_value("0")});
    }
  }
  if (any) {
    road.change(std::move(change));
  }
}

std::uint64_t amount(const std::string& text) {
  return decimal(text).value_or(0);
}

}  // namespace

void settle_quotas_of_none(Road& road, const Gpu& pf) {
  restore_automatic(road, pf);
  for (const Quota& quota : quotas_of(road, pf)) {
    const auto wanted = before_vfs(road.wanted(place_of(*quota.column, pf.address, quota.vf)));
    if (wanted) {
      road.set(*quota.column->attr,
               holes(pf.address, quota.vf),
               *wanted,
               {.reason = reason_for(road, pf, *quota.column), .limit = kFirmwareLimit});
    }
  }
}

void settle_quotas_of_some(Road& road, const Gpu& pf) {
  std::vector<Quota> order = quotas_of(road, pf);
  // Not of std::ranges: libstdc++ 12 calls there what it marks as deprecated.
  // NOLINTNEXTLINE(modernize-use-ranges)
  std::stable_partition(order.begin(), order.end(), [&](const Quota& quota) {
    const Place place = place_of(*quota.column, pf.address, quota.vf);
    return amount(road.text_wanted(place)) < amount(road.text_now(place));
  });
  for (const Quota& quota : order) {
    std::vector<Place> disturbs;
    if (quota.vf < road.count(pf.address)) {
      Place vf = pci::of(pci::kVf, pf.address, vf_at(quota.vf));
      vf.as = As::text;
      disturbs.push_back(vf);
    }
    road.settle(*quota.column->attr,
                holes(pf.address, quota.vf),
                {.disturbs = std::move(disturbs), .limit = kFirmwareLimit});
  }
}

Redraws redraws(const Road& road, const Gpu& pf) {
  Redraws drawn;
  const std::uint32_t from = road.count(pf.address);
  const std::uint32_t to = road.wanted_count(pf.address);
  for (std::uint32_t index = 0; index < std::max(from, to); ++index) {
    for (const Column& column : vf_columns()) {
      const Place place = place_of(column, pf.address, index);
      const auto here = road.now().find(place);
      const bool unseen = here != road.now().end() && here->second.match == Match::any;
      if (here == road.now().end() || (here->second.absent() && !unseen)) {
        continue;
      }
      // xe_pci_sriov.c:pf_disable_vfs releases VFs 1 to numvfs, unless provisioning is custom.
      if (index < from) {
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

}  // namespace vfmgr::intel_xe
