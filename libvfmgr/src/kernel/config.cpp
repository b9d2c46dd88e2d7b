// SPDX-License-Identifier: Apache-2.0
#include "kernel/config.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "core/try.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"
#include "kernel/files.hpp"
#include "pci/attrs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

constexpr std::size_t kDword = 4;
constexpr std::size_t kDigits = 2 * kDword;
constexpr std::uint64_t kEnd = 0x1000;  // PCI_CFG_SPACE_EXP_SIZE, include/uapi/linux/pci_regs.h
constexpr std::uint64_t kBehindHeader = 64;  // pci-sysfs.c:pci_read_config, without CAP_SYS_ADMIN

using Dword = std::array<unsigned char, kDword>;

struct Register {
  Place file;
  off_t at = 0;
};

std::optional<Register> register_at(const Place& place) {
  const std::size_t slash = place.path.find('/');
  const auto function = parse_address(std::string_view(place.path).substr(0, slash));
  const auto at = slash == std::string::npos
                      ? std::nullopt
                      : hexadecimal(std::string_view(place.path).substr(slash + 1));
  if (!function || !at || *at % kDword != 0 || *at >= kEnd) {
    return std::nullopt;
  }
  return Register{.file = pci::of(pci::kConfig, *function), .at = static_cast<off_t>(*at)};
}

/// The number of bytes that were read, or a negative errno.
std::int64_t read_at(int fd, off_t at, Dword& into) {
  ssize_t got = 0;
  do {
    got = ::pread(fd, into.data(), into.size(), at);
  } while (got < 0 && errno == EINTR);
  return got < 0 ? -errno : got;
}

Result<Fd> opened(const Files& files, const Place& place, const Register& where, int flags) {
  auto fd = files.open_node(where.file, flags);
  if (!fd) {
    fd.error().subject = to_string(place);
  }
  return fd;
}

}  // namespace

Result<std::string> read_config(const Files& files, const Place& place) {
  const auto where = register_at(place);
  if (!where) {
    return fail(kernel_error(place, EINVAL));
  }
  TRY(const Fd fd, opened(files, place, *where, O_RDONLY));
  Dword dword{};
  const std::int64_t got = read_at(fd.get(), where->at, dword);
  if (got < 0) {
    return fail(kernel_error(place, static_cast<int>(-got)));
  }
  if (static_cast<std::size_t>(got) < dword.size()) {
    const bool header_alone = read_at(fd.get(), kBehindHeader, dword) <= 0;
    return fail(kernel_error(place, header_alone ? EPERM : EIO));
  }
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", dword[3], dword[2], dword[1], dword[0]);
}

Result<void> write_config(const Files& files, const Place& place, std::string_view bytes) {
  const auto where = register_at(place);
  const auto value = bytes.size() == kDigits ? hexadecimal(bytes) : std::nullopt;
  if (!where || !value) {
    return fail(kernel_error(place, EINVAL, bytes));
  }
  auto fd = opened(files, place, *where, O_WRONLY);
  if (!fd) {
    fd.error().value = bytes;
    return fail(std::move(fd.error()));
  }
  Dword dword{};
  for (std::size_t i = 0; i < dword.size(); ++i) {
    dword.at(i) = static_cast<unsigned char>(*value >> (8 * i));
  }
  // One write of four bytes at a multiple of four is one access of that width (pci-sysfs.c:
  // pci_write_config): the halves of a register are never written apart.
  ssize_t taken = 0;
  do {
    taken = ::pwrite(fd->get(), dword.data(), dword.size(), where->at);
  } while (taken < 0 && errno == EINTR);
  if (taken < 0) {
    return fail(kernel_error(place, errno, bytes));
  }
  if (static_cast<std::size_t>(taken) != dword.size()) {
    return fail({.kind = ErrorKind::io,
                 .subject = to_string(place),
                 .value = std::string(bytes),
                 .why = fmt::format("the kernel took {} of {} bytes", taken, dword.size())});
  }
  return {};
}

}  // namespace vfmgr
