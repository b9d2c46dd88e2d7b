// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/backend.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <map>
#include <span>
#include <vector>

namespace vfmgr {

/// A VF by its link: what a plan or a table needs to know of it without looking at it.
struct VfName {
  VfIndex index;
  PciAddress address;
};

/// The functions of a host as one look sees them.
struct Host {
  std::vector<GpuFacts> facts;  ///< in address order, VFs included (with gpu.physfn)
  std::map<PciAddress, const Backend*> backend;   ///< who manages each PF
  std::map<PciAddress, std::vector<VfName>> vfs;  ///< of each PF, by index

  /// Who manages a PF; nullptr: nobody.
  [[nodiscard]] const Backend* backend_of(const PciAddress& pf) const;
  /// The PFs that a backend manages, in address order.
  [[nodiscard]] std::vector<Gpu> managed_by(const Backend& one) const;
};

/// Looks at every function: of VFs only their names. `all_classes`: else only display controllers
/// and accelerators are looked at further. Errors: unreadable (no PCI bus to be seen).
Result<Host> look_at_host(const Kernel& kernel,
                          std::span<const Backend* const> backends,
                          bool all_classes);

/// Asks for these GPUs what is dear to ask for; of those that nobody manages, and where no VFs can
/// be made, nothing.
void ask_dear(const Kernel& kernel, std::span<const PciAddress> gpus, Host& host);

/// The view of `list` and `show` for one GPU, from a record of its unit.
GpuView view_of(const Kernel& kernel, const Host& host, const GpuFacts& facts, const State& state);
/// That, and what a person should know of the record that its numbers do not say.
GpuView view_with_remarks(const Kernel& kernel,
                          const Host& host,
                          const GpuFacts& facts,
                          const State& state);

}  // namespace vfmgr
