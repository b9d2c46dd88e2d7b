// SPDX-License-Identifier: Apache-2.0
#include "contract/support/toy_drivers.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::contract {

namespace {

/// What a driver with pci_sriov_configure_simple does, but for what its kind says.
class Toy final : public sim::SimDriver {
 public:
  struct Kind {
    std::string_view name;
    std::optional<std::uint32_t> limit = std::nullopt;  ///< on sriov_totalvfs
    std::uint32_t most = 0xFFFF;                        ///< VFs that it makes
    int enable_errno = 0, disable_errno = 0, probe_errno = 0;
    bool makes_vfs = true;
    bool late = false;
    std::optional<sim::VectorPool> vectors = std::nullopt;
  };
  explicit Toy(const Kind& kind) : kind_(kind) {}

  [[nodiscard]] std::string_view name() const override { return kind_.name; }
  [[nodiscard]] bool makes_vfs() const override { return kind_.makes_vfs; }
  [[nodiscard]] std::optional<std::uint32_t> vf_limit(const sim::Machine& /*machine*/,
                                                      const PciAddress& /*pf*/) const override {
    return kind_.limit;
  }
  [[nodiscard]] std::optional<sim::VectorPool> vectors(const sim::Machine& /*machine*/,
                                                       const PciAddress& /*pf*/) const override {
    return kind_.vectors;
  }
  int probe(const sim::Machine& /*machine*/, const PciAddress& /*function*/) const override {
    return kind_.probe_errno;
  }
  void bound(sim::Machine& machine, const PciAddress& function) const override {
    if (kind_.late) {
      machine.put_later(Milliseconds(500),
                        machine.path_in(function, "late_value"),
                        "here\n",
                        sim::Mode::read_only);
    }
  }
  std::optional<int> set_vfs(sim::Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    if (!kind_.makes_vfs) {
      return std::nullopt;
    }
    if (vfs == 0) {
      if (kind_.disable_errno == 0) {
        sim::disable_vfs(machine, pf);
      }
      return kind_.disable_errno;
    }
    return kind_.enable_errno != 0 ? kind_.enable_errno
                                   : sim::enable_vfs(machine, pf, std::min(vfs, kind_.most));
  }

 private:
  Kind kind_;
};

}  // namespace

sim::Drivers toy_drivers() {
  static const std::array toys{Toy({.name = "limited", .limit = 4}),
                               Toy({.name = "fewer", .most = 2}),
                               Toy({.name = "refusing", .enable_errno = EPERM}),
                               Toy({.name = "clinging", .disable_errno = EBUSY}),
                               Toy({.name = "callback-free", .makes_vfs = false}),
                               Toy({.name = "failing", .probe_errno = EIO}),
                               Toy({.name = "deferring", .probe_errno = EAGAIN}),
                               Toy({.name = "late", .late = true}),
                               Toy({.name = "vectored", .vectors = {{.total = 16, .each = 4}}})};
  static const std::array<const sim::SimDriver*, 9> all{
      &toys[0], &toys[1], &toys[2], &toys[3], &toys[4], &toys[5], &toys[6], &toys[7], &toys[8]};
  return all;
}

}  // namespace vfmgr::contract
