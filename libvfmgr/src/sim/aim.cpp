// SPDX-License-Identifier: Apache-2.0
#include "sim/aim.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"
#include "sim/modules.hpp"
#include "sim/pending.hpp"
#include "sim/registers.hpp"
#include "sim/tree.hpp"
#include "sim/vectors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

constexpr std::array<std::pair<std::string_view, Target>, 5> kFunctionFiles{
    std::pair{std::string_view("sriov_numvfs"), Target::count},
    {"sriov_drivers_autoprobe", Target::autoprobe},
    {"driver_override", Target::driver_override},
    {"sriov_vf_msix_count", Target::vectors},
    {"remove", Target::remove}};
constexpr std::array<std::pair<std::string_view, Target>, 4> kDriverFiles{
    std::pair{std::string_view("bind"), Target::bind},
    {"unbind", Target::unbind},
    {"new_id", Target::new_id},
    {"remove_id", Target::remove_id}};
constexpr std::string_view kDrivers = "bus/pci/drivers";

bool names_function(Target target) {
  return target == Target::bind || target == Target::unbind || target == Target::probe;
}

void aim_in_sys(const Machine& machine, Aim& aim, std::string_view bytes) {
  const std::string_view directory = parent_of(aim.path);
  const std::string_view leaf = leaf_of(aim.path);
  if (aim.path == "bus/pci/drivers_probe") {
    aim.target = Target::probe;
  } else if (parent_of(directory) == kDrivers) {
    for (const auto& [name, target] : kDriverFiles) {
      if (leaf == name) {
        aim.target = target;
        aim.driver = std::string(leaf_of(directory));
      }
    }
  } else if (const auto owner = machine.owner_of(directory);
             owner && machine.directory(*owner) == directory) {
    for (const auto& [name, target] : kFunctionFiles) {
      const bool of_pf = target == Target::count || target == Target::autoprobe;
      if (leaf == name && (!of_pf || machine.fact(*owner, "total_vfs"))) {
        aim.target = target;
        aim.function = *owner;
        aim.has_function = true;
      }
    }
  }
  if (names_function(aim.target)) {
    if (const auto named = stored_address(kernel_word(bytes))) {
      aim.function = *named;
      aim.has_function = machine.exists(*named);
    }
  }
}

bool keeps_driver(const Machine& machine, const PciAddress& function) {
  const SimDriver* rules = machine.rules_of(function);
  return user_of(machine, function) || (rules != nullptr && rules->waits(machine, function));
}

/// The first one in use among a function that loses its driver and the VFs that go with it.
std::optional<PciAddress> user_below(const Machine& machine, const PciAddress& function, bool vfs) {
  if (keeps_driver(machine, function)) {
    return function;
  }
  if (vfs) {
    for (const PciAddress& vf : machine.vfs_of(function)) {
      if (keeps_driver(machine, vf)) {
        return vf;
      }
    }
  }
  return std::nullopt;
}

/// Who has a device open through vfio has a reference to its driver's module (vfio_main.c:
/// vfio_device_first_open), and so has who has a driver's own node open (file_operations.owner);
/// modprobe -r refuses what is in use.
bool has_open_device(const Machine& machine, std::string_view module) {
  const auto drivers = drivers_of_module(machine, module);
  const auto functions = machine.functions();
  return std::ranges::any_of(functions, [&](const PciAddress& function) {
    const SimDriver* rules = machine.rules_of(function);
    const bool open = user_of(machine, function) ||
                      (rules != nullptr && rules->host_use(machine, function).has_value());
    return open && std::ranges::find(drivers, machine.driver_of(function)) != drivers.end();
  });
}

bool takes_vfs_along(const Machine& machine, const PciAddress& function) {
  const SimDriver* rules = machine.rules_of(function);
  return rules != nullptr && !rules->leaves_vfs();
}

/// Taking a module away takes each of its drivers from all that it has.
void lock_functions_of(const Machine& machine,
                       std::string_view module,
                       std::vector<std::string>& locks) {
  for (const std::string& driver : drivers_of_module(machine, module)) {
    for (const PciAddress& function : machine.functions()) {
      if (machine.driver_of(function) == driver) {
        locks.push_back(function_lock(function));
      }
    }
  }
}

/// The parent of the mdev whose `remove` this is, if a VM has it: of several it has the first.
std::optional<PciAddress> user_of_mdev(const Machine& machine, const std::string& path) {
  const auto uuid = mdev_removed_by(machine, path);
  const auto parent = uuid ? machine.owner_of(path) : std::nullopt;
  const bool held = parent && user_of(machine, *parent) && mdevs_of(machine, *parent)[0] == *uuid;
  return held ? parent : std::nullopt;
}

}  // namespace

std::optional<PciAddress> exit_waits_for(const Machine& machine, std::string_view module) {
  if (machine.tree().find(Space::module, module) == nullptr) {
    return std::nullopt;
  }
  for (const std::string& driver : drivers_of_module(machine, module)) {
    const SimDriver* rules = machine.rules_of(driver);
    if (const auto function = rules == nullptr ? std::nullopt : rules->exit_waits_for(machine)) {
      return function;
    }
  }
  return std::nullopt;
}

