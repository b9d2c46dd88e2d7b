// SPDX-License-Identifier: Apache-2.0
#include "backends/pci_record.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

void probe_overrides(const Kernel& kernel, const PciAddress& pf, std::uint32_t count, State& into) {
  std::vector<Place> places{pci::of(pci::kPfOverride, pf)};
  for (std::uint32_t index = 0; index < count; ++index) {
    places.push_back(pci::of(pci::kVfOverride, pf, vf_at(index)));
  }
  auto read = kernel.read_slowly(places, kSlowReadLimit);
  for (std::size_t at = 0; at < places.size(); ++at) {
    into[places[at]] = observed(places[at], std::move(read[at]));
  }
}

/// What `vf_driver` asks for, as driver and override.
struct Ends {
  Value driver;
  Value override_value;
};

Ends ends_on(std::string_view wish, std::string_view for_vms, std::string source) {
  Ends ends;
  if (wish == "host") {
    ends.driver.match = Match::any;
    ends.driver.origin = Origin::own;
    ends.override_value = text_value(std::string(pci::kNoOverride));
  } else if (wish == "none") {
    ends.override_value = text_value("none");
  } else {
    const std::string name(wish == "auto" ? for_vms : wish);
    ends.driver = text_value(name);
    ends.override_value = text_value(name);
  }
  ends.driver.source = std::move(source);
  return ends;
}

/// The wish for one VF's driver: none if its driver stays as it is.
std::optional<Ends> driver_wish(const Desired& desired,
                                VfIndex vf,
                                bool made_anew,
                                std::string_view for_vms) {
  const Settings& settings = desired.of(vf);
  const auto given = settings.find(Key::vf_driver);
  if (given != settings.end()) {
    const auto* const name = std::get_if<std::string>(&given->second.value);
    return ends_on(name == nullptr ? "host" : *name, for_vms, to_string(given->second.where));
  }
  return made_anew ? std::optional(ends_on("auto", for_vms, {})) : std::nullopt;
}

void complete_vf(const PciAddress& pf,
                 VfIndex vf,
                 const State& now,
                 std::optional<Ends> ends,
                 bool made_anew,
                 State& target) {
  if (!ends) {
    return;
  }
  const Place link = pci::of(pci::kVfDriver, pf, vf);
  const Place override_place = pci::of(pci::kVfOverride, pf, vf);
  const auto driver_now = now.find(link);
  // A VF that already is on the driver asked for keeps whatever override brought it there.
  const bool stays = !made_anew && ends->driver.match == Match::exact && driver_now != now.end() &&
                     driver_now->second.is == ends->driver.is && !ends->driver.absent();
  target[link] = ends->driver;
  if (!stays) {
    target[override_place] = ends->override_value;
  }
}

}  // namespace

void probe_pci(const Kernel& kernel, const Gpu& pf, Depth depth, State& into) {
  const auto record = [&](const Place& place) -> const Value& {
    return into[place] = observe(kernel, place);
  };
  record(pci::of(pci::kPfDriver, pf.address));
  record(pci::of(pci::kAutoprobe, pf.address));
  record(pci::of(pci::kVfCount, pf.address));
  const std::uint32_t count = recorded_count(into, pf.address).value_or(0);
  for (std::uint32_t index = 0; index < count; ++index) {
    record(pci::of(pci::kVfDriver, pf.address, vf_at(index)));
  }
  if (depth != Depth::light) {
    probe_vectors(kernel, pf, count, into);
  }
  if (depth == Depth::whole) {
    probe_overrides(kernel, pf.address, count, into);
    const Place module = pci::named(pci::kModule, std::string(pci::kVfio));
    // Loading it is a run's doing, keeping it the host's: nothing tells who else came to rely on
    // it.
    into[module] = observe(kernel, module);
    into[module].origin = Origin::own;
  }
}

std::string recorded_text(const State& state, const Place& place) {
  const auto found = state.find(place);
  return found == state.end() ? std::string() : found->second.text();
}

std::optional<std::uint32_t> recorded_count(const State& state, const PciAddress& pf) {
  const std::string text = recorded_text(state, pci::of(pci::kVfCount, pf));
  return text.empty() ? std::nullopt : std::optional(static_cast<std::uint32_t>(std::stoul(text)));
}

