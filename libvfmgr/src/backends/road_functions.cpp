// SPDX-License-Identifier: Apache-2.0
// The statements about functions: drivers, overrides, the count of VFs.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

Holes holes_of(const Function& function) {
  return {.gpu = function.pf, .vf = function.vf, .name = {}};
}

const Attr& link_attr(const Function& function) {
  return function.vf ? pci::kVfDriver : pci::kPfDriver;
}
const Attr& override_attr(const Function& function) {
  return function.vf ? pci::kVfOverride : pci::kPfOverride;
}

/// A VF's address exists when the VF does: it is read from its link when the step runs.
Text name_text(const Function& function) {
  if (function.vf) {
    return {.text = "{}", .name_of = pci::of(pci::kVf, function.pf, *function.vf)};
  }
  return {.text = to_string(function.pf)};
}

std::string override_bytes(const Value& expect) {
  return expect.text() == pci::kNoOverride ? std::string(pci::kClearOverride) : expect.text();
}

// iov.c:sriov_enable sleeps 100 ms and sriov_disable 1 s whatever the count; each VF's own set-up
// comes on top (measured: 64 VFs in 0.18 s, with drivers probing up to 0.5 s a VF). Past this
// something is stuck.
constexpr Milliseconds kCountLimit{60000};
// A VF without a user lets go in less than a second; a vfio user is asked for 10 s rounds without
// end.
constexpr Milliseconds kReleaseLimit{10000};
constexpr Milliseconds kBindLimit{30000};

}  // namespace

Place directory_of(const Function& function) {
  Place place = function.vf ? pci::of(pci::kVf, function.pf, *function.vf)
                            : pci::of(pci::kFunctionDir, function.pf);
  place.as = As::text;
  return place;
}

std::vector<Place> directories_of_vfs(const Road& road, const PciAddress& pf) {
  std::vector<Place> directories;
  directories.reserve(road.count(pf));
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    directories.push_back(directory_of({.pf = pf, .vf = vf_at(index)}));
  }
  return directories;
}

std::uint32_t Road::count(const PciAddress& pf) const {
  return recorded_count(now_, pf).value_or(0);
}

std::uint32_t Road::wanted_count(const PciAddress& pf) const {
  return recorded_count(want_, pf).value_or(count(pf));
}

void Road::release(const Function& function, std::vector<Place> wipes) {
  const Place link = place_of(link_attr(function), holes_of(function));
  const auto found = now_.find(link);
  if (found == now_.end() || found->second.absent() || found->second.text().empty()) {
    return;
  }
  const std::string driver = found->second.text();
  emit({.what = "driver",
        .gpu = function.pf,
        .vf = function.vf,
        .from = driver,
        .to_value = std::string("none"),
        .to = pci::named(pci::kUnbind, driver),
        .bytes = name_text(function),
        .effects = {{.at = link, .before = before_of(link), .expect = absent_value()}},
        .wipes = std::move(wipes),
        .disturbs = {directory_of(function)},
        .blocking = Blocking::can_hang,
        .limit = kReleaseLimit});
}

void Road::bind(const Function& function, const std::string& driver, std::vector<Place> wipes) {
  const auto module = now_.find(pci::named(pci::kModule, driver));
  if (module != now_.end() && module->second.absent()) {
    emit({.what = "module",
          .reason = "the driver is not loaded",
          .gpu = function.pf,
          .to_value = driver,
          .to = module->first,
          .bytes = {.text = "load"},
          // No "before": another unit of the same run may have loaded it meanwhile.
          .effects = {{.at = module->first,
                       .before = {},
                       .expect = text_value("loaded", Origin::own)}},
          .blocking = Blocking::can_hang,
          .limit = kBindLimit});
  }
  set(override_attr(function), holes_of(function), text_value(driver), {.bytes = driver});
  const Place link = place_of(link_attr(function), holes_of(function));
  const Value* const target = wanted(link);
  emit({.what = "driver",
        .source = target == nullptr ? std::string() : target->source,
        .gpu = function.pf,
        .vf = function.vf,
        .from = std::string("none"),
        .to_value = driver,
        .to = pci::named(pci::kBind, driver),
        .bytes = name_text(function),
        .effects = {{.at = link, .before = before_of(link), .expect = text_value(driver)}},
        .wipes = std::move(wipes),
        .blocking = Blocking::can_hang,
        .limit = kBindLimit});
}

