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
#include "pci/vf_bars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
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

std::optional<Error> bar_windows(const Kernel& kernel, const Gpu& pf, std::uint32_t count) {
  const auto windows = vf_windows(observe(kernel, pci::of(pci::kResource, pf.address)).text());
  if (!windows || count == 0) {
    return std::nullopt;
  }
  if (std::ranges::any_of(*windows, &MemoryWindow::placed) &&
      std::ranges::none_of(*windows, &MemoryWindow::unplaced)) {
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
