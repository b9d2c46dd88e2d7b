// SPDX-License-Identifier: Apache-2.0
#include "kernel/mapped.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/mmio_place.hpp"
#include "core/try.hpp"
#include "kernel/beneath.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"
#include "kernel/files.hpp"
#include "kernel/helper.hpp"
#include "kernel/helper_message.hpp"
#include "pci/attrs.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace vfmgr {

namespace {

/// Who is ended by SIGBUS leaves no core file: it would be one of the process that was forked.
class NoCore {
 public:
  NoCore() noexcept : before_(::prctl(PR_GET_DUMPABLE)) { ::prctl(PR_SET_DUMPABLE, 0); }
  NoCore(const NoCore&) = delete;
  NoCore& operator=(const NoCore&) = delete;
  NoCore(NoCore&&) = delete;
  NoCore& operator=(NoCore&&) = delete;
  ~NoCore() { ::prctl(PR_SET_DUMPABLE, before_); }

 private:
  int before_;
};

}  // namespace

Result<Errand> errand_of_register(const Files& files, const Place& place) {
  const auto where = parse_mmio(place);
  if (!where) {
    return fail(kernel_error(place, EINVAL));
  }
  Place bar = pci::of(pci::kFunctionDir, where->gpu);
  bar.path += "/resource" + std::to_string(where->bar);
  const auto looked_at = files.open_node(bar, O_PATH);
  if (!looked_at) {
    return fail(kernel_error(place, looked_at.error().os_error));
  }
  struct stat what{};
  if (::fstat(looked_at->get(), &what) != 0) {
    return fail(kernel_error(place, errno));
  }
  // pci-sysfs.c:pci_create_attr: a BAR's file is as long as the BAR is. The kernel refuses whole
  // pages alone (pci_mmap_fits), and what shares a page with a small BAR is another device's.
  if (what.st_size < static_cast<off_t>(where->offset + kRegisterBytes)) {
    return fail(kernel_error(place, ENXIO));
  }
  TRY(const int root, files.handle(bar));
  const helper::Dword dword{.offset = where->offset,
                            .page = static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE))};
  Errand errand{.what = helper::Do::map,
                .place = &place,
                .root = root,
                .path = bar.path,
                .bytes = std::string(sizeof(dword), '\0')};
  std::memcpy(errand.bytes.data(), &dword, sizeof(dword));
  return errand;
}

std::int64_t read_register(int directory,
                           const char* path,
                           helper::Dword dword,
                           std::span<char> into) noexcept {
  if (into.size() < kRegisterBytes || dword.page == 0 || dword.offset % kRegisterBytes != 0) {
    return -EINVAL;
  }
  const int fd = open_beneath(directory, path, O_RDONLY | O_NOCTTY);
  if (fd < 0) {
    return fd;
  }
  const std::uint32_t within = dword.offset % dword.page;
  void* const mapped = ::mmap(
      nullptr, dword.page, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(dword.offset - within));
  const std::int64_t refused = mapped == MAP_FAILED ? -errno : 0;
  ::close(fd);
  if (refused != 0) {
    return refused;
  }
  {
    const NoCore no_core;
    // Volatile, so that it is one read of four bytes: a device may take two of two for others.
    const std::uint32_t value =
        *reinterpret_cast<const volatile std::uint32_t*>(static_cast<const char*>(mapped) + within);
    std::memcpy(into.data(), &value, sizeof(value));
  }
  ::munmap(mapped, dword.page);
  return kRegisterBytes;
}

}  // namespace vfmgr
