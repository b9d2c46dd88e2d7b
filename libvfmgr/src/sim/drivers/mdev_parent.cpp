// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/mdev_parent.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/simple.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

class MdevParent final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "mdev-parent"; }

  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    return simple_driver().set_vfs(machine, pf, vfs);
  }

  void bound(Machine& machine, const PciAddress& function) const override {
    if (machine.pf_of(function)) {
      add_mdev_parent(machine, function);
    }
  }
  void unbound(Machine& machine, const PciAddress& function) const override {
    remove_mdev_parent(machine, function);
  }

  [[nodiscard]] std::vector<MdevType> mdev_types(const Machine& machine,
                                                 const PciAddress& parent) const override {
    const std::uint64_t taken = mdevs_of(machine, parent).size();
    const std::string all = machine.fact_text(machine.pf_of(parent).value_or(parent), "mdev_types");
    std::vector<MdevType> types;
    std::string_view rest = all;
    while (!rest.empty()) {
      const std::string_view row = rest.substr(0, rest.find('|'));
      rest.remove_prefix(std::min(row.size() + 1, rest.size()));
      const std::size_t first = row.find(':');
      const std::size_t second = first == std::string_view::npos ? first : row.find(':', first + 1);
      if (second == std::string_view::npos) {
        continue;
      }
      const std::uint64_t most =
          stored_number(row.substr(first + 1, second - first - 1)).value_or(0);
      types.push_back({.id = std::string(row.substr(0, first)),
                       .name = std::string(row.substr(second + 1)),
                       .description = {},
                       .available = most - std::min(most, taken)});
    }
    return types;
  }

  /// mdev_core.c: where the driver does not count itself, the core does, and says EUSERS.
  int make_mdev(Machine& machine,
                const PciAddress& parent,
                std::string_view type,
                std::string_view /*uuid*/) const override {
    const auto types = mdev_types(machine, parent);
    const auto wanted = std::ranges::find(types, type, &MdevType::id);
    return wanted == types.end() || wanted->available == 0 ? EUSERS : 0;
  }
  void mdevs_changed(Machine& machine, const PciAddress& parent) const override {
    show_mdev_types(machine, parent);
  }
};

}  // namespace

const SimDriver& mdev_parent_driver() {
  static const MdevParent driver;
  return driver;
}

}  // namespace vfmgr::sim
