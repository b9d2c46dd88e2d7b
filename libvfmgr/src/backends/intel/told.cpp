// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/told.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/attrs.hpp"
#include "backends/intel/families.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::intel {

std::string told(const Place& place, const Value& value) {
  return fmt::format("{} reads '{}'", to_string(place), value.text());
}

Finding cant_tell(const Place& place, const Value& value) {
  const int os_error = std::get<Unreadable>(value.is).os_error;
  const bool for_root = os_error == EACCES || os_error == EPERM;
  return {
      .what = fmt::format("{} can't be read ({}), and would tell whether it keeps VFs away",
                          to_string(place),
                          for_root ? "it is for root alone" : fmt::format("errno {}", os_error)),
      .help = for_root ? "run it as root" : ""};
}

std::string how_to_set(std::string_view module,
                       std::string_view parameter,
                       std::string_view remark) {
  return fmt::format(
      "say 'options {0} {1}' in a file of /etc/modprobe.d/, or {0}.{1} on the kernel's command "
      "line "
      "({2}); it counts when the module is loaded, so reboot, and make the initramfs anew where "
      "that has the module",
      module,
      parameter,
      remark);
}

std::string how_to_give_to_xe(std::uint16_t device_id) {
  return fmt::format(
      "{0}.force_probe={2:04x} {1}.force_probe=!{2:04x} on the kernel's command line, "
      "with a kernel whose xe has SR-IOV for it (6.19's has)",
      kXe,
      kI915,
      device_id);
}

std::string who_else_makes_them(const Family& family) {
  if (family.by_backport) {
    return "install Intel's backport of i915 (intel-gpu-i915-backports) for the kernel that runs; "
           "`dkms status` tells which kernels it was built for";
  }
  if (family.by_dkms) {
    return "install i915-sriov-dkms (not Intel's) for the kernel that runs; `dkms status` tells "
           "which "
           "kernels it was built for";
  }
  return {};
}

}  // namespace vfmgr::intel
