// SPDX-License-Identifier: Apache-2.0
#include "sim/vfs.hpp"

#include "vfmgr/units.hpp"

#include "sim/binding.hpp"
#include "sim/groups.hpp"
#include "sim/machine.hpp"
#include "sim/resources.hpp"
#include "sim/tree.hpp"
#include "sim/vectors.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim {

namespace {

constexpr Milliseconds kEnableCost{100};    // iov.c:sriov_enable, msleep(100)
constexpr Milliseconds kDisableCost{1000};  // iov.c:sriov_disable, ssleep(1)
// Assumed: making a VF costs some milliseconds, most of them in drivers' probes; no figure for GPUs
// was found. NICs take 15 to 350 ms a VF.
constexpr Milliseconds kVfCost{5};

void show_count(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  if (vfs == 0) {
    machine.tree().erase(Space::hidden, fact_path(pf, "num_vfs"));
  } else {
    machine.set_fact(pf, "num_vfs", std::to_string(vfs));
  }
  machine.tree().put(
      Space::sys, machine.path_in(pf, "sriov_numvfs"), fmt::format("{}\n", vfs), Mode::read_write);
}

std::string virtfn(const Machine& machine, const PciAddress& pf, std::uint32_t index) {
  return machine.path_in(pf, fmt::format("virtfn{}", index));
}

void make_files(Machine& machine, const PciAddress& pf, const PciAddress& vf, std::uint32_t index) {
  Tree& tree = machine.tree();
  const std::string directory = machine.directory(vf);
  const auto file = [&](std::string_view leaf, std::string text, Mode mode = Mode::read_only) {
    tree.put(Space::sys, directory + "/" + std::string(leaf), std::move(text), mode);
  };
  // A VF has its vendor and subsystem vendor from the PF and its device id from the capability
  // (iov.c:pci_iov_add_virtfn); class and subsystem are read from VF 0's own header.
  file("vendor", machine.attribute(pf, "vendor") + "\n");
  file("device", machine.fact_text(pf, "vf_device") + "\n");
  const std::string vf_class = machine.fact_text(pf, "vf_class");
  file("class", (vf_class.empty() ? machine.attribute(pf, "class") : vf_class) + "\n");
  file("subsystem_vendor", machine.attribute(pf, "subsystem_vendor") + "\n");
  const std::string subsystem = machine.fact_text(pf, "vf_subsystem_device");
  file("subsystem_device",
       (subsystem.empty() ? machine.attribute(pf, "subsystem_device") : subsystem) + "\n");
  file("numa_node", machine.attribute(pf, "numa_node") + "\n");
  file("resource", vf_resource(machine, pf, index));
  file("driver_override", "(null)\n", Mode::read_write);
  // No "remove": pci-sysfs.c:pci_dev_hp_attrs_are_visible keeps it from VFs.
  if (!machine.kernel_before(5, 13)) {
    file("sriov_vf_msix_count", "", Mode::write_only);
  }
  // Of configuration space only what a driver of the PF deals out is there.
  if (const auto pool = pool_of(machine, pf)) {
    file("config", vf_config(pool->each));
  }
}

void add_vf(Machine& machine, const PciAddress& pf, std::uint32_t index) {
  const auto vf = machine.vf_address(pf, index);
  if (!vf || machine.exists(*vf)) {
    return;  // bus numbers were checked before
  }
  Tree& tree = machine.tree();
  const std::string name = vfmgr::to_string(*vf);
  // A VF hangs below the PF's bridge, beside the PF (iov.c:pci_iov_add_virtfn).
  const std::string directory = std::string(parent_of(machine.directory(pf))) + "/" + name;
  machine.set_fact(*vf, "dir", directory);
  machine.set_fact(*vf, "pf", vfmgr::to_string(pf));
  machine.set_fact(*vf, "index", std::to_string(index));
  make_files(machine, pf, *vf, index);
  tree.put_link(Space::sys, "bus/pci/devices/" + name, "../../../" + directory);
  join_group(machine, *vf);
  tree.put_link(Space::sys, virtfn(machine, pf, index), "../" + name);
  tree.put_link(Space::sys, directory + "/physfn", "../" + vfmgr::to_string(pf));
  probe_function(machine, *vf);
}

int check_enable(const Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  const auto total = machine.fact(pf, "total_vfs");
  if (!total) {
    return ENOSYS;  // not a PF
  }
  const std::uint64_t initial = machine.fact(pf, "initial_vfs").value_or(*total);
  if (machine.enabled_vfs(pf) != 0) {
    return EINVAL;
  }
  if (initial != *total) {
    return EIO;
  }
  if (vfs > *total) {
    return EINVAL;
  }
  if (!vf_windows_assigned(machine, pf)) {
    return ENOMEM;  // "not enough MMIO resources for SR-IOV"
  }
  const auto last = machine.vf_address(pf, vfs - 1);
  if (!last || last->bus > machine.fact(pf, "bus_end").value_or(0xFF)) {
    return ENOMEM;  // "can't enable %d VFs (bus %02x out of range of %pR)"
  }
  return 0;
}

}  // namespace

