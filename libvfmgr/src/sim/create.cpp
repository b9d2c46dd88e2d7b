// SPDX-License-Identifier: Apache-2.0
#include "sim/create.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "sim/groups.hpp"
#include "sim/host_parts.hpp"
#include "sim/machine.hpp"
#include "sim/models.hpp"
#include "sim/resources.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::sim {

namespace {

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
  add_ids(machine,
          directory,
          {.vendor = 0x1b36,
           .device = 0x000c,
           .subsystem_vendor = 0x1b36,
           .subsystem_device = 0x0000,
           .class_code = 0x060400});
  put_file(machine, directory, "secondary_bus_number", std::to_string(cursor.bus));
  put_file(machine, directory, "subordinate_bus_number", std::to_string(last_bus));
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
  add_model_facts(machine, pf, model);
  if (model.has_sriov()) {
    machine.set_fact(pf, "vf_bars", spell_vf_bars(model.vf_bars));
    machine.set_fact(pf, "vf_groups", std::to_string(cursor.group + 1));
  }
}

void add_pf(Machine& machine,
            const PciAddress& pf,
            const std::string& directory,
            const Model& model,
            Cursor& cursor) {
  add_function(machine, pf, directory);
  add_ids(machine,
          directory,
          {.vendor = model.number("vendor_id"),
           .device = model.number("device_id"),
           .subsystem_vendor = model.number("subsystem_vendor"),
           .subsystem_device = model.number("subsystem_device"),
           .class_code = model.number("class")});
  machine.tree().put(Space::sys, directory + "/resource", pf_resource(model, cursor));
  if (model.has_sriov()) {
    add_sriov_files(machine,
                    directory,
                    {.total = model.number("total_vfs"),
                     .offset = model.number("vf_offset"),
                     .stride = model.number("vf_stride"),
                     .device = model.number("vf_device")});
  }
  add_facts(machine, pf, model, cursor);
  machine.set_fact(pf, "card", std::to_string(cursor.index));
  put_in_group(machine, pf, std::to_string(cursor.group));
  if (model.by_override) {
    put_file(machine, directory, "driver_override", model.driver, Mode::read_write);
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

}  // namespace

Result<Machine> fresh_machine(std::span<const Model> gpus) {
  Machine machine = bare_machine();
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
  boot(machine, load);
  return machine;
}

}  // namespace vfmgr::sim
