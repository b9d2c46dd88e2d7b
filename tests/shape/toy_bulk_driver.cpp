// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"
#include "toy_bulk.hpp"

#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::shape {

namespace {

using sim::Machine;
using sim::Mode;
using sim::Space;

constexpr std::string_view kQuantumFile = "exec_quantum_ms";
constexpr std::string_view kTimeoutFile = "preempt_timeout_us";

std::string vf_file(const Machine& machine,
                    const PciAddress& pf,
                    std::uint32_t vf,
                    std::string_view leaf) {
  return machine.path_in(pf, "toy_bulk/vf" + std::to_string(vf) + "/" + std::string(leaf));
}

class ToyBulk final : public sim::SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-bulk"; }

  void bound(Machine& machine, const PciAddress& function) const override {
    for (const std::string_view leaf : {kQuantumFile, kTimeoutFile}) {
      machine.tree().put(Space::sys,
                         machine.path_in(function, "toy_bulk/all/" + std::string(leaf)),
                         "",
                         Mode::write_only);
    }
  }
  void unbound(Machine& machine, const PciAddress& function) const override {
    machine.tree().erase(Space::sys, machine.path_in(function, "toy_bulk"));
  }

  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    if (vfs == 0) {
      for (std::uint32_t vf = 1; vf <= machine.enabled_vfs(pf); ++vf) {
        machine.tree().erase(Space::sys, machine.path_in(pf, "toy_bulk/vf" + std::to_string(vf)));
      }
      sim::disable_vfs(machine, pf);
      return 0;
    }
    const int error = sim::enable_vfs(machine, pf, vfs);
    for (std::uint32_t vf = 1; error == 0 && vf <= vfs; ++vf) {
      machine.tree().put(Space::sys,
                         vf_file(machine, pf, vf, kQuantumFile),
                         std::string(bulk::kFirstQuantum) + "\n",
                         Mode::read_only);
      machine.tree().put(Space::sys,
                         vf_file(machine, pf, vf, kTimeoutFile),
                         std::string(bulk::kFirstTimeout) + "\n",
                         Mode::read_write);
    }
    return error;
  }

  /// One value for every VF that there is; half of it: for the first half of them.
  std::optional<int> write(Machine& machine, const sim::WriteCall& call) const override {
    const auto pf = call.in == In::sys ? machine.owner_of(call.path) : std::nullopt;
    if (!pf || machine.rules_of(*pf) != this ||
        sim::parent_of(call.path) != machine.path_in(*pf, "toy_bulk/all")) {
      return std::nullopt;
    }
    const sim::KernelNumber number =
        sim::kernel_number(call.bytes, std::numeric_limits<std::uint32_t>::max());
    if (number.error != 0) {
      return EINVAL;
    }
    const std::uint32_t vfs = machine.enabled_vfs(*pf);
    const std::uint32_t last = call.half ? (vfs + 1) / 2 : vfs;
    for (std::uint32_t vf = 1; vf <= last; ++vf) {
      machine.tree().put(Space::sys,
                         vf_file(machine, *pf, vf, sim::leaf_of(call.path)),
                         std::to_string(number.value) + "\n");
    }
    return 0;
  }
};

}  // namespace

const sim::SimDriver& toy_bulk_driver() {
  static const ToyBulk driver;
  return driver;
}

}  // namespace vfmgr::shape
