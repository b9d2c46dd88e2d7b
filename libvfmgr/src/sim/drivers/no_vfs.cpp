// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/no_vfs.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/groups.hpp"
#include "sim/machine.hpp"

#include <cerrno>
#include <string_view>

namespace vfmgr::sim {

namespace {

class VfioPci final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "vfio-pci"; }
  [[nodiscard]] bool makes_vfs() const override { return false; }
  [[nodiscard]] bool is_vfio() const override { return true; }
  int probe(const Machine& machine, const PciAddress& function) const override {
    if (machine.enabled_vfs(function) != 0) {
      return EBUSY;  // vfio_pci_core_register_device
    }
    return group_of(machine, function).empty() ? EINVAL : 0;  // group.c:vfio_group_find_or_alloc
  }
};

}  // namespace

const SimDriver& vfio_pci_driver() {
  static const VfioPci driver;
  return driver;
}

}  // namespace vfmgr::sim
