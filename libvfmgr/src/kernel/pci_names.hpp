// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "kernel/kernel.hpp"

#include <memory>
#include <mutex>

namespace vfmgr {

/// Names of PCI functions: a few GPUs by a table of our own, all else from the machine's PCI
/// database. The database is read at the first name that is asked of it, which costs more than a
/// whole check; so ask only when somebody is going to read the name. Thread-safe.
class PciNames {
 public:
  PciNames();
  PciNames(const PciNames&) = delete;
  PciNames& operator=(const PciNames&) = delete;
  PciNames(PciNames&&) = delete;
  PciNames& operator=(PciNames&&) = delete;
  ~PciNames();

  /// Empty names: unknown, or the database can't be read.
  [[nodiscard]] PciName name_of(const Gpu& ids) const;

 private:
  struct Database;

  mutable std::mutex mutex_;
  mutable std::unique_ptr<Database> database_;
  mutable bool broken_ = false;
};

}  // namespace vfmgr