void Road::let_host_probe(const Function& function) {
  const Place link = place_of(link_attr(function), holes_of(function));
  Value anything;
  anything.match = Match::any;
  anything.origin = Origin::own;
  // dd.c:__device_attach_driver hides the probe's errors here; there may be no driver for it at
  // all.
  emit({.what = "driver",
        .reason = "the host's own choice",
        .gpu = function.pf,
        .vf = function.vf,
        .from = std::string("none"),
        .to_value = DriverDefault{},
        .to = place_of(pci::kDriversProbe, {}),
        .bytes = name_text(function),
        .effects = {{.at = link, .before = before_of(link), .expect = anything}},
        .blocking = Blocking::can_hang,
        .limit = kBindLimit});
}

void Road::driver(const Function& function,
                  const Value& driver,
                  const Value* override_value,
                  std::vector<Place> wipes) {
  const Holes holes = holes_of(function);
  const Place link = place_of(link_attr(function), holes);
  const auto here = now_.find(link);
  const bool there =
      here != now_.end() && here->second.match == Match::exact && here->second.is == driver.is;
  if (!there) {
    release(function, wipes);
    if (!driver.absent()) {
      bind(function, driver.text(), std::move(wipes));
    }
  }
  if (override_value != nullptr && !override_value->absent() && !override_value->unreadable()) {
    set(override_attr(function),
        holes,
        *override_value,
        {.bytes = override_bytes(*override_value)});
  }
}

void Road::make_room(const PciAddress& pf, std::uint32_t from) {
  // One by one, so that a VF that does not let go holds up its own release and not the host's PCI
  // locks (pci_rescan_remove_lock is held over a write of 0 in 6.1.192, 6.12.117, 7.2.13).
  for (std::uint32_t index = 0; index < from; ++index) {
    release({.pf = pf, .vf = vf_at(index)});
  }
}

void add_fresh_overrides(Change& change, const PciAddress& pf, std::uint32_t count) {
  // Not read back: a driver_override dies with its device (pci-driver.c), and reading is dear.
  for (std::uint32_t index = 0; index < count; ++index) {
    change.effects.push_back({.at = pci::of(pci::kVfOverride, pf, vf_at(index)),
                              .before = {},
                              .expect = guess(std::string(pci::kNoOverride))});
  }
}

void Road::write_count(const PciAddress& pf, std::uint32_t to, const State& redrawn) {
  const Place place = pci::of(pci::kVfCount, pf);
  Place vfs = place;
  vfs.as = As::text;
  const std::uint32_t from = count(pf);
  std::vector<Place> disturbs = directories_of_vfs(*this, pf);
  const Value* const target = wanted(place);
  Change change{.what = "vfs",
                .source = target == nullptr || to == 0 ? std::string() : target->source,
                .gpu = pf,
                .from = static_cast<std::uint64_t>(from),
                .to_value = static_cast<std::uint64_t>(to),
                .to = pci::of(pci::kNumVfs, pf),
                .bytes = {.text = std::to_string(to)},
                .effects = {{.at = place,
                             .before = before_of(place),
                             .expect = text_value(std::to_string(to))}},
                .wipes = {vfs},
                .disturbs = std::move(disturbs),
                .blocking = Blocking::can_hang,
                .limit = kCountLimit};
  add_fresh_overrides(change, pf, to);
  for (const auto& [at, guessed] : redrawn) {
    change.effects.push_back({.at = at, .before = {}, .expect = guessed});
    redrawn_.insert(at);
  }
  emit(std::move(change));
}

