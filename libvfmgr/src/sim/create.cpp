// SPDX-License-Identifier: Apache-2.0
#include "sim/create.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "core/words.hpp"
#include "sim/groups.hpp"
#include "sim/machine.hpp"
#include "sim/models.hpp"
#include "sim/modules.hpp"
#include "sim/resources.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

// The kernel that the rules were read at last.
constexpr std::string_view kKernel = "7.2";
constexpr std::uint32_t kFirstBus = 3;
constexpr std::uint32_t kLastBus = 0xFF;
constexpr std::uint32_t kFirstGroup = 16;
constexpr std::uint64_t kLowMemory = 0x80000000;     // where 32-bit windows are put …
constexpr std::uint64_t kHighMemory = 0x2000000000;  // … and 64-bit ones
constexpr std::uint64_t kMem64 = 0x100000;           // IORESOURCE_MEM_64, include/linux/ioport.h

constexpr std::uint32_t kIntegratedDevice = 2;  // where the GPU of Intel's processors is

/// Where the next GPU goes.
struct Cursor {
  std::uint32_t index = 0, bus = kFirstBus, group = kFirstGroup;
  std::uint32_t bridges = 0;
  bool integrated = false;  ///< 0000:00:02.0 and its VFs are no bridges' place
  std::uint64_t low = kLowMemory, high = kHighMemory;
};

void file(Machine& machine,
          const std::string& directory,
          std::string_view leaf,
          std::string text,
          Mode mode = Mode::read_only) {
  machine.tree().put(Space::sys, directory + "/" + std::string(leaf), std::move(text) + "\n", mode);
}

void add_function(Machine& machine, const PciAddress& address, const std::string& directory) {
  const std::string name = vfmgr::to_string(address);
  machine.set_fact(address, "dir", directory);
  machine.tree().put_link(Space::sys, "bus/pci/devices/" + name, "../../../" + directory);
  file(machine, directory, "driver_override", "(null)", Mode::read_write);
  file(machine, directory, "numa_node", "0");
  machine.tree().put(Space::sys, directory + "/remove", "", Mode::write_only);
}

/// The root port above a GPU; its bus numbers reach as far as the GPU's VFs need.
std::string add_bridge(Machine& machine, const Cursor& cursor, std::uint32_t last_bus) {
  const std::uint32_t device = 1 + (cursor.bridges / 8);
  const bool beyond = cursor.integrated && device >= kIntegratedDevice;
  const PciAddress address{.domain = 0,
                           .bus = 0,
                           .device = static_cast<std::uint8_t>(beyond ? device + 1 : device),
                           .function = static_cast<std::uint8_t>(cursor.bridges % 8)};
  const std::string directory = "devices/pci0000:00/" + vfmgr::to_string(address);
  add_function(machine, address, directory);
  // The identity of QEMU's pcie-root-port (docs/specs/pci-ids.rst), which stands for any bridge.
  file(machine, directory, "vendor", "0x1b36");
  file(machine, directory, "device", "0x000c");
  file(machine, directory, "class", "0x060400");
  file(machine, directory, "subsystem_vendor", "0x1b36");
  file(machine, directory, "subsystem_device", "0x0000");
  file(machine, directory, "secondary_bus_number", std::to_string(cursor.bus));
  file(machine, directory, "subordinate_bus_number", std::to_string(last_bus));
  return directory;
}

/// The PF's resource file: windows for all its VFs. What stands in lines 0 to 6, its own BARs, no
/// model says, so they are empty.
std::string pf_resource(const Model& model, Cursor& cursor) {
  std::array<std::string, 13> lines;
  lines.fill(resource_line(0, 0, 0));
  for (const VfBar& bar : model.vf_bars) {  // none without SR-IOV
    std::uint64_t& next = (bar.flags & kMem64) != 0 ? cursor.high : cursor.low;
    next = (next + bar.bytes - 1) / bar.bytes * bar.bytes;
    const std::uint64_t bytes = bar.bytes * model.number("total_vfs");
    lines.at(7 + bar.bar) = resource_line(next, next + bytes - 1, bar.flags);
    next += bytes;
  }
  std::string text;
  for (const std::string& line : lines) {
    text += line;
  }
  return text;
}

void add_facts(Machine& machine, const PciAddress& pf, const Model& model, const Cursor& cursor) {
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
    machine.set_fact(pf, "vf_bars", spell_vf_bars(model.vf_bars));
    machine.set_fact(pf, "vf_groups", std::to_string(cursor.group + 1));
  }
  machine.set_fact(pf, "vendor_name", model.vendor);
  machine.set_fact(pf, "model_name", model.model);
}

/// Configuration space as far as it tells which card this is: ids, and the Device Serial Number
/// (include/uapi/linux/pci_regs.h: PCI_EXT_CAP_ID_DSN, version 1, the only extended capability
/// here).
std::string pf_config(const Model& model, std::uint64_t serial) {
  constexpr std::size_t kDsn = 0x100;
  std::string config(kDsn + 12, '\0');
  const auto put = [&config](std::size_t at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      config[at + byte] = static_cast<char>((value >> (8 * byte)) & 0xffU);
    }
  };
  put(0x00, model.number("vendor_id"), 2);
  put(0x02, model.number("device_id"), 2);
  put(0x09, model.number("class"), 3);
  put(0x2c, model.number("subsystem_vendor"), 2);
  put(0x2e, model.number("subsystem_device"), 2);
  put(kDsn, 0x00010003, 4);
  put(kDsn + 4, serial, 8);
  return config;
}

