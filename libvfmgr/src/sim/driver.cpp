// SPDX-License-Identifier: Apache-2.0
#include "sim/driver.hpp"

#include "vfmgr/units.hpp"

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

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
void SimDriver::due(Machine& /*machine*/,
                    const PciAddress& /*function*/,
                    std::string_view /*what*/) const {}
bool SimDriver::waits(const Machine& /*machine*/, const PciAddress& /*function*/) const {
  return false;
}
std::optional<HostUse> SimDriver::host_use(const Machine& /*machine*/,
                                           const PciAddress& /*function*/) const {
  return std::nullopt;
}
int SimDriver::set_host_use(Machine& /*machine*/,
                            const PciAddress& /*function*/,
                            int /*pid*/) const {
  return ENODEV;
}
std::vector<MdevType> SimDriver::mdev_types(const Machine& /*machine*/,
                                            const PciAddress& /*parent*/) const {
  return {};
}
int SimDriver::make_mdev(Machine& /*machine*/,
                         const PciAddress& /*parent*/,
                         std::string_view /*type*/,
                         std::string_view /*uuid*/) const {
  return ENODEV;
}
void SimDriver::drop_mdev(Machine& /*machine*/,
                          const PciAddress& /*parent*/,
                          std::string_view /*uuid*/) const {}
void SimDriver::mdevs_changed(Machine& /*machine*/, const PciAddress& /*parent*/) const {}
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
bool SimDriver::serves_vfio(const Machine& /*machine*/, const PciAddress& /*function*/) const {
  return is_vfio();
}
void SimDriver::vf_use_changed(Machine& /*machine*/, const PciAddress& /*pf*/) const {}
void SimDriver::was_read(Machine& /*machine*/,
                         const PciAddress& /*function*/,
                         std::string_view /*leaf*/) const {}
int SimDriver::load_error(const Machine& /*machine*/, std::string_view /*arguments*/) const {
  return 0;
}
std::optional<PciAddress> SimDriver::exit_waits_for(const Machine& /*machine*/) const {
  return std::nullopt;
}
void SimDriver::loaded(Machine& /*machine*/) const {}
void SimDriver::unloaded(Machine& /*machine*/) const {}

}  // namespace vfmgr::sim
