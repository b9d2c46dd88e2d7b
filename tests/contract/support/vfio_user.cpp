// SPDX-License-Identifier: Apache-2.0
#include "contract/support/vfio_user.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/fd.hpp"

#include <fcntl.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <expected>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

// The calls of Documentation/driver-api/vfio.rst, "VFIO Usage Example".
namespace vfmgr::contract {

namespace {

std::unexpected<Error> refused(const std::string& subject, int os_error) {
  return fail({.kind = ErrorKind::io,
               .os_error = os_error,
               .subject = subject,
               .why = std::generic_category().message(os_error)});
}

Fd opened(const std::string& node) {
  return Fd(::open(node.c_str(), O_RDWR | O_CLOEXEC));  // NOLINT(cppcoreguidelines-pro-type-vararg)
}

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-pro-type-vararg): ioctl has no other form.
Result<VfioUser> VfioUser::of(const PciAddress& function) {
  const std::string name = to_string(function);
  std::error_code none;
  const auto group =
      std::filesystem::read_symlink("/sys/bus/pci/devices/" + name + "/iommu_group", none);
  const std::string node = "/dev/vfio/" + group.filename().string();
  if (none || !std::filesystem::exists(node)) {
    return refused(name, ENODEV);
  }
  VfioUser user;
  user.container_ = opened("/dev/vfio/vfio");
  if (!user.container_) {
    return refused("/dev/vfio/vfio", errno);
  }
  user.group_ = opened(node);
  if (!user.group_) {
    return refused(node, errno);
  }
  const int container = user.container_.get();
  if (::ioctl(user.group_.get(), VFIO_GROUP_SET_CONTAINER, &container) != 0) {
    return refused(node + ": VFIO_GROUP_SET_CONTAINER", errno);
  }
  if (::ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) != 0) {
    return refused(node + ": VFIO_SET_IOMMU", errno);
  }
  user.device_ = Fd(::ioctl(user.group_.get(), VFIO_GROUP_GET_DEVICE_FD, name.c_str()));
  if (!user.device_) {
    return refused(node + ": VFIO_GROUP_GET_DEVICE_FD", errno);
  }
  return user;
}
// NOLINTEND(cppcoreguidelines-pro-type-vararg)

}  // namespace vfmgr::contract
