// SPDX-License-Identifier: Apache-2.0
#include "engine/identity.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"
#include "engine/functions.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/config_space.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// Slots by the address of what is plugged into them, without the function.
std::map<std::string, std::string> slots_of(const Kernel& kernel) {
  std::map<std::string, std::string> slots;
  const auto names = kernel.list(place_of(pci::kSlots, {}));
  if (!names) {
    return slots;  // no hotplug controller and no firmware names any
  }
  for (const std::string& name : *names) {
    const std::string address = observe(kernel, pci::named(pci::kSlotAddress, name)).text();
    if (!address.empty()) {
      slots.emplace(address, name);
    }
  }
  return slots;
}

void put_slot(const std::map<std::string, std::string>& slots, Gpu& gpu) {
  const std::string address = to_string(gpu.address);
  const auto slot = slots.find(address.substr(0, address.rfind('.')));
  if (slot != slots.end()) {
    gpu.slot = slot->second;
  }
}

void put_serial(const Kernel& kernel, GpuFacts& facts) {
  constexpr std::size_t kUnprivileged = 64;  // pci-sysfs.c:pci_read_config: what all may read
  const Place place = pci::of(pci::kConfig, facts.gpu.address);
  const auto config = kernel.read(place);
  facts.serial_hidden.reset();
  if (config) {
    facts.gpu.serial = device_serial(*config);
  }
  if (!config && config.error().os_error == ENOENT) {
    return;  // the function is gone
  }
  if (!config || (!facts.gpu.serial && config->size() <= kUnprivileged)) {
    facts.serial_hidden = Error{.kind = config ? ErrorKind::not_permitted : ErrorKind::unreadable,
                                .os_error = config ? 0 : config.error().os_error,
                                .subject = to_string(place),
                                .why = "the serial number in it can't be read",
                                .help = config ? "root can read it" : ""};
  }
}

}  // namespace

Identities identities_named(const ProfileModel& profile) {
  return {.slot = names(profile, Identity::slot),
          .serial = names(profile, Identity::serial),
          .of_driver = names(profile, Identity::of_driver)};
}

void ask_identity(const Kernel& kernel, const Identities& which, Host& host) {
  const auto slots = which.slot ? slots_of(kernel) : std::map<std::string, std::string>();
  for (GpuFacts& facts : host.facts) {
    if (facts.gpu.physfn) {
      continue;
    }
    put_slot(slots, facts.gpu);
    if (which.serial) {
      put_serial(kernel, facts);
    }
    const Backend* const backend = host.backend_of(facts.gpu.address);
    if (which.of_driver && backend != nullptr) {
      backend->ask_identity(kernel, facts);
    }
  }
}

void ask_identity_by_name(const Kernel& kernel, const std::vector<std::string>& names, Host& host) {
  const auto is_plain = [&host](const std::string& name) {
    const std::string gpu = name.substr(0, name.rfind('/'));  // "GPU/N" is a VF
    return parse_address(gpu) || std::ranges::any_of(host.facts, [&gpu](const GpuFacts& facts) {
             return facts.gpu.model == gpu;
           });
  };
  if (!std::ranges::all_of(names, is_plain)) {
    ask_identity(kernel, {.slot = false, .serial = true, .of_driver = true}, host);
  }
}

}  // namespace vfmgr
