// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr::sim {

class Machine;

/// A write as a driver sees it: where it landed once all links were followed.
struct WriteCall {
  In in = In::sys;
  std::string path;        ///< canonical: "devices/pci0000:00/0000:00:01.0/0000:03:00.0/…"
  std::string_view bytes;  ///< never empty: the kernel drops writes of no bytes
  bool half = false;       ///< do half of it (of a bulk write the first half); an errno follows
};

/// MSI-X vectors that a PF's driver deals out to its VFs.
struct VectorPool {
  std::uint32_t total = 0;  ///< for all of them
  std::uint32_t each = 0;   ///< what a VF has unasked
};

/// How one kernel driver behaves: one small file each. Without state of its own: what it has to
/// remember stands in the machine's tree, so that a host file holds all of it. What must not count
/// as part of the host (counters, clocks) goes below `hidden:volatile/`.
class SimDriver {
 public:
  SimDriver() = default;
  virtual ~SimDriver() = default;
  SimDriver(const SimDriver&) = delete;
  SimDriver& operator=(const SimDriver&) = delete;
  SimDriver(SimDriver&&) = delete;
  SimDriver& operator=(SimDriver&&) = delete;

  /// The name of these rules, as `rules DRIVER NAME` in a host file says it; usually the driver's.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// A write to a place that the PCI core does not handle. An errno, 0, or nothing: not mine; what
  /// no driver takes is a plain attribute and keeps the bytes. All registered drivers are asked.
  virtual std::optional<int> write(Machine& machine, const WriteCall& call) const;
  /// Whether it has the sriov_configure callback at all.
  [[nodiscard]] virtual bool makes_vfs() const;
  /// sriov_configure: brings the PF from 0 to `vfs` VFs, or from some to 0, with
  /// enable_vfs and disable_vfs (sim/vfs.hpp). An errno or 0; nothing: it has none.
  virtual std::optional<int> set_vfs(Machine& machine,
                                     const PciAddress& pf,
                                     std::uint32_t vfs) const;
  /// What binding would fail with; 0: it works. Changes nothing.
  virtual int probe(const Machine& machine, const PciAddress& function) const;
  /// The function has just been bound; the driver's attributes appear here.
  virtual void bound(Machine& machine, const PciAddress& function) const;
  /// The function is about to be unbound; its VFs are already gone unless leaves_vfs().
  virtual void unbound(Machine& machine, const PciAddress& function) const;
  /// The limit on sriov_totalvfs that it sets while bound; nothing: the hardware's.
  [[nodiscard]] virtual std::optional<std::uint32_t> vf_limit(const Machine& machine,
                                                              const PciAddress& pf) const;
  /// sriov_get_vf_total_msix and sriov_set_msix_vec_count; nothing: it has neither callback.
  [[nodiscard]] virtual std::optional<VectorPool> vectors(const Machine& machine,
                                                          const PciAddress& pf) const;
  /// Whether VFs stay when the PF is unbound from it (iov.c: "driver left SR-IOV enabled").
  [[nodiscard]] virtual bool leaves_vfs() const;
  /// Whether it hands functions to user space through a vfio group node.
  [[nodiscard]] virtual bool is_vfio() const;
};

/// Drivers beside the shipped ones; they must outlive whatever was opened with them.
using Drivers = std::span<const SimDriver* const>;

/// The drivers that every simulated host knows the rules of.
Drivers shipped_drivers();

}  // namespace vfmgr::sim
