// SPDX-License-Identifier: Apache-2.0
#include "backends/generic/vf_mdevs.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/mdevs.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/nearest.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "mdev/attrs.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::generic {

namespace {

constexpr MdevKind kKind{.type = &mdev::kMdevType};

std::string driver_in(const State& state, const PciAddress& pf, VfIndex vf) {
  return recorded_text(state, pci::of(pci::kVfDriver, pf, vf));
}

/// Whether a VF is on a driver that may offer types.
bool may_offer(std::string_view driver) {
  return !driver.empty() && !pci::is_vfio(driver);
}

MdevWish wish_for(const State& now, const Desired& desired, VfIndex vf) {
  const Given* const asked = given_for(desired.of(vf), Key::vgpu_type);
  if (asked == nullptr) {
    return {};
  }
  MdevWish wish{.source = to_string(asked->where)};
  const std::string_view word = word_of(asked);
  if (word.empty() || word == "none") {
    wish.is = MdevWish::Is::none;
  } else if (word == "any") {
    wish.is = MdevWish::Is::any;
  } else {
    wish.is = MdevWish::Is::typed;
    wish.type = folder_of_type(now, word).value_or(std::string(word));
  }
  if (const std::string_view uuid = word_of(given_for(desired.of(vf), Key::uuid)); !uuid.empty()) {
    wish.uuid = uuid;
  }
  return wish;
}

/// What its types are called, for help with one that is not there.
std::vector<std::string> names_in(const State& state) {
  std::vector<std::string> names;
  for (const auto& [place, value] : state) {
    if (match(mdev::kTypeName, place) && !value.text().empty()) {
      names.push_back(value.text());
    }
  }
  return names;
}

Error no_such_type(const Gpu& pf, const State& now, const Given& asked) {
  const std::vector<std::string> names = names_in(now);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto meant = nearest(word_of(&asked), views);
  return {.kind = ErrorKind::unsupported,
          .subject = to_string(pf.address),
          .value = std::string(word_of(&asked)),
          .why = "no such type is offered by the driver of its VFs",
          .help = meant ? fmt::format("did you mean \"{}\"?", *meant)
                        : fmt::format("it offers: {}", fmt::join(names, ", ")),
          .spot = asked.where};
}

}  // namespace

void offer_mdevs(const Kernel& kernel, GpuFacts& facts) {
  const PciAddress& pf = facts.gpu.address;
  const auto count = decimal(observe(kernel, pci::of(pci::kVfCount, pf)).text()).value_or(0);
  for (std::uint32_t index = 0; index < count; ++index) {
    const Value driver = observe(kernel, pci::of(pci::kVfDriver, pf, vf_at(index)));
    if (!may_offer(driver.text())) {
      continue;
    }
    if (is_mdev_parent(kernel, pf, vf_at(index))) {
      for (const Key key : {Key::vgpu_type, Key::uuid}) {
        facts.offers.push_back({.key = key,
                                .scope = kScopeVf,
                                .least = {},
                                .most = {},
                                .read_from = std::string(mdev::kSource)});
      }
      return;
    }
    break;  // one tells for all: they are on the same driver
  }
  facts.lacks.insert_or_assign(
      Key::vgpu_type,
      Error{.kind = ErrorKind::unsupported,
            .subject = to_string(pf),
            .why = "its VFs are not there yet, or on no driver that offers mediated devices",
            .help = R"(ask for 'vfs' with vf_driver = "host" first)"});
}

void probe_vf_mdevs(const Kernel& kernel, const PciAddress& pf, State& into) {
  const std::uint32_t count = recorded_count(into, pf).value_or(0);
  for (std::uint32_t index = 0; index < count; ++index) {
    if (may_offer(driver_in(into, pf, vf_at(index)))) {
      if (is_mdev_parent(kernel, pf, vf_at(index))) {
        probe_mdevs(kernel, pf, count, TypeNames::read, into);
      }
      return;
    }
  }
}

void complete_vf_mdevs(const Gpu& pf, const State& now, const Desired& desired, State& target) {
  const std::uint32_t before = recorded_count(now, pf.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, pf);
  for (std::uint32_t index = 0; index < std::max(before, count); ++index) {
    const VfIndex vf = vf_at(index);
    const auto driver = target.find(pci::of(pci::kVfDriver, pf.address, vf));
    const bool leaves = driver != target.end() && driver->second.match == Match::exact &&
                        driver->second.text() != driver_in(now, pf.address, vf);
    if (count != before || leaves) {
      forget_mdevs(pf.address, vf, target);
      target.erase(pci::of(mdev::kTypes, pf.address, vf));
    } else if (index < count) {
      complete_mdev(pf.address, vf, wish_for(now, desired, vf), target);
    }
  }
}

std::vector<Error> fits_vf_mdevs(const Gpu& pf, const State& now, const Desired& desired) {
  const std::uint32_t count = desired_count(desired, now, pf);
  std::vector<Error> faults = fits_uuids(pf.address, count, now, desired);
  std::optional<Spot> told;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Given* const asked = given_for(desired.of(vf_at(index)), Key::vgpu_type);
    const MdevWish wish = wish_for(now, desired, vf_at(index));
    if (wish.is == MdevWish::Is::typed && !folder_of_type(now, word_of(asked)) &&
        told != asked->where) {
      told = asked->where;
      faults.push_back(no_such_type(pf, now, *asked));
    }
  }
  return faults;
}

void clear_vf_mdevs(Road& road, const PciAddress& pf) {
  Mdevs mdevs(road, pf, kKind);
  const bool all_go = road.count(pf) != road.wanted_count(pf);
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    const VfIndex vf = vf_at(index);
    const Value* const driver = road.wanted(pci::of(pci::kVfDriver, pf, vf));
    const bool leaves = driver != nullptr && driver->match == Match::exact &&
                        driver->text() != driver_in(road.now(), pf, vf);
    if (all_go || leaves) {
      mdevs.clear(vf);
    } else {
      mdevs.clear_others(vf);
    }
  }
}

void make_vf_mdevs(Road& road, const PciAddress& pf) {
  Mdevs mdevs(road, pf, kKind);
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    const Value* const want = road.wanted(pci::of(mdev::kMdevs, pf, vf_at(index)));
    if (want != nullptr && !want->text().empty()) {
      constexpr Milliseconds kParentLimit{5000};
      mdevs.await_types(vf_at(index), kParentLimit);
      mdevs.make(vf_at(index));
    }
  }
}

}  // namespace vfmgr::generic
