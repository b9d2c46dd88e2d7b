// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"
#include "toy_module.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::shape {

namespace {

using sim::Machine;
using sim::Space;

/// What "vfs=" said when the module was loaded; 0 without it.
std::uint32_t vfs_of_module(const Machine& machine) {
  constexpr std::string_view kParameter = " vfs=";
  const std::string* loaded = machine.tree().text(Space::module, module::kModule);
  const std::size_t at = loaded == nullptr ? std::string::npos : loaded->find(kParameter);
  return at == std::string::npos
             ? 0
             : static_cast<std::uint32_t>(
                   sim::stored_number(loaded->substr(at + kParameter.size())).value_or(0));
}

class ToyModule final : public sim::SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-module"; }
  [[nodiscard]] bool makes_vfs() const override { return false; }

  /// Only ever asked to take them away, when the module lets a GPU go.
  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t /*vfs*/) const override {
    sim::disable_vfs(machine, pf);
    return 0;
  }
  void bound(Machine& machine, const PciAddress& function) const override {
    const std::uint32_t vfs = vfs_of_module(machine);
    machine.tree().put(Space::sys, module::kVfs.pattern, std::to_string(vfs) + "\n");
    sim::enable_vfs(machine, function, vfs);
  }
};

}  // namespace

const sim::SimDriver& toy_module_driver() {
  static const ToyModule driver;
  return driver;
}

}  // namespace vfmgr::shape
