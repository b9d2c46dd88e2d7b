// SPDX-License-Identifier: Apache-2.0
#include "sim/binding.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/groups.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vectors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

std::string driver_directory(std::string_view driver) {
  return "bus/pci/drivers/" + std::string(driver);
}

/// Whether "vvvv:dddd" of the function stands in a driver's list of ids.
bool id_listed(const Machine& machine, const PciAddress& function, const std::string& list_path) {
  const std::string* list = machine.tree().text(Space::hidden, list_path);
  if (list == nullptr) {
    return false;
  }
  const auto bare = [](const std::string& text) {
    return text.starts_with("0x") ? text.substr(2) : text;
  };
  const std::string id = bare(machine.attribute(function, "vendor")) + ":" +
                         bare(machine.attribute(function, "device"));
  return (" " + *list + " ").find(" " + id + " ") != std::string::npos;
}

std::string static_ids(std::string_view driver) {
  return fmt::format("drivers/{}/ids", driver);
}
std::string dynamic_ids(std::string_view driver) {
  return fmt::format("drivers/{}/dynamic_ids", driver);
}

/// pci-driver.c:pci_device_can_probe: a VF may be probed if its PF says so or it has an override.
bool may_probe(const Machine& machine, const PciAddress& function) {
  const auto pf = machine.pf_of(function);
  return !pf || machine.attribute(*pf, "sriov_drivers_autoprobe") != "0" ||
         !override_of(machine, function).empty();
}

/// pci-driver.c:pci_dma_configure: refuses a host driver what shares a group with a VM's function.
bool may_use_dma(const Machine& machine, std::string_view driver, const PciAddress& function) {
  const SimDriver* rules = machine.rules_of(driver);
  return (rules != nullptr && rules->is_vfio()) || !user_owns_group(machine, function);
}

/// A PF's driver may lower what sriov_totalvfs says (iov.c:pci_sriov_set_totalvfs); without it the
/// hardware's number comes back (pci_iov_remove).
void show_total(Machine& machine, const PciAddress& pf) {
  const auto total = machine.fact(pf, "total_vfs");
  if (!total) {
    return;
  }
  const SimDriver* rules = machine.rules_of(pf);
  const auto limit = rules == nullptr ? std::nullopt : rules->vf_limit(machine, pf);
  machine.tree().put(Space::sys,
                     machine.path_in(pf, "sriov_totalvfs"),
                     fmt::format("{}\n", limit && *limit < *total ? *limit : *total));
  show_pool(machine, pf);
}

}  // namespace

void tell_of_use(Machine& machine, const PciAddress& function) {
  const auto pf = machine.pf_of(function);
  if (pf) {
    for (const SimDriver* rules : machine.rules()) {
      rules->vf_use_changed(machine, *pf);
    }
  }
}

bool driver_loaded(const Machine& machine, std::string_view driver) {
  return !driver.empty() && driver.find('/') == std::string_view::npos &&
         machine.tree().find(Space::sys, driver_directory(driver)) != nullptr;
}

std::string override_of(const Machine& machine, const PciAddress& function) {
  const std::string text = machine.attribute(function, "driver_override");
  return text == "(null)" ? std::string{} : text;
}

bool driver_matches(const Machine& machine, std::string_view driver, const PciAddress& function) {
  const std::string wanted = override_of(machine, function);
  if (!wanted.empty()) {
    return wanted == driver;
  }
  return id_listed(machine, function, static_ids(driver)) ||
         id_listed(machine, function, dynamic_ids(driver));
}

int bind_function(Machine& machine, std::string_view driver, const PciAddress& function) {
  if (!machine.driver_of(function).empty()) {
    return EBUSY;
  }
  if (!may_use_dma(machine, driver, function)) {
    return EBUSY;
  }
  if (!may_probe(machine, function)) {
    return ENODEV;
  }
  const SimDriver* rules = machine.rules_of(driver);
  if (rules != nullptr) {
    if (const int error = rules->probe(machine, function); error != 0) {
      return error;
    }
  }
  Tree& tree = machine.tree();
  const std::string directory = machine.directory(function);
  const std::string drivers = driver_directory(driver);
  tree.put_link(Space::sys, directory + "/driver", relative_link(directory, drivers));
  tree.put_link(
      Space::sys, drivers + "/" + vfmgr::to_string(function), relative_link(drivers, directory));
  show_total(machine, function);
  update_vfio_node(machine, group_of(machine, function));
  if (rules != nullptr) {
    rules->bound(machine, function);
  }
  tell_of_use(machine, function);
  return 0;
}

void begin_unbind(Machine& machine, const PciAddress& function) {
  const std::string driver = machine.driver_of(function);
  if (driver.empty()) {
    return;
  }
  Tree& tree = machine.tree();
  tree.put(Space::hidden, Machine::leaving_path(function), driver);
  tree.erase(Space::sys, driver_directory(driver) + "/" + vfmgr::to_string(function));
  tree.erase(Space::sys, machine.path_in(function, "driver"));
}

void unbind_function(Machine& machine, const PciAddress& function) {
  const std::string driver = machine.driver_of(function);
  if (driver.empty()) {
    return;
  }
  const SimDriver* rules = machine.rules_of(driver);
  if (rules != nullptr) {
    if (machine.enabled_vfs(function) != 0 && !rules->leaves_vfs()) {
      rules->set_vfs(machine, function, 0);
    }
    rules->unbound(machine, function);
  }
  begin_unbind(machine, function);
  machine.tree().erase(Space::hidden, Machine::leaving_path(function));
  show_total(machine, function);
  update_vfio_node(machine, group_of(machine, function));
  tell_of_use(machine, function);
}

