// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

// The GPUs that GIM has, read from the machine's tree.
namespace vfmgr::sim::gim {

/// What GIM knows of a GPU. xcc 0: it has no partitions.
struct Card {
  PciAddress pf;
  std::uint32_t vfs = 0;         ///< that are enabled
  std::uint32_t xcc = 0;         ///< compute dies that partitions are made of
  std::uint32_t nps = 1;         ///< memory partitions, as the hardware has them
  std::uint32_t wanted_nps = 1;  ///< … and as the driver asked for them
  std::uint32_t partitions = 0;  ///< that the compute dies are in
};

/// Whether the function is bound to this driver.
bool drives(const Machine& machine, const PciAddress& pf);
/// Whether it also came up: a GPU that did not stays bound, without VFs and files.
bool is_up(const Machine& machine, const PciAddress& pf);
/// Those that came up, in the order in which they were probed.
std::vector<PciAddress> adapters(const Machine& machine);
/// Those of its XGMI hive that came up; itself where it is in none.
std::vector<PciAddress> hive_of(const Machine& machine, const PciAddress& pf);
Card card_of(const Machine& machine, const PciAddress& pf);

/// The number that it gets when it is probed: the next, until the module is loaded anew.
void number_gpu(Machine& machine, const PciAddress& pf);
std::size_t gpu_number(const Machine& machine, const PciAddress& pf);
/// Probed for real: not one that enabled_devices leaves out.
bool is_numbered(const Machine& machine, const PciAddress& pf);
void forget_number(Machine& machine, const PciAddress& pf);
void forget_numbers(Machine& machine);

/// Whether the VF's PCI function is enabled: a VM has it open, or a host driver is bound to it.
/// vfio-pci enables it when it is opened (vfio_pci_core.c:vfio_pci_core_enable).
bool vf_in_use(const Machine& machine, const PciAddress& vf);
/// Whether any VF of these GPUs is.
bool any_vf_in_use(const Machine& machine, const std::vector<PciAddress>& pfs);

void set_number(Machine& machine,
                const PciAddress& pf,
                std::string_view fact,
                std::uint64_t number);
void drop_fact(Machine& machine, const PciAddress& pf, std::string_view fact);

}  // namespace vfmgr::sim::gim
