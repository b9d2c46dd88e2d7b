// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

class Machine;

/// A write as a driver sees it: where it landed once all links were followed.
struct WriteCall {
  In in = In::sys;
  std::string path;        ///< canonical: "devices/pci0000:00/0000:00:01.0/0000:03:00.0/…"
  std::string_view bytes;  ///< never empty: the kernel drops writes of no bytes
  bool half = false;       ///< do half of it (of a bulk write the first half); an errno follows
};

/// A program on the host that has a function open by a node of its driver's.
struct HostUse {
  std::string node;  ///< below /dev: "nvidia0"
  int pid = 0;
};

/// A type of mediated devices that a function offers.
struct MdevType {
  std::string id;  ///< what stands behind the driver's name
  std::string name;
  std::string description;  ///< empty: its driver shows none
  std::uint64_t available = 0;
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
  /// What was put off with Machine::driver_later comes now; the function is still bound to it.
  virtual void due(Machine& machine, const PciAddress& function, std::string_view what) const;
  /// Whether its remove() would not return as things are, VMs that have the function aside.
  [[nodiscard]] virtual bool waits(const Machine& machine, const PciAddress& function) const;
  /// The program on the host that has the function open; nothing: none, or none that can be seen.
  [[nodiscard]] virtual std::optional<HostUse> host_use(const Machine& machine,
                                                        const PciAddress& function) const;
  /// A program on the host opens the function; pid 0: it closes it. 0, or the errno of open; ENODEV
  /// when the driver has no node for that.
  virtual int set_host_use(Machine& machine, const PciAddress& function, int pid) const;
  /// The types of mediated devices that the function offers (sim/mdev.hpp).
  [[nodiscard]] virtual std::vector<MdevType> mdev_types(const Machine& machine,
                                                         const PciAddress& parent) const;
  /// Its probe of a new mdev, before there is one to see. 0 or an errno.
  virtual int make_mdev(Machine& machine,
                        const PciAddress& parent,
                        std::string_view type,
                        std::string_view uuid) const;
  /// An mdev has gone.
  virtual void drop_mdev(Machine& machine, const PciAddress& parent, std::string_view uuid) const;
  /// Mdevs of the parent have come or gone, and can be seen, or no more.
  virtual void mdevs_changed(Machine& machine, const PciAddress& parent) const;
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
  /// Whether it does so with this function now; is_vfio() unless said otherwise.
  [[nodiscard]] virtual bool serves_vfio(const Machine& machine, const PciAddress& function) const;
  /// Somebody has begun to use a VF of the PF's or has let it go, or it has another driver. All
  /// registered drivers are told.
  virtual void vf_use_changed(Machine& machine, const PciAddress& pf) const;
  /// A file of the function's, named with Machine::acts_when_read, has been read.
  virtual void was_read(Machine& machine, const PciAddress& function, std::string_view leaf) const;
  /// What loading its module with these arguments fails with before anything is done; 0: it works.
  virtual int load_error(const Machine& machine, std::string_view arguments) const;
  /// The function that its module's exit waits for before it touches anything, and without a lock;
  /// nothing: it goes ahead.
  [[nodiscard]] virtual std::optional<PciAddress> exit_waits_for(const Machine& machine) const;
  /// Its module has been loaded, and has what it matches; or it has been taken away.
  virtual void loaded(Machine& machine) const;
  virtual void unloaded(Machine& machine) const;
};

/// Drivers beside the shipped ones; they must outlive whatever was opened with them.
using Drivers = std::span<const SimDriver* const>;

/// The drivers that every simulated host knows the rules of.
Drivers shipped_drivers();

}  // namespace vfmgr::sim