int enable_vfs(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  if (vfs == 0) {
    return 0;  // iov.c:sriov_enable
  }
  if (const int error = check_enable(machine, pf, vfs); error != 0) {
    return error;
  }
  for (std::uint32_t index = 0; index < vfs; ++index) {
    add_vf(machine, pf, index);
  }
  show_count(machine, pf, vfs);
  machine.advance(kEnableCost + (vfs * kVfCost));
  return 0;
}

void keep_vfs(Machine& machine, const PciAddress& pf, std::uint32_t keep) {
  const std::uint32_t enabled = machine.enabled_vfs(pf);
  for (std::uint32_t index = keep; index < enabled; ++index) {
    const auto vf = machine.vf_address(pf, index);
    machine.tree().erase(Space::sys, virtfn(machine, pf, index));
    if (vf && machine.pf_of(*vf) == pf) {
      remove_function(machine, *vf);
    }
  }
  if (keep < enabled) {
    show_count(machine, pf, keep);
  }
}

void disable_vfs(Machine& machine, const PciAddress& pf) {
  if (machine.enabled_vfs(pf) == 0) {
    return;
  }
  keep_vfs(machine, pf, 0);
  forget_vf_bar_sizes(machine, pf);
  machine.advance(kDisableCost);
}

void stop_disable_at(Machine& machine, const PciAddress& pf, std::uint32_t before) {
  for (std::uint32_t index = 0; index <= before; ++index) {
    machine.tree().erase(Space::sys, virtfn(machine, pf, index));
    const auto vf = machine.vf_address(pf, index);
    if (!vf || machine.pf_of(*vf) != pf) {
      continue;
    }
    if (index < before) {
      remove_function(machine, *vf);
    } else {
      machine.tree().erase(Space::sys, machine.path_in(*vf, "physfn"));
    }
  }
}

void remove_function(Machine& machine, const PciAddress& function) {
  if (!machine.exists(function)) {
    return;
  }
  Tree& tree = machine.tree();
  const std::string name = vfmgr::to_string(function);
  unbind_function(machine, function);
  keep_vfs(machine, function, 0);  // iov.c:pci_iov_release: VFs do not outlive their PF
  if (const auto pf = machine.pf_of(function)) {
    const std::string link = virtfn(
        machine, *pf, static_cast<std::uint32_t>(machine.fact(function, "index").value_or(0)));
    const Node* node = tree.find(Space::sys, link);
    if (node != nullptr && leaf_of(node->text) == name) {
      tree.erase(Space::sys, link);
    }
  }
  leave_group(machine, function);
  tree.erase(Space::hidden, "volatile/held/" + name);
  tree.erase(Space::hidden, Machine::leaving_path(function));
  tree.erase(Space::sys, "bus/pci/devices/" + name);
  tree.erase(Space::sys, machine.directory(function));
  tree.erase(Space::hidden, "functions/" + name);
}

}  // namespace vfmgr::sim
