// SPDX-License-Identifier: Apache-2.0
#include "sim/driver.hpp"

#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>

namespace vfmgr::sim {

std::optional<int> SimDriver::write(Machine& /*machine*/, const WriteCall& /*call*/) const {
  return std::nullopt;
}
bool SimDriver::makes_vfs() const {
  return true;
}
std::optional<int> SimDriver::set_vfs(Machine& /*machine*/,
                                      const PciAddress& /*pf*/,
                                      std::uint32_t /*vfs*/) const {
  return std::nullopt;
}
int SimDriver::probe(const Machine& /*machine*/, const PciAddress& /*function*/) const {
  return 0;
}
void SimDriver::bound(Machine& /*machine*/, const PciAddress& /*function*/) const {}
void SimDriver::unbound(Machine& /*machine*/, const PciAddress& /*function*/) const {}
std::optional<std::uint32_t> SimDriver::vf_limit(const Machine& /*machine*/,
                                                 const PciAddress& /*pf*/) const {
  return std::nullopt;
}
std::optional<VectorPool> SimDriver::vectors(const Machine& /*machine*/,
                                             const PciAddress& /*pf*/) const {
  return std::nullopt;
}
bool SimDriver::leaves_vfs() const {
  return false;
}
bool SimDriver::is_vfio() const {
  return false;
}

}  // namespace vfmgr::sim
