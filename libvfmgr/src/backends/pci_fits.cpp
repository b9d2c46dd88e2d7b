// SPDX-License-Identifier: Apache-2.0
// What no amount of trying would make room for, found before the first write.
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
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

/// The drivers that VFs shall end on, each with the first place that asks for it.
std::vector<std::pair<std::string, Spot>> drivers_asked_for(const Desired& desired,
                                                            std::uint32_t count,
                                                            bool made) {
  std::vector<std::pair<std::string, Spot>> asked;
  std::set<std::string> seen;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Settings& settings = desired.of(VfIndex{static_cast<std::uint16_t>(index)});
    const auto given = settings.find(Key::vf_driver);
    std::string name = made ? "auto" : "host";
    Spot where = desired.vfs_where;
    if (given != settings.end()) {
      const auto* const text = std::get_if<std::string>(&given->second.value);
      name = text == nullptr ? "host" : *text;
      where = given->second.where;
    }
    if (name != "host" && name != "none" && seen.insert(name).second) {
      asked.emplace_back(name, where);
    }
  }
  return asked;
}

std::optional<Error> driver_problem(const Kernel& kernel, const Gpu& pf, const std::string& name) {
  const std::string driver = name == "auto" ? std::string(pci::kVfio) : name;
  if (pci::is_vfio(driver) && !pf.iommu_group) {
    // vfio/group.c:vfio_group_find_or_alloc: the probe ends in EINVAL
    return Error{.kind = ErrorKind::unsupported,
                 .subject = to_string(pf.address),
                 .value = driver,
                 .why = "it is behind no IOMMU, and without one no VM can take a VF",
                 .help =
                     "turn the IOMMU on in the firmware and with intel_iommu=on or amd_iommu=on; "
                     "or say vf_driver = \"host\" or \"none\""};
  }
  const Place directory = pci::named(pci::kDriverDir, driver);
  if (driver == pci::kVfio || kernel.list(directory)) {
    return std::nullopt;
  }
  return Error{.kind = ErrorKind::unsupported,
               .subject = to_string(pf.address),
               .value = driver,
               .why = "no driver of that name is loaded",
               .help = "load it (modprobe " + driver + R"(), or use "auto", "host" or "none")"};
}

}  // namespace

std::vector<Error> fits_pci(const Kernel& kernel,
                            const GpuFacts& facts,
                            const State& now,
                            const Desired& desired) {
  std::vector<Error> faults;
  const Gpu& pf = facts.gpu;
  const std::uint32_t before = recorded_count(now, pf.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, pf);
  const auto add = [&](std::optional<Error> fault, const Spot& where) {
    if (fault) {
      if (where.line != 0) {
        fault->spot = where;
      }
      faults.push_back(std::move(*fault));
    }
  };
  if (facts.cannot && count != before) {
    add(facts.cannot, desired.vfs_where.line != 0 ? desired.vfs_where : desired.where);
    return faults;
  }
  if (count != before) {
    add(bus_numbers(kernel, pf, count), desired.vfs_where);
    add(bar_windows(kernel, pf, count), desired.vfs_where);
  }
  for (const auto& [name, where] : drivers_asked_for(desired, count, count != before)) {
    add(driver_problem(kernel, pf, name), where);
  }
  return faults;
}

}  // namespace vfmgr
