// SPDX-License-Identifier: Apache-2.0
#include "sim/host_parts.hpp"

#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/machine.hpp"
#include "sim/models.hpp"
#include "sim/modules.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim {

namespace {

// The kernel that the rules were read at last.
constexpr std::string_view kKernel = "7.2";

/// Words for the command line, each once. A host has one of it: where two models say a parameter
/// differently, the later one holds.
void add_options(Tree& tree, const ModelDriver& driver) {
  const std::string place = "modules/" + module_name(driver.module) + "/options";
  const std::string* before = tree.text(Space::hidden, place);
  std::string all = before == nullptr ? std::string{} : *before;
  for (const std::string_view word : split(driver.options, ' ')) {
    if (!word.empty() && (" " + all + " ").find(fmt::format(" {} ", word)) == std::string::npos) {
      all += (all.empty() ? "" : " ") + std::string(word);
    }
  }
  if (!all.empty()) {
    tree.put(Space::hidden, place, all);
  }
}

}  // namespace

Machine bare_machine() {
  Machine machine;
  Tree& tree = machine.tree();
  tree.put(Space::hidden, "kernel", std::string(kKernel));
  tree.put(Space::hidden, "boot_id", "5e000000-0000-4000-8000-000000000001");
  tree.put(Space::sys, "bus/pci/drivers_probe", "", Mode::write_only);
  tree.put_directory(Space::sys, "bus/pci/devices");
  tree.put_directory(Space::sys, "bus/pci/drivers");
  tree.put_directory(Space::sys, "kernel/iommu_groups");
  tree.put(Space::dev, "vfio/vfio", "", Mode::read_write);
  add_driver(
      machine,
      {.name = "vfio-pci", .module = "vfio_pci", .rules = "vfio-pci", .ids = {}, .options = {}});
  add_driver(machine,
             {.name = "pci-pf-stub",
              .module = "pci_pf_stub",
              .rules = "pci-pf-stub",
              .ids = {},
              .options = {}});
  return machine;
}

void boot(Machine& machine, std::span<const std::string> modules) {
  for (const std::string& module : modules) {
    write_module(machine, module, "load", false);
  }
  while (const auto due = machine.until_next_due()) {
    machine.advance(*due);
  }
  machine.tree().erase(Space::hidden, "volatile/clock");
}

void put_file(Machine& machine,
              const std::string& directory,
              std::string_view leaf,
              std::string text,
              Mode mode) {
  machine.tree().put(Space::sys, directory + "/" + std::string(leaf), std::move(text) + "\n", mode);
}

void add_function(Machine& machine, const PciAddress& address, const std::string& directory) {
  const std::string name = vfmgr::to_string(address);
  machine.set_fact(address, "dir", directory);
  machine.tree().put_link(Space::sys, "bus/pci/devices/" + name, "../../../" + directory);
  put_file(machine, directory, "driver_override", "(null)", Mode::read_write);
  put_file(machine, directory, "numa_node", "0");
  machine.tree().put(Space::sys, directory + "/remove", "", Mode::write_only);
}

void add_ids(Machine& machine, const std::string& directory, const Ids& ids) {
  put_file(machine, directory, "vendor", fmt::format("0x{:04x}", ids.vendor));
  put_file(machine, directory, "device", fmt::format("0x{:04x}", ids.device));
  put_file(machine, directory, "class", fmt::format("0x{:06x}", ids.class_code));
  put_file(machine, directory, "subsystem_vendor", fmt::format("0x{:04x}", ids.subsystem_vendor));
  put_file(machine, directory, "subsystem_device", fmt::format("0x{:04x}", ids.subsystem_device));
}

void add_sriov_files(Machine& machine, const std::string& directory, const VfNumbers& numbers) {
  put_file(machine, directory, "sriov_totalvfs", std::to_string(numbers.total));
  put_file(machine, directory, "sriov_numvfs", "0", Mode::read_write);
  put_file(machine, directory, "sriov_offset", std::to_string(numbers.offset));
  put_file(machine, directory, "sriov_stride", std::to_string(numbers.stride));
  put_file(machine, directory, "sriov_vf_device", fmt::format("{:x}", numbers.device));
  put_file(machine, directory, "sriov_drivers_autoprobe", "1", Mode::read_write);
  put_file(machine, directory, "sriov_vf_total_msix", "0");
}

void add_model_facts(Machine& machine, const PciAddress& pf, const Model& model) {
  for (const auto& [name, value] : model.numbers) {
    static constexpr std::array<std::string_view, 7> kShown{"vendor_id",
                                                            "device_id",
                                                            "subsystem_vendor",
                                                            "subsystem_device",
                                                            "class",
                                                            "integrated",
                                                            "no_sriov"};
    if (std::ranges::find(kShown, name) == kShown.end()) {
      machine.set_fact(pf, name, std::to_string(value));
    }
  }
  for (const auto& [name, rows] : model.rows) {
    machine.set_fact(pf, name, rows);
  }
  if (model.has_sriov()) {
    machine.set_fact(pf, "vf_device", fmt::format("0x{:04x}", model.number("vf_device")));
    machine.set_fact(pf, "vf_class", fmt::format("0x{:06x}", model.number("vf_class")));
    machine.set_fact(
        pf, "vf_subsystem_device", fmt::format("0x{:04x}", model.number("vf_subsystem_device")));
  }
  machine.set_fact(pf, "vendor_name", model.vendor);
  machine.set_fact(pf, "model_name", model.model);
}

void add_driver(Machine& machine, const ModelDriver& driver) {
  Tree& tree = machine.tree();
  const std::string place = "drivers/" + driver.name;
  tree.put(Space::hidden, place + "/rules", driver.rules);
  const std::string* ids = tree.text(Space::hidden, place + "/ids");
  std::string all = ids == nullptr ? std::string{} : *ids;
  if ((" " + all + " ").find(" " + driver.ids + " ") == std::string::npos) {
    all += (all.empty() ? "" : " ") + driver.ids;
  }
  tree.put(Space::hidden, place + "/ids", all);
  add_options(tree, driver);
  const std::string module = "modules/" + module_name(driver.module) + "/drivers";
  const auto brought = drivers_of_module(machine, driver.module);
  if (std::ranges::find(brought, driver.name) == brought.end()) {
    const std::string* before = tree.text(Space::hidden, module);
    tree.put(Space::hidden, module, before == nullptr ? driver.name : *before + " " + driver.name);
  }
}

}  // namespace vfmgr::sim
