// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "toy_stub.hpp"

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::shape {

namespace {

using sim::Machine;
using sim::Mode;
using sim::Space;

/// The files come this long after the driver has taken its GPU, and without an event.
constexpr Milliseconds kStartUp{40};

std::string lock_file(const Machine& machine, const PciAddress& pf) {
  return machine.path_in(pf, "toy_stub/lock");
}

class ToyStub final : public sim::SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-stub"; }
  [[nodiscard]] bool makes_vfs() const override { return false; }
  [[nodiscard]] bool leaves_vfs() const override { return true; }

  /// A GPU that was taken from the driver while it was not locked hangs, and stays so.
  int probe(const Machine& machine, const PciAddress& function) const override {
    return machine.fact(function, "hung") ? EIO : 0;
  }

  void bound(Machine& machine, const PciAddress& function) const override {
    const std::string folder = machine.path_in(function, "toy_stub");
    machine.put_later(kStartUp, lock_file(machine, function), "0\n", Mode::read_write);
    for (const auto& [leaf, first] : {std::pair{"/exec_quantum_ms", stub::kFirstQuantum},
                                      std::pair{"/preempt_timeout_us", stub::kFirstTimeout}}) {
      machine.tree().put_directory(Space::sys, folder + leaf);
      for (std::uint32_t vf = 1; vf <= machine.enabled_vfs(function); ++vf) {
        machine.put_later(kStartUp,
                          folder + leaf + "/" + std::to_string(vf),
                          std::string(first) + "\n",
                          Mode::read_write);
      }
    }
  }

  void unbound(Machine& machine, const PciAddress& function) const override {
    const std::string* lock = machine.tree().text(Space::sys, lock_file(machine, function));
    if (lock == nullptr || *lock != "1\n") {
      machine.set_fact(function, "hung", "1");
    }
    machine.tree().erase(Space::sys, machine.path_in(function, "toy_stub"));
  }

  std::optional<int> write(Machine& machine, const sim::WriteCall& call) const override {
    const auto pf = call.in == In::sys ? machine.owner_of(call.path) : std::nullopt;
    if (!pf || machine.rules_of(*pf) != this ||
        !call.path.starts_with(machine.path_in(*pf, "toy_stub/"))) {
      return std::nullopt;
    }
    const std::string_view bytes = sim::without_newline(call.bytes);
    const auto number = sim::stored_number(bytes);
    if (!number || (call.path == lock_file(machine, *pf) && *number > 1)) {
      return EINVAL;
    }
    machine.tree().put(Space::sys, call.path, std::string(bytes) + "\n");
    return 0;
  }
};

}  // namespace

const sim::SimDriver& toy_stub_driver() {
  static const ToyStub driver;
  return driver;
}

}  // namespace vfmgr::shape
