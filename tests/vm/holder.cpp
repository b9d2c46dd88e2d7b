// SPDX-License-Identifier: Apache-2.0
// Somebody who has a vfio device open, as a VM that runs has: vgpu_holder GROUP DEVICE, where
// DEVICE is a function's address or an mdev's UUID. Says "held", and holds it until it is ended.
#include <fcntl.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace {

int failed(const char* what) {
  std::perror(what);
  return 1;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::puts("vgpu_holder GROUP DEVICE");
    return 2;
  }
  const int container = ::open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
  if (container < 0) {
    return failed("/dev/vfio/vfio");
  }
  const std::string node = std::string("/dev/vfio/") + words[1];
  const int group = ::open(node.c_str(), O_RDWR | O_CLOEXEC);
  if (group < 0) {
    return failed(node.c_str());
  }
  // A device can be had of a group that has its container and IOMMU
  // (Documentation/driver-api/vfio.rst).
  if (::ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) != 0 ||
      ::ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) != 0) {
    return failed("its IOMMU");
  }
  if (::ioctl(group, VFIO_GROUP_GET_DEVICE_FD, words[2]) < 0) {
    return failed(words[2]);
  }
  std::puts("held");
  static_cast<void>(std::fflush(stdout));
  ::pause();
  return 0;
}