std::uint32_t desired_count(const Desired& desired, const State& now, const Gpu& pf) {
  if (desired.teardown) {
    return 0;
  }
  if (desired.vfs_max) {
    return pf.total_vfs.value_or(0);
  }
  return desired.vfs.value_or(recorded_count(now, pf.address).value_or(0));
}

void complete_pci(const Gpu& pf,
                  const State& now,
                  const Desired& desired,
                  State& target,
                  std::string_view for_vms) {
  const std::uint32_t before = recorded_count(now, pf.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, pf);
  const bool made_anew = count != before;
  Value& counted = target[pci::of(pci::kVfCount, pf.address)];
  counted = text_value(std::to_string(count));
  counted.source = to_string(desired.vfs_where);
  bool for_host = false;
  for (std::uint32_t index = 0; index < std::max(before, count); ++index) {
    const VfIndex vf = vf_at(index);
    if (made_anew || index >= count) {
      target.erase(pci::of(pci::kVfDriver, pf.address, vf));
      target.erase(pci::of(pci::kVfOverride, pf.address, vf));
      target.erase(pci::of(pci::kVfMsix, pf.address, vf));
    }
    if (index < count) {
      auto ends = driver_wish(desired, vf, made_anew, for_vms);
      for_host = for_host || (ends && ends->driver.match == Match::any);
      complete_vf(pf.address, vf, now, std::move(ends), made_anew, target);
    }
  }
  complete_vectors(pf.address, now, desired, count, made_anew, target);
  // While no VF is meant for the host autoprobe stays off: else a module loaded later takes those
  // without an override. Once none are left, what stood before the first change comes back.
  const Place autoprobe = pci::of(pci::kAutoprobe, pf.address);
  if (made_anew && count > 0 && !for_host) {
    target[autoprobe] = text_value("0");
  } else if (for_host) {
    target[autoprobe] = text_value("1");
  } else if (count == 0) {
    const auto noted = desired.noted.find(autoprobe);
    if (noted != desired.noted.end()) {
      target[autoprobe] = noted->second;
    } else if (desired.teardown && before > 0 && now.contains(autoprobe)) {
      // iov.c:sriov_init sets it; origin unknown: nobody noted what stood here before the VFs.
      target[autoprobe] = text_value("1", Origin::unknown);
    }
  }
}

std::optional<std::string> wish_that_keeps(const State& state, const PciAddress& pf, VfIndex vf) {
  const auto text = [&state](const Place& place) {
    const auto found = state.find(place);
    return found == state.end() ? std::string() : found->second.text();
  };
  std::string driver = text(pci::of(pci::kVfDriver, pf, vf));
  const std::string override_text = text(pci::of(pci::kVfOverride, pf, vf));
  const bool probed = text(pci::of(pci::kAutoprobe, pf)) == "1";
  if (override_text == pci::kNoOverride && probed && !pci::is_vfio(driver)) {
    return "host";  // what the kernel found for it, which may be nothing
  }
  if (!driver.empty()) {
    return driver;
  }
  return override_text == "none" ? std::optional<std::string>("none") : std::nullopt;
}

Offer vf_driver_offer() {
  return {.key = Key::vf_driver,
          .scope = kScopeVf,
          .least = {},
          .most = {},
          .read_from = std::string(pci::kSource)};
}

const Gpu& gpu_of(const Unit& unit, const PciAddress& address) {
  return *std::ranges::find_if(unit.gpus, [&](const Gpu& gpu) { return gpu.address == address; });
}

std::optional<Error> cannot_make_vfs(const Gpu& pf) {
  Error error{.kind = ErrorKind::unsupported, .subject = to_string(pf.address)};
  if (!pf.total_vfs) {
    error.kind = ErrorKind::not_a_pf;
    error.why = "it has no SR-IOV capability";
    return error;
  }
  if (!pf.driver) {
    error.why = "no driver is bound to it, so nothing can make its VFs";
    error.help = "load its driver, or bind it to pci-pf-stub";
    return error;
  }
  for (const pci::DriverWithoutVfs& known : pci::kDriversWithoutVfs) {
    if (*pf.driver == known.driver) {
      error.value = *pf.driver;
      error.why = "its driver makes no VFs this way";
      error.help = known.help;
      return error;
    }
  }
  if (*pf.total_vfs == 0) {
    error.value = *pf.driver;
    error.why = "its driver allows 0 VFs";
    error.help = "the driver's own parameters, or the firmware, turn SR-IOV off";
    return error;
  }
  return std::nullopt;
}

}  // namespace vfmgr
