// SPDX-License-Identifier: Apache-2.0
#include "backends/pci_room.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/config_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::optional<std::uint64_t> read_number(const Kernel& kernel, const Place& place) {
  return prefixed(observe(kernel, place).text(), 10);
}

/// iov.c:pci_iov_virtfn_bus: the last VF's bus must lie within the range of the bridge above.
std::optional<Error> bus_numbers(const Kernel& kernel, const Gpu& pf, std::uint32_t count) {
  const auto offset = read_number(kernel, pci::of(pci::kOffset, pf.address));
  const auto stride = read_number(kernel, pci::of(pci::kStride, pf.address));
  const auto last_bus = read_number(kernel, pci::of(pci::kSubordinateBus, pf.address));
  if (!offset || !stride || !last_bus || count == 0) {
    return std::nullopt;  // on a root bus no file tells the range: the kernel will
  }
  const std::uint64_t own_rid = (std::uint64_t{pf.address.bus} << 8U) |
                                (std::uint64_t{pf.address.device} << 3U) | pf.address.function;
  const auto bus_of = [&](std::uint64_t vf) { return (own_rid + *offset + (vf * *stride)) >> 8U; };
  if (bus_of(count - 1) <= *last_bus) {
    return std::nullopt;
  }
  std::uint32_t most = 0;
  while (most < count && bus_of(most) <= *last_bus) {
    ++most;
  }
  return Error{
      .kind = ErrorKind::does_not_fit,
      .subject = to_string(pf.address),
      .value = std::to_string(count),
      .why = fmt::format("the VFs would reach bus {:02x}, and the bridge above ends at bus {:02x}",
                         bus_of(count - 1),
                         *last_bus),
      .help = fmt::format(
          "at most {} fit; more need SR-IOV or ARI turned on in the firmware, or the kernel "
          "parameter pci=assign-busses",
          most)};
}

/// resource_show prints 13 lines with CONFIG_PCI_IOV: 7 to 12 are the windows of VF BAR 0 to 5. A
/// window that the kernel could not place reads as zeros or carries IORESOURCE_UNSET
/// (include/linux/ioport.h).
std::optional<Error> bar_windows(const Kernel& kernel, const Gpu& pf, std::uint32_t count) {
  constexpr std::size_t kFirst = 7;
  constexpr std::size_t kLast = 12;
  constexpr std::uint64_t kUnset = 0x20000000;
  const Value resource = observe(kernel, pci::of(pci::kResource, pf.address));
  if (resource.text().empty() || count == 0) {
    return std::nullopt;
  }
  std::size_t line_number = 0;
  bool placed = false;
  bool unplaced = false;
  const std::string lines = resource.text();
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line_number >= kFirst && line_number <= kLast) {
      std::array<std::uint64_t, 3> field{};
      std::string_view fields = line;
      for (std::uint64_t& one : field) {
        one = prefixed(fields.substr(0, fields.find(' ')), 10).value_or(0);
        fields.remove_prefix(std::min(fields.size(), fields.find(' ') + 1));
      }
      const auto [start, end, flags] = field;
      placed = placed || (start != 0 && (flags & kUnset) == 0);
      unplaced = unplaced || (flags & kUnset) != 0 || (start == 0 && end != 0);
    }
    ++line_number;
  }
  if (line_number <= kLast || (placed && !unplaced)) {
    return std::nullopt;
  }
  return Error{
      .kind = ErrorKind::does_not_fit,
      .subject = to_string(pf.address),
      .value = std::to_string(count),
      .why = "the kernel found no memory window for its VF BARs",
      .help = "turn on Above-4G decoding and SR-IOV in the firmware, or boot with pci=realloc"};
}

/// iov.c:sriov_enable: EIO where InitialVFs is not TotalVFs, unless VFs can migrate, and then where
/// it is more. No attribute shows it.
std::optional<Error> initial_vfs(const Kernel& kernel, const Gpu& pf, std::uint32_t count) {
  const auto config = kernel.read(pci::of(pci::kConfig, pf.address));
  const auto registers = config ? sriov_registers(*config) : std::nullopt;
  if (!registers || count == 0) {
    return std::nullopt;
  }
  const bool fits = registers->migration_capable ? registers->initial_vfs <= registers->total_vfs
                                                 : registers->initial_vfs == registers->total_vfs;
  if (fits) {
    return std::nullopt;
  }
  return Error{
      .kind = ErrorKind::does_not_fit,
      .subject = to_string(pf.address),
      .value = std::to_string(count),
      .why = fmt::format("its SR-IOV capability says InitialVFs {} and TotalVFs {}, and the kernel "
                         "enables VFs only where they are the same",
                         registers->initial_vfs,
                         registers->total_vfs),
      .help = "this is the card's firmware: look for an update of it"};
}

}  // namespace

std::vector<Error> room_for_vfs(const Kernel& kernel, const Gpu& pf, std::uint32_t count) {
  std::vector<Error> faults;
  for (auto* const check : {&bus_numbers, &bar_windows, &initial_vfs}) {
    if (auto fault = check(kernel, pf, count)) {
      faults.push_back(std::move(*fault));
    }
  }
  return faults;
}

}  // namespace vfmgr
