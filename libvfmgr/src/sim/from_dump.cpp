// SPDX-License-Identifier: Apache-2.0
#include "sim/from_dump.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/units.hpp"

#include "core/config_space/bytes.hpp"
#include "core/lspci_dump.hpp"
#include "sim/config_space.hpp"
#include "sim/dump_sriov.hpp"
#include "sim/dump_tree.hpp"
#include "sim/groups.hpp"
#include "sim/host_parts.hpp"
#include "sim/machine.hpp"
#include "sim/models.hpp"
#include "sim/resources.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

// Where windows are put that have no address in the dump.
constexpr std::uint64_t kFreeLowMemory = 0x80000000;
constexpr std::uint64_t kFreeHighMemory = 0x400000000000;
constexpr std::uint64_t kFirstFreeGroup = 16;
// Drivers that any device can be put on, by driver_override, with the module that brings each.
struct AnyDriver {
  std::string_view name, module;
};
constexpr std::array kForAnyDevice{AnyDriver{.name = "vfio-pci", .module = "vfio_pci"},
                                   AnyDriver{.name = "pci-pf-stub", .module = "pci_pf_stub"}};

std::uint64_t word_in(const DumpedFunction& function, std::size_t at, std::size_t bytes = 2) {
  return config_space::number(function.config, at, bytes).value_or(0);
}

Ids ids_of(const DumpedFunction& function) {
  const bool endpoint = (word_in(function, 0x0e, 1) & 0x7fU) == 0;
  return {.vendor = word_in(function, 0x00),
          .device = word_in(function, 0x02),
          .subsystem_vendor = endpoint ? word_in(function, 0x2c) : 0,
          .subsystem_device = endpoint ? word_in(function, 0x2e) : 0,
          .class_code = word_in(function, 0x09, 3)};
}

bool is_gpu(const Ids& ids) {
  Gpu gpu;
  gpu.class_code = static_cast<std::uint32_t>(ids.class_code);
  return gpu.is_gpu_class();
}

/// Puts a dump's functions into a machine, one after the other.
class Putting {
 public:
  Putting(std::span<const DumpedFunction> dump, std::span<const Model> models)
      : tree_(dump), models_(models) {
    host_.machine = bare_machine();
    for (const DumpedFunction& function : dump) {
      const auto group = static_cast<std::uint64_t>(function.iommu_group.value_or(0));
      next_group_ = std::max(next_group_, group + 1);
    }
  }

  void put(const DumpedFunction& function) {
    Machine& machine = host_.machine;
    const PciAddress& address = function.address;
    const std::string directory = tree_.directory(address);
    const Ids ids = ids_of(function);
    add_function(machine, address, directory);
    add_ids(machine, directory, ids);
    put_file(machine, directory, "numa_node", std::to_string(function.numa_node.value_or(-1)));
    machine.set_fact(address, "config", spell_config(function.config));
    if (!function.about.empty()) {
      machine.set_fact(address, "model_name", function.about);
    }
    if (const DumpedBridge* const bridge = tree_.as_bridge(address)) {
      put_file(machine, directory, "secondary_bus_number", std::to_string(bridge->secondary));
      put_file(machine, directory, "subordinate_bus_number", std::to_string(bridge->subordinate));
    } else {
      put_in_group(machine,
                   address,
                   function.iommu_group ? std::to_string(*function.iommu_group)
                                        : std::to_string(next_group_++));
    }
    put_driver(function, directory, ids);
    if (const auto sriov = dumped_sriov(function.config)) {
      put_sriov_of(function, directory, ids, *sriov);
    }
    ++host_.functions;
  }

  DumpedHost boot_host() {
    boot(host_.machine, load_);
    return std::move(host_);
  }

  void note(const PciAddress& function, std::string_view what) {
    host_.notes.push_back(fmt::format("{}: {}", vfmgr::to_string(function), what));
  }

 private:
  void put_sriov_of(const DumpedFunction& function,
                    const std::string& directory,
                    const Ids& ids,
                    const DumpedSriov& sriov) {
    Machine& machine = host_.machine;
    const PciAddress& pf = function.address;
    const DumpedBridge* const bridge = tree_.above(pf);
    const std::vector<std::pair<std::string_view, std::string>> facts{
        {"total_vfs", std::to_string(sriov.total)},
        {"initial_vfs", std::to_string(sriov.initial)},
        {"vf_offset", std::to_string(sriov.offset)},
        {"vf_stride", std::to_string(sriov.stride)},
        {"vf_device", fmt::format("0x{:04x}", sriov.device)},
        {"vf_class", fmt::format("0x{:06x}", ids.class_code)},
        {"vf_subsystem_device", fmt::format("0x{:04x}", ids.subsystem_device)},
        {"bus_end", std::to_string(bridge == nullptr ? 0xff : bridge->subordinate)},
        {"vf_groups", std::to_string(next_group_)},
        {"card", std::to_string(host_.pfs)}};
    for (const auto& [name, text] : facts) {
      machine.set_fact(pf, name, text);
    }
    next_group_ += sriov.total;
    add_sriov_files(machine,
                    directory,
                    {.total = sriov.total,
                     .offset = sriov.offset,
                     .stride = sriov.stride,
                     .device = sriov.device});
    put_windows(pf, directory, sriov);
    if (sriov.enabled > 0) {
      note(pf,
           fmt::format("had {} VF{} on; here it has none yet",
                       sriov.enabled,
                       sriov.enabled == 1 ? "" : "s"));
    }
    host_.gpus = host_.gpus || is_gpu(ids);
    ++host_.pfs;
  }

