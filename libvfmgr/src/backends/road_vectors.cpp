// SPDX-License-Identifier: Apache-2.0
// The statement about MSI-X vectors. They come out of one pool (Documentation/ABI/testing/
// sysfs-bus-pci, sriov_vf_total_msix), so that what shrinks makes room for what grows.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/toolkit.hpp"
#include "core/numbers.hpp"
#include "core/shown.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// The write waits for the PF's device lock: as long as another's change of the count, 1 s and more.
constexpr Milliseconds kVectorsLimit{10000};

std::uint64_t number(const Value* value) {
  return value == nullptr ? 0 : decimal(value->text()).value_or(0);
}

}  // namespace

bool Road::has_set_vectors(const Place& place) const {
  const auto here = now_.find(place);
  const Value* const target = wanted(place);
  const bool own = target != nullptr && target->origin == Origin::own &&
                   target->match == Match::any && target->absent();
  return own && here != now_.end() && here->second.origin != Origin::own && !here->second.absent();
}

std::vector<VfIndex> Road::order_of_vectors(const PciAddress& pf) const {
  std::vector<std::pair<std::tuple<bool, std::uint64_t>, VfIndex>> order;
  for (std::uint32_t index = 0; index < count(pf); ++index) {
    const VfIndex vf{static_cast<std::uint16_t>(index)};
    const Place place = pci::of(pci::kVfMsix, pf, vf);
    const auto here = now_.find(place);
    const std::uint64_t want = number(wanted(place));
    const bool grows = here != now_.end() && want > number(&here->second);
    // Of VFs that are new nobody knows how many each has, but that all have alike: those that are
    // to have the least are the ones that may give some away.
    order.emplace_back(std::tuple(grows, want), vf);
  }
  // Not of std::ranges: libstdc++ 12 calls there what it marks as deprecated.
  // NOLINTNEXTLINE(modernize-use-ranges)
  std::stable_sort(order.begin(), order.end(), [](const auto& one, const auto& other) {
    return one.first < other.first;
  });
  std::vector<VfIndex> vfs;
  vfs.reserve(order.size());
  for (const auto& [rank, vf] : order) {
    vfs.push_back(vf);
  }
  return vfs;
}

void Road::vf_vectors(const PciAddress& pf) {
  for (const VfIndex vf : order_of_vectors(pf)) {
    const Place place = pci::of(pci::kVfMsix, pf, vf);
    const Value* const target = to_settle(place);
    const auto here = now_.find(place);
    const bool as_wanted = target != nullptr && here != now_.end() &&
                           here->second.match == Match::exact && target->accepts(here->second);
    const bool given_back = target == nullptr && has_set_vectors(place);
    if (as_wanted || (target == nullptr && !given_back)) {
      continue;
    }
    const Function function{.pf = pf, .vf = vf};
    const auto driver = now_.find(pci::of(pci::kVfDriver, pf, vf));
    if (driver != now_.end() && !driver->second.absent() && !driver->second.text().empty()) {
      release(function);  // iov.c:sriov_vf_msix_count_store: EBUSY while it has one
      taken_.insert(directory_of(function));
    }
    const Value expect = given_back ? guess() : *target;
    const std::optional<Value> before = before_of(place);
    emit({.what = std::string(pci::kVfMsix.name),
          .source = wanted(place)->source,
          .gpu = pf,
          .vf = vf,
          .from = setting_of(pci::kVfMsix, before),
          .to_value = setting_of(pci::kVfMsix, expect),
          .to = pci::of(pci::kMsixCount, pf, vf),
          .bytes = {.text = given_back ? std::string(pci::kDefaultMsix) : expect.text()},
          .effects = {{.at = place, .before = before, .expect = expect}},
          .blocking = Blocking::can_hang,
          .limit = kVectorsLimit});
  }
}

}  // namespace vfmgr
