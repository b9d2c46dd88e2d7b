// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// Where journal, locks and notes are kept. It comes with the door: each simulated host has its
/// own.
struct StateDir {
  std::filesystem::path run;  ///< for what a reboot clears anyway
  std::filesystem::path lib;  ///< for what outlives a reboot
};

/// A node held open. While it lives nobody else can open it.
class Hold {
 public:
  virtual ~Hold() = default;
};

/// Somebody who listens for what happens at one place.
class Watch {
 public:
  virtual ~Watch() = default;
  /// Returns when something may have changed at the place since this was made or last told so, at
  /// the latest after `at_most`. False: the time ran out. A hint, no promise: much changes and
  /// tells nobody.
  virtual bool wait(Milliseconds at_most) = 0;
};

/// A process that has a device's node open.
struct Opener {
  int pid = 0;
  Place node;                       ///< as it was asked for
  std::string command;              ///< proc(5) comm
  std::string arguments;            ///< proc(5) cmdline: each with a NUL behind it
  std::string cgroup;               ///< proc(5) cgroup: lines of ID:CONTROLLERS:PATH
  std::optional<Milliseconds> age;  ///< since it was started
};

/// Who has some nodes open.
struct Openers {
  std::vector<Opener> seen;         ///< in the order of their pids; one may come twice
  std::vector<std::string> unseen;  ///< why there may be more, in words; empty: these are all
};

struct PciName {
  std::string vendor, model;  ///< empty: unknown
};

/// The one door to the kernel: bytes, no policy. Thread-safe. A place that no attrs.hpp names is
/// refused (ErrorKind::not_permitted, subject the place): files that act when they are read exist.
class Kernel {
 public:
  virtual ~Kernel() = default;

  /// The bytes of a file, as they are. Errors carry os_error: ENOENT, EACCES, EIO, ENODEV, EISDIR …
  /// In `mmio:GPU/BAR/OFFSET` (eight hex digits) four bytes of a BAR, mapped elsewhere; EPERM and
  /// EINVAL: the kernel lets nobody map it; ENXIO: the BAR ends before; EIO and unreadable: the
  /// device is gone.
  [[nodiscard]] virtual Result<std::string> read(const Place& place) const = 0;
  /// Reads that may block as long as another writer is at work: done elsewhere, in one batch, with
  /// one limit. Past it a place's result is ErrorKind::unreadable with ETIMEDOUT. In `nvml:`
  /// and `amdsmi:` each has the limit to itself.
  [[nodiscard]] virtual std::vector<Result<std::string>> read_slowly(std::span<const Place> places,
                                                                     Milliseconds limit) const = 0;
  /// Names in a directory, sorted, without "." and "..".
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const Place& place) const = 0;
  /// The target of a symbolic link, as it is stored. EINVAL: not a link.
  [[nodiscard]] virtual Result<std::string> link(const Place& place) const = 0;
  /// One write(2) of these bytes. ErrorKind::in_flight: it has not returned within `limit` and may
  /// still act; nothing more may be written where the kernel would queue behind it. Where a driver
  /// answers in the file itself (Attr::errno_in) that is read as part of it, and what is no success
  /// is an error in the driver's words. In
  /// `module:NAME`, "load[ ARGS]" loads and "unload" unloads; observed, it reads "loaded[ ARGS]" or
  /// is absent. In `etc:` a write replaces the file at once and is on the disk when it returns; no
  /// bytes remove it. On Linux, ARGS are those parameters that an attribute names under
  /// `sys:module/NAME/parameters/`, as NAME=VALUE, in the order of their names: the kernel does not
  /// remember with what a module was loaded. `module:NAME/file` reads which file would be loaded.
  /// In `config:GPU/OFFSET` the bytes are a dword's eight hex digits, and all four are written.
  virtual Result<void> write(const Place& place,
                             std::string_view bytes,
                             Blocking blocking,
                             Milliseconds limit) = 0;
  /// Listens from now on: what happens between this call and the first wait is told by that wait,
  /// so look at the place once more in between. For one thread; it must not outlive the kernel.
  [[nodiscard]] virtual std::unique_ptr<Watch> watch(const Place& place) const = 0;
  /// A clock that only goes forward; simulated on a simulated host.
  [[nodiscard]] virtual Milliseconds now() const = 0;
  /// Opens a node that only one can have open (a vfio group; a block device that is claimed, as by
  /// a mount) and keeps it. EBUSY: somebody has it.
  virtual Result<std::unique_ptr<Hold>> hold(const Place& node) = 0;
  /// The processes that have one of these nodes open, by /proc. A look, no lock: who opens one
  /// after it is not among them. Dear: it looks into every process. A node that is not there is
  /// nobody's; none is opened, so it need not be named.
  [[nodiscard]] virtual Openers openers(std::span<const Place> nodes) const = 0;
  /// Names of a PCI function.
  [[nodiscard]] virtual PciName name_of(const Gpu& ids) const = 0;
  [[nodiscard]] virtual const StateDir& state() const = 0;
  [[nodiscard]] virtual bool simulated() const = 0;
  /// Identifies this boot: state of before a reboot is told from state of now.
  [[nodiscard]] virtual std::string boot_id() const = 0;
  /// Called in the parent right before a run's first write with the lock files' descriptors (open
  /// file descriptions that hold the run's flocks): a helper process that outlives us keeps them.
  /// They are borrowed: they stay open until `keep_locks({})` or the next call. Let go of a lock by
  /// closing its descriptor, never by LOCK_UN, which would take it from the helper, too.
  virtual void keep_locks(std::span<const int> descriptors) = 0;
};

/// What a place reads, as a value: text without its last newline, a link's last component, a number
/// of entries, UUIDs among a directory's names (none: Absent), the size of an MSI-X table (none:
/// Absent; whoever is given too few bytes to see it: Unreadable with EPERM), the number or word
/// that a line says of its first word ("VF0 - inactive - 2048MB": 2048), or one word of one line
/// (no such line: Unreadable with ENODATA), a register of a vendor-specific capability, decimal (no
/// such capability: Unreadable with ENODATA; EPERM as above; all ones: EIO). ENOENT is Absent,
/// every other errno Unreadable.
Value observe(const Kernel& kernel, const Place& place);
/// The file in which a place is: of a row or a register, what it is a part of.
Place file_of(const Place& place);
/// The same as observe() of the bytes of file_of(place) that were read another way (read_slowly).
Value observed(const Place& place, Result<std::string> read);

}  // namespace vfmgr