Aim aim_at(const Machine& machine, const Place& place, std::string_view bytes) {
  Aim aim{.in = place.in};
  if (place.in == In::module) {
    aim.target = Target::module;
    aim.driver = module_name(place.path);
    aim.path = aim.driver;
    if (aim.driver.empty() || aim.driver.find('/') != std::string::npos) {
      aim.error = ENOENT;
    }
    return aim;
  }
  if (place.in == In::config) {
    aim.target = Target::dword;
    aim.path = place.path;
    aim.error = register_at(machine, place.path) ? 0 : ENOENT;
    return aim;
  }
  if (place.in == In::etc) {
    aim.target = Target::file;
    aim.path = place.path;
    return aim;
  }
  auto resolved = machine.tree().resolve(space_of(place.in), place.path, true);
  aim.path = std::move(resolved.path);
  if (resolved.error != 0) {
    aim.error = resolved.error;
  } else if (resolved.node->kind == Node::Kind::directory) {
    aim.error = EISDIR;
  } else if (resolved.node->mode == Mode::read_only) {
    aim.error = EACCES;
  } else if (place.in == In::sys) {
    aim_in_sys(machine, aim, bytes);
  }
  return aim;
}

int error_before_locks(const Machine& machine, const Aim& aim, std::string_view bytes) {
  if (aim.target == Target::module) {
    return bytes.starts_with("unload") && has_open_device(machine, aim.driver) ? EBUSY : 0;
  }
  if (aim.target == Target::vectors) {
    // iov.c:sriov_vf_msix_count_store: one errno for whatever is no int, or one below 0.
    return kernel_number(bytes, kMostInt).error != 0 ? EINVAL : 0;
  }
  if (aim.target != Target::count) {
    return 0;
  }
  constexpr std::uint64_t kMost = 0xFFFF;
  const KernelNumber number = kernel_number(bytes, kMost);
  if (number.error == ERANGE) {
    // iov.c:sriov_numvfs_store: 5.10 passes kstrtou16's errno on, 6.1 makes EINVAL of it.
    return machine.kernel_before(6, 0) ? ERANGE : EINVAL;
  }
  if (number.error != 0) {
    return number.error;
  }
  const auto total = stored_number(machine.attribute(aim.function, "sriov_totalvfs"));
  return number.value > total.value_or(0) ? ERANGE : 0;
}

std::vector<std::string> locks_of(const Machine& machine, const Aim& aim, std::string_view bytes) {
  std::vector<std::string> locks;
  // The lock around the driver's callback is in 6.1.192 and later, not in 5.10.223.
  const bool serialises = !machine.kernel_before(6, 0);
  switch (aim.target) {
    case Target::count: {
      locks.push_back(function_lock(aim.function));
      const auto wanted = kernel_number(bytes, 0xFFFF).value;
      const std::uint32_t enabled = machine.enabled_vfs(aim.function);
      const SimDriver* rules = machine.rules_of(aim.function);
      const bool calls_driver = wanted != enabled && (wanted == 0 || enabled == 0) &&
                                rules != nullptr && rules->makes_vfs();
      if (serialises && calls_driver) {
        locks.emplace_back(kRescanLock);
      }
      break;
    }
    case Target::remove:
      locks.emplace_back(kRescanLock);
      locks.push_back(function_lock(aim.function));
      break;
    case Target::vectors:
      // The PF's lock first: whether its driver can is asked under it.
      if (const auto pf = machine.pf_of(aim.function)) {
        locks.push_back(function_lock(*pf));
        if (pool_of(machine, *pf)) {
          locks.push_back(function_lock(aim.function));
        }
      }
      break;
    case Target::driver_override:
      if (machine.kernel_before(6, 12)) {  // a spinlock from 6.12.117 on
        locks.push_back(function_lock(aim.function));
      }
      break;
    case Target::bind:
    case Target::unbind:
    case Target::probe:
      if (aim.has_function) {
        locks.push_back(function_lock(aim.function));
      }
      break;
    case Target::module:
      if (bytes.starts_with("unload") && !exit_waits_for(machine, aim.driver)) {
        lock_functions_of(machine, aim.driver, locks);
      }
      break;
    default:
      break;
  }
  return locks;
}

std::optional<PciAddress> waits_for(const Machine& machine,
                                    const Aim& aim,
                                    std::string_view bytes) {
  switch (aim.target) {
    case Target::count: {
      const SimDriver* rules = machine.rules_of(aim.function);
      if (kernel_number(bytes, 0xFFFF).value != 0 || rules == nullptr || !rules->makes_vfs()) {
        return std::nullopt;
      }
      return user_below(machine, aim.function, true);
    }
    case Target::unbind:
      if (aim.has_function && machine.driver_of(aim.function) == aim.driver) {
        return user_below(machine, aim.function, takes_vfs_along(machine, aim.function));
      }
      return std::nullopt;
    case Target::remove:
      return user_below(machine, aim.function, true);
    case Target::module:
      if (bytes.starts_with("unload")) {
        if (const auto first = exit_waits_for(machine, aim.driver)) {
          return first;
        }
        for (const PciAddress& function : machine.functions()) {
          const auto drivers = drivers_of_module(machine, aim.driver);
          if (std::ranges::find(drivers, machine.driver_of(function)) == drivers.end()) {
            continue;
          }
          if (auto user = user_below(machine, function, takes_vfs_along(machine, function))) {
            return user;
          }
        }
      }
      return std::nullopt;
    case Target::plain:
      // An mdev is unregistered from vfio as a function is: that waits for who has it open.
      return aim.in == In::sys && kernel_number(bytes, UINT64_MAX).value != 0
                 ? user_of_mdev(machine, aim.path)
                 : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace vfmgr::sim
