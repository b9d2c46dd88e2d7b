// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/pf_record.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/layout_text.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_room.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::nvidia {

namespace {

/// A VF of these GPUs is taken by a VM while it stays on the driver itself, so "auto" and "host"
/// are that driver.
bool means_home(std::string_view word) {
  return word == "auto" || word == "host" || word == kHome;
}

void complete_driver(
    const PciAddress& pf, VfIndex vf, const Desired& desired, bool made_anew, State& target) {
  const Place link = pci::of(pci::kVfDriver, pf, vf);
  const Place override_place = pci::of(pci::kVfOverride, pf, vf);
  const Given* const given = given_for(desired.of(vf), Key::vf_driver);
  if (given == nullptr && !made_anew) {
    return;
  }
  Value driver = given == nullptr || means_home(word_of(given)) ? text_value(std::string(kHome))
                                                                : absent_value();
  const bool stays = !made_anew && !driver.absent() && recorded_text(target, link) == driver.text();
  if (given != nullptr) {
    driver.source = to_string(given->where);
  }
  if (!stays) {
    target[override_place] = text_value(driver.absent() ? "none" : std::string(pci::kNoOverride));
  }
  target[link] = std::move(driver);
}

/// Values of the GPU that a run of ours changed first come back when its VFs go.
void give_back(const Place& place, const Desired& desired, State& target) {
  const auto noted = desired.noted.find(place);
  if (desired.teardown && noted != desired.noted.end()) {
    target[place] = noted->second;
  }
}

}  // namespace

void probe_switches(const Kernel& kernel, const PciAddress& pf, State& into) {
  for (const Attr* const attr : {&kMig, &kMixed, &kInstanceIds}) {
    const Place place = pci::of(*attr, pf);
    Value& value = into[place] = observe(kernel, place);
    const auto* const unreadable = std::get_if<Unreadable>(&value.is);
    if (unreadable != nullptr && unreadable->os_error == EOPNOTSUPP) {
      value = absent_value();  // this GPU has none
    }
  }
  into[pci::of(kInstanceIds, pf)].origin = Origin::own;
}

void probe_pf(const Kernel& kernel, const Gpu& pf, Depth depth, State& into) {
  probe_pci(kernel, pf, depth == Depth::dear ? Depth::light : depth, into);
  const auto record = [&](const Place& place, Origin origin) {
    into[place] = observe(kernel, place);
    into[place].origin = origin;
  };
  // Also where nothing else is asked: a run has to know beforehand what it will run.
  record(place_of(kTool, {}), Origin::own);
  if (depth == Depth::light) {
    return;
  }
  probe_switches(kernel, pf.address, into);
  if (depth == Depth::whole) {
    probe_types(kernel, pf.address, into);
    record(pci::of(kLock, pf.address), Origin::set);
    // As with vfio-pci: a module that a run loads is the host's afterwards.
    record(pci::named(pci::kModule, std::string(kStub)), Origin::own);
  }
}

void probe_types(const Kernel& kernel, const PciAddress& pf, State& into) {
  const Place place = pci::of(kNvmlTypes, pf);
  into[place] = observe(kernel, place);
  into[place].origin = Origin::own;
}

bool lacks_switches(const State& state, const PciAddress& pf) {
  return !state.contains(pci::of(kMig, pf));
}

void read_switches(const State& state, const PciAddress& pf, GpuNow& now) {
  now.vfs = recorded_count(state, pf).value_or(0);
  now.layout = parse_layout(recorded_text(state, pci::of(kMig, pf)));
  now.mixes = recorded_text(state, pci::of(kMixed, pf)) == "1";
}