void Road::count_to(const PciAddress& pf, std::uint32_t to) {
  if (count(pf) != to) {
    write_count(pf, to, {});
  }
}

void Road::vfs_came(const PciAddress& pf) {
  const auto autoprobe = now_.find(pci::of(pci::kAutoprobe, pf));
  const bool left_alone = autoprobe != now_.end() && autoprobe->second.text() == "0";
  for (std::uint32_t index = 0; index < count(pf); ++index) {
    // With autoprobe off a new VF has no driver; its override dies with the old VF (pci-driver.c).
    const VfIndex vf{static_cast<std::uint16_t>(index)};
    if (left_alone) {
      now_[pci::of(pci::kVfDriver, pf, vf)] = absent_value();
    }
    now_[pci::of(pci::kVfOverride, pf, vf)] = text_value(std::string(pci::kNoOverride));
    made_.insert(directory_of({.pf = pf, .vf = vf}));
  }
}

void Road::recount(const PciAddress& pf,
                   const std::function<void()>& before_enable,
                   const Redraws& redraws) {
  const std::uint32_t from = count(pf);
  const std::uint32_t to = wanted_count(pf);
  if (from == to && !redraws.forced) {
    return;
  }
  // With autoprobe on, the host's own driver would be on each new VF before we are.
  set(pci::kAutoprobe,
      {.gpu = pf, .vf = {}, .name = {}},
      text_value("0"),
      {.reason = "the host keeps its hands off new VFs"});
  if (from > 0) {
    make_room(pf, from);
    write_count(pf, 0, redraws.on_disable);
  }
  if (to > 0) {
    if (before_enable) {
      before_enable();
    }
    write_count(pf, to, redraws.on_enable);
  }
}

void Road::vf_drivers(const PciAddress& pf) {
  const std::uint32_t total = count(pf);
  std::vector<Function> for_host;
  for (std::uint32_t index = 0; index < total; ++index) {
    const Function function{.pf = pf, .vf = vf_at(index)};
    const Value* const target = wanted(pci::of(pci::kVfDriver, pf, *function.vf));
    const Value* const kept = wanted(pci::of(pci::kVfOverride, pf, *function.vf));
    if (target == nullptr) {
      if (kept != nullptr) {
        settle(pci::kVfOverride, holes_of(function), {.bytes = override_bytes(*kept)});
      }
    } else if (target->match == Match::any) {
      for_host.push_back(function);
    } else if (!target->unreadable()) {
      driver(function, *target, kept);
    }
  }
  for (const Function& function : for_host) {
    const auto bound_by_override = now_.find(place_of(pci::kVfOverride, holes_of(function)));
    const bool fresh =
        made_.contains(directory_of(function)) || taken_.contains(directory_of(function));
    const bool forced =
        bound_by_override != now_.end() && bound_by_override->second.text() != pci::kNoOverride;
    if (!fresh && !forced) {
      continue;  // what the kernel bound, or did not find a driver for, is its choice
    }
    close_bracket(
        pf);  // with autoprobe off the kernel probes no VF (pci-driver.c:pci_device_can_probe)
    release(function);
    set(pci::kVfOverride,
        holes_of(function),
        text_value(std::string(pci::kNoOverride)),
        {.bytes = std::string(pci::kClearOverride)});
    let_host_probe(function);
  }
}

void Road::close_bracket(const PciAddress& pf) {
  const Value* const target = wanted(pci::of(pci::kAutoprobe, pf));
  const bool by_default = target != nullptr && target->origin == Origin::unknown;
  settle(
      pci::kAutoprobe,
      {.gpu = pf, .vf = {}, .name = {}},
      {.reason = by_default ? "no note tells what stood here before: the kernel's default" : ""});
}

}  // namespace vfmgr
