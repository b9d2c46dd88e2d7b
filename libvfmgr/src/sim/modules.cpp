// SPDX-License-Identifier: Apache-2.0
#include "sim/modules.hpp"

#include "vfmgr/units.hpp"

#include "sim/binding.hpp"
#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

bool loaded(const Machine& machine, const std::string& name) {
  return machine.tree().find(Space::module, name) != nullptr;
}

/// dd.c:driver_attach: a driver that comes is offered every function without one; no other driver
/// is asked. `most` says how many it gets.
void attach(Machine& machine, const std::string& driver, std::size_t most) {
  for (const PciAddress& function : machine.functions()) {
    // A function may have gone by what a probe before it did.
    if (most > 0 && machine.exists(function) && machine.driver_of(function).empty() &&
        driver_matches(machine, driver, function) &&
        bind_function(machine, driver, function) == 0) {
      --most;
    }
  }
}

int load(Machine& machine, const std::string& name, std::string_view arguments, bool half) {
  if (loaded(machine, name)) {
    return 0;  // modprobe without --first-time: nothing to do, whatever the arguments
  }
  if (machine.tree().find(Space::hidden, "modules/" + name + "/drivers") == nullptr) {
    return ENOENT;
  }
  const auto drivers = drivers_of_module(machine, name);
  for (const std::string& driver : drivers) {
    const SimDriver* rules = machine.rules_of(driver);
    if (const int error = rules == nullptr ? 0 : rules->load_error(machine, arguments);
        error != 0) {
      return error;
    }
  }
  Tree& tree = machine.tree();
  tree.put(Space::module,
           name,
           arguments.empty() ? "loaded" : "loaded " + std::string(arguments),
           Mode::read_write);
  tree.put(Space::sys, "module/" + name + "/initstate", "live\n");
  for (const std::string& driver : drivers) {
    register_driver(machine, driver);
    tree.put_link(Space::sys,
                  fmt::format("module/{}/drivers/pci:{}", name, driver),
                  "../../../bus/pci/drivers/" + driver);
    tree.put_link(
        Space::sys, fmt::format("bus/pci/drivers/{}/module", driver), "../../../../module/" + name);
  }
  for (const std::string& driver : drivers) {
    attach(machine, driver, half ? 1 : machine.functions().size());
    if (const SimDriver* rules = machine.rules_of(driver)) {
      rules->loaded(machine);
    }
  }
  return 0;
}

int unload(Machine& machine, const std::string& name, bool half) {
  if (!loaded(machine, name)) {
    return 0;  // modprobe -r without --first-time
  }
  for (const std::string& driver : drivers_of_module(machine, name)) {
    if (half) {
      const auto functions = machine.functions();
      const auto first = std::ranges::find_if(functions, [&](const PciAddress& function) {
        return machine.driver_of(function) == driver;
      });
      if (first != functions.end()) {
        unbind_function(machine, *first);
        return 0;
      }
    }
    unregister_driver(machine, driver);
    if (const SimDriver* rules = machine.rules_of(driver)) {
      rules->unloaded(machine);
    }
  }
  machine.tree().erase(Space::sys, "module/" + name);
  machine.tree().erase(Space::module, name);
  return 0;
}

}  // namespace

std::string module_name(std::string_view name) {
  std::string plain(name);
  std::ranges::replace(plain, '-', '_');
  return plain;
}

std::vector<std::string> drivers_of_module(const Machine& machine, std::string_view name) {
  std::vector<std::string> drivers;
  const std::string* text =
      machine.tree().text(Space::hidden, "modules/" + module_name(name) + "/drivers");
  std::string_view rest = text == nullptr ? std::string_view{} : std::string_view(*text);
  while (!rest.empty()) {
    const std::size_t end = rest.find(' ');
    if (end != 0) {
      drivers.emplace_back(rest.substr(0, end));
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return drivers;
}

int write_module(Machine& machine, std::string_view name, std::string_view bytes, bool half) {
  const std::string plain = module_name(name);
  const std::string_view order = without_newline(bytes);
  if (order == "load" || order.starts_with("load ")) {
    return load(machine, plain, order.substr(std::min<std::size_t>(order.size(), 5)), half);
  }
  if (order == "unload") {
    return unload(machine, plain, half);
  }
  return EINVAL;
}

}  // namespace vfmgr::sim
