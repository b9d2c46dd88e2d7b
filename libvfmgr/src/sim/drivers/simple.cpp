// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/simple.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"
#include "sim/vfs.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::sim {

namespace {

/// iov.c:pci_sriov_configure_simple
int configure(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  if (vfs == 0) {
    disable_vfs(machine, pf);
    return 0;
  }
  return enable_vfs(machine, pf, vfs);
}

class Simple : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "simple"; }
  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    return configure(machine, pf, vfs);
  }
};

class PciPfStub final : public Simple {
 public:
  [[nodiscard]] std::string_view name() const override { return "pci-pf-stub"; }
  [[nodiscard]] bool leaves_vfs() const override { return true; }
};

class SimpleMsix final : public Simple {
 public:
  [[nodiscard]] std::string_view name() const override { return "simple-msix"; }
  [[nodiscard]] std::optional<VectorPool> vectors(const Machine& machine,
                                                  const PciAddress& pf) const override {
    return VectorPool{
        .total = static_cast<std::uint32_t>(machine.fact(pf, "msix_total").value_or(0)),
        .each = static_cast<std::uint32_t>(machine.fact(pf, "msix_each").value_or(0))};
  }
};

}  // namespace

const SimDriver& simple_msix_driver() {
  static const SimpleMsix driver;
  return driver;
}

const SimDriver& simple_driver() {
  static const Simple driver;
  return driver;
}

const SimDriver& pci_pf_stub_driver() {
  static const PciPfStub driver;
  return driver;
}

}  // namespace vfmgr::sim