/// What pci-sysfs.c shows of the capability (sriov_pf_dev_attr_group).
void add_sriov(Machine& machine, const std::string& directory, const Model& model) {
  file(machine, directory, "sriov_totalvfs", std::to_string(model.number("total_vfs")));
  file(machine, directory, "sriov_numvfs", "0", Mode::read_write);
  file(machine, directory, "sriov_offset", std::to_string(model.number("vf_offset")));
  file(machine, directory, "sriov_stride", std::to_string(model.number("vf_stride")));
  file(machine, directory, "sriov_vf_device", fmt::format("{:x}", model.number("vf_device")));
  file(machine, directory, "sriov_drivers_autoprobe", "1", Mode::read_write);
  file(machine, directory, "sriov_vf_total_msix", "0");
}

void add_pf(Machine& machine,
            const PciAddress& pf,
            const std::string& directory,
            const Model& model,
            Cursor& cursor) {
  add_function(machine, pf, directory);
  file(machine, directory, "vendor", fmt::format("0x{:04x}", model.number("vendor_id")));
  file(machine, directory, "device", fmt::format("0x{:04x}", model.number("device_id")));
  file(machine, directory, "class", fmt::format("0x{:06x}", model.number("class")));
  file(machine,
       directory,
       "subsystem_vendor",
       fmt::format("0x{:04x}", model.number("subsystem_vendor")));
  file(machine,
       directory,
       "subsystem_device",
       fmt::format("0x{:04x}", model.number("subsystem_device")));
  machine.tree().put(Space::sys, directory + "/resource", pf_resource(model, cursor));
  if (model.has_sriov()) {
    add_sriov(machine, directory, model);
  }
  add_facts(machine, pf, model, cursor);
  machine.set_fact(pf, "card", std::to_string(cursor.index));
  if (model.numbers.contains("serial_number")) {
    machine.tree().put(Space::sys,
                       directory + "/config",
                       pf_config(model, model.number("serial_number") + cursor.index));
  }
  put_in_group(machine, pf, std::to_string(cursor.group));
  if (model.by_override) {
    file(machine, directory, "driver_override", model.driver, Mode::read_write);
  }
}

/// A GPU of its own behind a bridge.
Result<void> add_card(Machine& machine, const Model& model, Cursor& cursor) {
  const std::uint64_t total = model.most_vfs();
  const std::uint64_t last_id =
      total == 0 ? 0 : model.number("vf_offset") + ((total - 1) * model.number("vf_stride"));
  const std::uint64_t last_bus = cursor.bus + (last_id >> 8U);
  const std::uint32_t most = (cursor.integrated ? 30 : 31) * 8;
  if (last_bus > kLastBus || cursor.bridges >= most) {
    return fail({.kind = ErrorKind::invalid,
                 .subject = model.name,
                 .why = "the host has no bus numbers left for this GPU and its VFs",
                 .help = "ask for fewer GPUs"});
  }
  const std::string bridge = add_bridge(machine, cursor, static_cast<std::uint32_t>(last_bus));
  const PciAddress pf{
      .domain = 0, .bus = static_cast<std::uint8_t>(cursor.bus), .device = 0, .function = 0};
  add_pf(machine, pf, bridge + "/" + vfmgr::to_string(pf), model, cursor);
  machine.set_fact(pf, "bus_end", std::to_string(last_bus));
  // drivers/pci/slot.c: all functions of what is plugged in have one slot.
  machine.tree().put(Space::sys,
                     fmt::format("bus/pci/slots/{}/address", cursor.bridges + 1),
                     fmt::format("0000:{:02x}:00\n", cursor.bus));
  ++cursor.bridges;
  cursor.bus = static_cast<std::uint32_t>(last_bus) + 1;
  return {};
}

/// The GPU in a processor: on the root bus, in no slot.
Result<void> add_integrated(Machine& machine, const Model& model, Cursor& cursor) {
  const PciAddress pf{
      .domain = 0, .bus = 0, .device = std::uint8_t{kIntegratedDevice}, .function = 0};
  if (machine.exists(pf)) {
    return fail({.kind = ErrorKind::invalid,
                 .subject = model.name,
                 .why = "a host has one GPU in its processor",
                 .help = "ask for one of these"});
  }
  add_pf(machine, pf, "devices/pci0000:00/" + vfmgr::to_string(pf), model, cursor);
  machine.set_fact(pf, "bus_end", "0");
  return {};
}

bool is_integrated(const Model& model) {
  const auto found = model.numbers.find("integrated");
  return found != model.numbers.end() && found->second != 0;
}

Result<void> add_gpu(Machine& machine, const Model& model, Cursor& cursor) {
  TRY_VOID(is_integrated(model) ? add_integrated(machine, model, cursor)
                                : add_card(machine, model, cursor));
  ++cursor.index;
  cursor.group += model.most_vfs() + 1;
  return {};
}

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

/// A driver and its module; ids of a driver that is already there are added.
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

}  // namespace

Result<Machine> fresh_machine(std::span<const Model> gpus) {
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
  std::vector<std::string> load{"vfio_pci"};
  Cursor cursor{.integrated = std::ranges::any_of(gpus, is_integrated)};
  for (const Model& model : gpus) {
    TRY_VOID(add_gpu(machine, model, cursor));
    for (const ModelDriver& driver : model.drivers) {
      add_driver(machine, driver);
      if (driver.loaded) {
        load.push_back(driver.module);
      }
    }
  }
  for (const std::string& module : load) {
    write_module(machine, module, "load", false);
  }
  // A fresh host has been up for a while: what drivers bring late is there.
  while (const auto due = machine.until_next_due()) {
    machine.advance(*due);
  }
  tree.erase(Space::hidden, "volatile/clock");
  return machine;
}

}  // namespace vfmgr::sim