  void put_windows(const PciAddress& pf, const std::string& directory, const DumpedSriov& sriov) {
    constexpr std::size_t kVfLine = 7;         // include/linux/pci.h: PCI_IOV_RESOURCES
    constexpr std::uint64_t kWide = 0x100000;  // IORESOURCE_MEM_64
    std::array<std::string, 13> lines;
    lines.fill(resource_line(0, 0, 0));
    std::vector<VfBar> bars;
    for (const auto& one : sriov.bars) {
      if (!one) {
        continue;
      }
      const VfBar& bar = one->bar;
      std::uint64_t& free = (bar.flags & kWide) != 0 ? free_high_ : free_low_;
      const std::uint64_t length = bar.bytes * sriov.total;
      const bool placed = one->address != 0 && one->address % bar.bytes == 0;
      if (!placed) {
        free = (free + bar.bytes - 1) / bar.bytes * bar.bytes;
      }
      const std::uint64_t start = placed ? one->address : std::exchange(free, free + length);
      lines.at(kVfLine + bar.bar) = resource_line(start, start + length - 1, bar.flags);
      bars.push_back(bar);
    }
    std::string text;
    for (const std::string& line : lines) {
      text += line;
    }
    host_.machine.set_fact(pf, "vf_bars", spell_vf_bars(bars));
    if (!bars.empty()) {  // else nothing could be told of their windows
      host_.machine.tree().put(Space::sys, directory + "/resource", text);
    }
  }

  /// The model of this device whose PF is on the driver that this one is on.
  [[nodiscard]] const Model* model_of(const DumpedFunction& function, const Ids& ids) const {
    const auto found = std::ranges::find_if(models_, [&](const Model& model) {
      return model.number("vendor_id") == ids.vendor && model.number("device_id") == ids.device &&
             function.driver == model.driver && !model.by_override;
    });
    return found == models_.end() ? nullptr : &*found;
  }

  void put_driver(const DumpedFunction& function, const std::string& directory, const Ids& ids) {
    if (!function.driver) {
      return;
    }
    // Rules of a GPU's driver are about a PF, which this is none without its capability.
    const bool is_pf = dumped_sriov(function.config).has_value();
    if (const Model* const model = is_pf ? model_of(function, ids) : nullptr) {
      add_model_facts(host_.machine, function.address, *model);
      for (const ModelDriver& driver : model->drivers) {
        add_driver(host_.machine, driver);
        if (driver.loaded) {
          load_.push_back(driver.module);
        }
      }
      return;
    }
    const auto* const any = std::ranges::find(kForAnyDevice, *function.driver, &AnyDriver::name);
    if (any != kForAnyDevice.end()) {
      put_file(host_.machine, directory, "driver_override", *function.driver, Mode::read_write);
      load_.emplace_back(any->module);
      return;
    }
    if (!is_gpu(ids) && !is_pf) {
      return;  // nobody misses it
    }
    note(function.address,
         fmt::format("was on the driver {}, which is not simulated with this device; here it is on "
                     "none",
                     *function.driver));
  }

  DumpedTree tree_;
  std::span<const Model> models_;
  DumpedHost host_;
  std::vector<std::string> load_{"vfio_pci"};
  std::uint64_t next_group_ = kFirstFreeGroup;
  std::uint64_t free_low_ = kFreeLowMemory, free_high_ = kFreeHighMemory;
};

/// Where the VFs are that were on: they come by making them, and not with the dump.
std::set<PciAddress> addresses_of_vfs(std::span<const DumpedFunction> dump) {
  std::set<PciAddress> vfs;
  for (const DumpedFunction& function : dump) {
    const auto sriov = dumped_sriov(function.config);
    const PciAddress& pf = function.address;
    const std::uint64_t rid =
        (std::uint64_t{pf.bus} << 8U) | (std::uint64_t{pf.device} << 3U) | pf.function;
    for (std::uint64_t vf = 0; sriov && vf < sriov->enabled; ++vf) {
      const std::uint64_t id = rid + sriov->offset + (vf * sriov->stride);
      if (id > 0xffff) {
        break;
      }
      vfs.insert({.domain = pf.domain,
                  .bus = static_cast<std::uint8_t>(id >> 8U),
                  .device = static_cast<std::uint8_t>((id >> 3U) & 0x1fU),
                  .function = static_cast<std::uint8_t>(id & 0x7U)});
    }
  }
  return vfs;
}

}  // namespace

DumpedHost machine_of_dump(std::span<const DumpedFunction> dump, std::span<const Model> models) {
  std::vector<const DumpedFunction*> in_order;
  for (const DumpedFunction& function : dump) {
    in_order.push_back(&function);
  }
  std::ranges::sort(in_order, {}, &DumpedFunction::address);
  const std::set<PciAddress> vfs = addresses_of_vfs(dump);
  Putting putting(dump, models);
  for (const DumpedFunction* const function : in_order) {
    // A VF's own ids read all ones (SR-IOV 1.1, 3.4.1.1), as those of a device that is gone.
    if (vfs.contains(function->address)) {
      continue;
    }
    if (word_in(*function, 0x00) == 0xffff) {
      putting.note(function->address, "does not answer, or is a VF; here it is not");
      continue;
    }
    putting.put(*function);
  }
  return putting.boot_host();
}

}  // namespace vfmgr::sim