void complete_pf(
    const Gpu& pf, const State& now, const Desired& desired, const Wished& wish, State& target) {
  const std::uint32_t before = recorded_count(now, pf.address).value_or(0);
  const bool made_anew = wish.vfs != before;
  Value& counted = target[pci::of(pci::kVfCount, pf.address)];
  counted = text_value(std::to_string(wish.vfs));
  counted.source = to_string(desired.vfs_where);
  for (std::uint32_t index = 0; index < std::max(before, wish.vfs); ++index) {
    const VfIndex vf = vf_at(index);
    if (made_anew || index >= wish.vfs) {
      target.erase(pci::of(pci::kVfDriver, pf.address, vf));
      target.erase(pci::of(pci::kVfOverride, pf.address, vf));
    }
    if (index < wish.vfs) {
      complete_driver(pf.address, vf, desired, made_anew, target);
    }
  }
  const Place autoprobe = pci::of(pci::kAutoprobe, pf.address);
  if (made_anew && wish.vfs > 0) {
    // pci-driver.c:pci_device_can_probe: with autoprobe off no VF comes to a driver by its ids.
    target[autoprobe] = text_value("1");
  } else if (wish.vfs == 0) {
    give_back(autoprobe, desired, target);
  }
  // A PF that a run left on the way, ours or another's, comes home.
  target[pci::of(pci::kPfDriver, pf.address)] = text_value(std::string(kHome));
  const Place override_place = pci::of(pci::kPfOverride, pf.address);
  if (recorded_text(now, override_place) == kStub) {
    target[override_place] = text_value(std::string(pci::kNoOverride));
  }
  // The lock is taken and given back within a run; where it stands open nobody else has it.
  const Place lock = pci::of(kLock, pf.address);
  if (target.contains(lock) && target[lock].absent()) {
    target[lock] = text_value("0");
  }
  // How a GPU is cut up only its driver tells: of one that is away from it nobody knows.
  if (recorded_text(now, pci::of(pci::kPfDriver, pf.address)) != kHome) {
    target.erase(pci::of(kMig, pf.address));
    target.erase(pci::of(kMixed, pf.address));
  }
  if (!wish.layout_source.empty()) {
    Value& layout = target[pci::of(kMig, pf.address)];
    layout = text_value(wish.layout ? layout_text(*wish.layout) : std::string(kMigOff));
    layout.source = wish.layout_source;
  }
  const bool was_cut_up = parse_layout(recorded_text(now, pci::of(kMig, pf.address))).has_value();
  if (wish.layout || was_cut_up) {
    target.erase(pci::of(kMixed, pf.address));  // a GPU that is cut up has no such mode
  }
  if (!wish.mixes_source.empty()) {
    Value& mixes = target[pci::of(kMixed, pf.address)];
    mixes = text_value(wish.mixes ? "1" : "0");
    mixes.source = wish.mixes_source;
  }
  give_back(pci::of(kMig, pf.address), desired, target);
  give_back(pci::of(kMixed, pf.address), desired, target);
}

std::vector<Error> fits_pf(const Kernel& kernel,
                           const GpuFacts& facts,
                           const State& now,
                           const Desired& desired,
                           const Wished& wish) {
  std::vector<Error> faults = wish.faults;
  const Gpu& pf = facts.gpu;
  const auto add = [&](Error fault, const Spot& where) {
    if (where.line != 0) {
      fault.spot = where;
    }
    faults.push_back(std::move(fault));
  };
  if (wish.vfs > 0 && wish.vfs != recorded_count(now, pf.address).value_or(0)) {
    if (facts.cannot) {
      add(*facts.cannot, desired.vfs_where.line != 0 ? desired.vfs_where : desired.where);
      return faults;
    }
    for (Error& fault : room_for_vfs(kernel, pf, wish.vfs)) {
      add(std::move(fault), desired.vfs_where);
    }
    if (!pf.iommu_group) {
      // OGKM kernel-open/nvidia/nv-pci.c, nv_pci_probe: "Aborting probe for VF"
      add({.kind = ErrorKind::unsupported,
           .subject = to_string(pf.address),
           .why = "it is behind no IOMMU, and without one its driver takes no VF",
           .help = std::string(kTurnIommuOn)},
          desired.vfs_where);
    }
  }
  std::optional<Spot> told;
  for (std::uint32_t index = 0; index < wish.vfs; ++index) {
    const Given* const given = given_for(desired.of(vf_at(index)), Key::vf_driver);
    const std::string_view word = word_of(given);
    const bool has_type = index < wish.vgpus.size() && wish.vgpus[index].is == VgpuWish::Is::typed;
    const bool right = word.empty() || means_home(word) || (word == "none" && !has_type);
    if (right || told == given->where) {
      continue;
    }
    told = given->where;
    add({.kind = ErrorKind::unsupported,
         .subject = to_string(pf.address),
         .value = std::string(word),
         .why = "a VF of this GPU can't carry a vGPU on that driver: a VM takes it from '" +
                std::string(kHome) + "'",
         .help = "leave vf_driver out"},
        given->where);
  }
  return faults;
}

}  // namespace vfmgr::nvidia
