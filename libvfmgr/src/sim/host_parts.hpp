// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"
#include "sim/models.hpp"
#include "sim/tree.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// What a new simulated host is put together from, whatever says how it is to be.
namespace vfmgr::sim {

/// A host without functions: the newest kernel, vfio-pci and pci-pf-stub.
Machine bare_machine();
/// The modules are loaded, and what drivers bring late is there: a host that has been up for a
/// while.
void boot(Machine& machine, std::span<const std::string> modules);

/// A file in a function's directory, with a newline behind its text.
void put_file(Machine& machine,
              const std::string& directory,
              std::string_view leaf,
              std::string text,
              Mode mode = Mode::read_only);
/// A function with the files that every one has; its directory is canonical.
void add_function(Machine& machine, const PciAddress& address, const std::string& directory);

struct Ids {
  std::uint64_t vendor = 0, device = 0, subsystem_vendor = 0, subsystem_device = 0, class_code = 0;
};
void add_ids(Machine& machine, const std::string& directory, const Ids& ids);

/// Of an SR-IOV capability.
struct VfNumbers {
  std::uint64_t total = 0, offset = 0, stride = 0, device = 0;
};
/// What the kernel shows of a PF that has no VFs yet.
void add_sriov_files(Machine& machine, const std::string& directory, const VfNumbers& numbers);

/// What a model says of a GPU beside what its files show.
void add_model_facts(Machine& machine, const PciAddress& pf, const Model& model);
/// A driver and its module; ids of a driver that is already there are added.
void add_driver(Machine& machine, const ModelDriver& driver);

}  // namespace vfmgr::sim