int probe_function(Machine& machine, const PciAddress& function) {
  for (const std::string& driver : machine.tree().names(Space::sys, "bus/pci/drivers")) {
    if (!driver_matches(machine, driver, function)) {
      continue;
    }
    // dd.c:really_probe: what dma_configure refuses ends the search, what probes refuse does not.
    if (!may_use_dma(machine, driver, function)) {
      return EBUSY;
    }
    if (bind_function(machine, driver, function) == 0) {
      return 0;
    }
  }
  return 0;
}

void register_driver(Machine& machine, std::string_view driver) {
  Tree& tree = machine.tree();
  const std::string directory = driver_directory(driver);
  for (const char* leaf : {"bind", "unbind", "new_id", "remove_id"}) {
    tree.put(Space::sys, directory + "/" + leaf, "", Mode::write_only);
  }
}

void unregister_driver(Machine& machine, std::string_view driver) {
  for (const std::string& name : machine.tree().names(Space::sys, driver_directory(driver))) {
    if (const auto function = stored_address(name)) {
      unbind_function(machine, *function);
    }
  }
  machine.tree().erase(Space::sys, driver_directory(driver));
  machine.tree().erase(Space::hidden, dynamic_ids(driver));
}

int write_bind(Machine& machine, std::string_view driver, std::string_view bytes) {
  const auto function = stored_address(kernel_word(bytes));
  int error = 0;
  if (!function || !machine.exists(*function) || !driver_matches(machine, driver, *function)) {
    error = ENODEV;
  } else {
    error = bind_function(machine, driver, *function);
  }
  // 5.10: bus.c:bind_store keeps its ENODEV whatever the probe said.
  return error != 0 && machine.kernel_before(6, 0) ? ENODEV : error;
}

int write_unbind(Machine& machine, std::string_view driver, std::string_view bytes) {
  const auto function = stored_address(kernel_word(bytes));
  if (!function || !machine.exists(*function) || machine.driver_of(*function) != driver) {
    return ENODEV;
  }
  unbind_function(machine, *function);
  return 0;
}

int write_drivers_probe(Machine& machine, std::string_view bytes) {
  const auto function = stored_address(kernel_word(bytes));
  if (!function || !machine.exists(*function)) {
    return ENODEV;
  }
  // bus.c:drivers_probe_store has one errno for all that the search ends with.
  const bool searched =
      !machine.driver_of(*function).empty() || probe_function(machine, *function) == 0;
  return searched ? 0 : EINVAL;
}

namespace {

/// "vendor device …" in hex as new_id takes it, to "vvvv:dddd"; empty: fewer than two fields.
std::string first_two_ids(std::string_view bytes) {
  std::vector<std::string> fields;
  std::string_view rest = kernel_word(bytes);
  while (!rest.empty() && fields.size() < 2) {
    const std::size_t end = rest.find(' ');
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (word.empty()) {
      continue;
    }
    const std::string digits =
        word.starts_with("0x") ? std::string(word.substr(2)) : std::string(word);
    const KernelNumber number = kernel_number("0x" + digits, 0xFFFFFFFF);
    if (digits.empty() || number.error != 0) {
      return {};
    }
    fields.push_back(fmt::format("{:04x}", number.value));
  }
  return fields.size() == 2 ? fields[0] + ":" + fields[1] : std::string{};
}

std::string list_text(const Machine& machine, const std::string& path) {
  const std::string* text = machine.tree().text(Space::hidden, path);
  return text == nullptr ? std::string{} : *text;
}

}  // namespace

int write_new_id(Machine& machine, std::string_view driver, std::string_view bytes) {
  const std::string id = first_two_ids(bytes);
  if (id.empty()) {
    return EINVAL;
  }
  const std::string known = " " + list_text(machine, static_ids(driver)) + " ";
  const std::string added = list_text(machine, dynamic_ids(driver));
  const bool again = (" " + added + " ").find(" " + id + " ") != std::string::npos;
  if (known.find(" " + id + " ") != std::string::npos || (again && !machine.kernel_before(6, 0))) {
    return EEXIST;
  }
  machine.tree().put(Space::hidden, dynamic_ids(driver), added.empty() ? id : added + " " + id);
  for (const PciAddress& function : machine.functions()) {
    if (machine.driver_of(function).empty() && driver_matches(machine, driver, function)) {
      bind_function(machine, driver, function);
    }
  }
  return 0;
}

int write_remove_id(Machine& machine, std::string_view driver, std::string_view bytes) {
  const std::string id = first_two_ids(bytes);
  if (id.empty()) {
    return EINVAL;
  }
  const std::string list = " " + list_text(machine, dynamic_ids(driver)) + " ";
  const std::size_t at = list.find(" " + id + " ");
  if (at == std::string::npos) {
    return ENODEV;
  }
  std::string rest = list.substr(0, at) + list.substr(at + id.size() + 1);
  rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  rest.erase(rest.find_last_not_of(' ') + 1);
  if (rest.empty()) {
    machine.tree().erase(Space::hidden, dynamic_ids(driver));
  } else {
    machine.tree().put(Space::hidden, dynamic_ids(driver), rest);
  }
  return 0;
}

}  // namespace vfmgr::sim
