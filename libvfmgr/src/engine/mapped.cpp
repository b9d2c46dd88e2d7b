// SPDX-License-Identifier: Apache-2.0
#include "engine/mapped.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/mapped.hpp"
#include "core/attr.hpp"
#include "core/config_space/bytes.hpp"
#include "core/config_space/walk.hpp"
#include "core/mmio_place.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/lockdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// Of a device that answers a dword takes a microsecond. PCI Express gives up a read after 50 ms
// unless told otherwise (base specification, completion timeout).
constexpr std::chrono::seconds kMappedPatience{5};

// include/uapi/linux/pci_regs.h
constexpr std::size_t kIdsAt = 0x00;
constexpr std::size_t kIdsBytes = 4;
constexpr std::size_t kCommandAt = 0x04;           // PCI_COMMAND
constexpr std::uint64_t kMemoryDecode = 1U << 1U;  // PCI_COMMAND_MEMORY
constexpr std::uint16_t kPowerManagement = 0x01;   // PCI_CAP_ID_PM
constexpr std::size_t kPowerControl = 4;           // PCI_PM_CTRL
constexpr std::uint64_t kPowerState = 0x3;         // PCI_PM_CTRL_STATE_MASK

Finding asleep(std::string_view how) {
  return {.what = fmt::format("{}: a GPU that sleeps answers nobody, so none of its registers is "
                              "mapped",
                              how),
          .help = "use it, or write 'on' to its power/control in sysfs, and look again"};
}

/// Why nothing behind this function's BARs would answer; nothing: it should.
std::optional<Finding> why_silent(std::string_view config, const std::string& sleeps) {
  const auto command = config_space::number(config, kCommandAt, 2);
  if (!command || config_space::is_unanswered(config, kIdsAt, kIdsBytes)) {
    return Finding{.what =
                       "its configuration space tells nothing (all ones, or cut off), so none "
                       "of its registers is mapped",
                   .help = "look at its power state and at the kernel's log"};
  }
  if (!sleeps.empty()) {
    return asleep(fmt::format("power/runtime_status says '{}'", sleeps));
  }
  const auto power = find(config_space::classic_list(config), kPowerManagement);
  const auto state = power ? config_space::number(config, *power + kPowerControl, 2)
                           : std::optional<std::uint64_t>();
  if (state && (*state & kPowerState) != 0) {
    return asleep(fmt::format("it is in D{}", *state & kPowerState));
  }
  if ((*command & kMemoryDecode) == 0) {
    return Finding{.what =
                       "its memory decode is off (PCI_COMMAND), so nobody answers behind its "
                       "BARs, and none of its registers is mapped",
                   .help =
                       "a driver turns it on; where none is bound, write 1 to its 'enable' in "
                       "sysfs"};
  }
  return std::nullopt;
}

/// The kernel refuses whoever maps: pci-sysfs.c:pci_mmap_resource.
Finding refused(const Kernel& kernel, const Gpu& gpu, std::uint32_t bar, const Error& error) {
  const int os_error = error.os_error;
  const Place lock = place_of(pci::kLockdown, {});
  const std::string mode =
      os_error == EPERM ? pci::lockdown_in(observe(kernel, lock).text()) : std::string();
  if (!mode.empty()) {
    return {.what = fmt::format("the kernel lets nobody map BAR {}: it is locked down ({} has "
                                "[{}])",
                                bar,
                                to_string(lock),
                                mode),
            .help =
                "'show' tells what the GPU's driver tells of it, without a mapping; these "
                "registers are to be had on a kernel that is not locked down"};
  }
  if (os_error == EINVAL && gpu.driver) {
    return {.what = fmt::format("BAR {} is its driver's ('{}'), and this kernel lets nobody else "
                                "map it (CONFIG_IO_STRICT_DEVMEM, as in Debian's kernels)",
                                bar,
                                *gpu.driver),
            .help =
                "look while no driver is bound to the GPU; unbinding may take its VFs away, so "
                "not while they are used"};
  }
  if (os_error == EINVAL) {
    return {.what = fmt::format("the kernel does not let BAR {} be mapped: {}", bar, error.why),
            .help = "another than the GPU's driver may have claimed it: /proc/iomem names it"};
  }
  return {.what = fmt::format("BAR {} can't be mapped: {}", bar, error.why),
          .help = os_error == EACCES || os_error == EPERM ? "run it as root" : ""};
}

/// What kept registers of one BAR from being read, all by the same errno.
Finding why_not_read(const Kernel& kernel,
                     const Gpu& gpu,
                     std::uint32_t bar,
                     const std::vector<std::string>& names,
                     const Error& error) {
  switch (error.os_error) {
    case ENOENT:
      return {.what = fmt::format("there is no BAR {}: firmware gave it no address, or the device "
                                  "has none",
                                  bar),
              .help = ""};
    case ENXIO:
      return {.what = fmt::format("BAR {} ends before {}", bar, fmt::join(names, ", ")),
              .help = ""};
    case ENODATA:
      return {
          .what = fmt::format("this host does not say what stands in {}", fmt::join(names, ", ")),
          .help = ""};
    case EIO:
    case ETIMEDOUT:
      return {.what = fmt::format("{}: {}", fmt::join(names, ", "), error.why),
              .help = "look at the kernel's log"};
    default:
      return refused(kernel, gpu, bar, error);
  }
}

/// A register of the table, where it is, and what came of reading it.
struct Asked {
  MappedSpec spec;
  MmioPlace where;
  std::optional<Result<std::string>> read;
};

std::vector<Asked> asked_of(const Gpu& gpu, const MappedChoice& choice) {
  std::vector<Asked> asked;
  for (const MappedSpec& spec : choice.registers) {
    if (const auto where = parse_mmio(pci::of(*spec.attr, gpu.address))) {
      asked.push_back({.spec = spec, .where = *where, .read = std::nullopt});
    }
  }
  std::ranges::sort(
      asked, {}, [](const Asked& one) { return std::pair(one.where.bar, one.where.offset); });
  return asked;
}

void read_all_of(const Kernel& kernel, const Gpu& gpu, std::vector<Asked>& asked) {
  std::vector<Place> places;
  places.reserve(asked.size());
  for (const Asked& one : asked) {
    places.push_back(pci::of(*one.spec.attr, gpu.address));
  }
  auto read = kernel.read_slowly(places, kMappedPatience);
  for (std::size_t i = 0; i < read.size(); ++i) {
    asked[i].read = std::move(read[i]);
  }
}

std::vector<MappedBar> bars_of(const std::vector<Asked>& asked) {
  std::vector<MappedBar> bars;
  for (const Asked& one : asked) {
    if (bars.empty() || bars.back().bar != one.where.bar) {
      bars.push_back({.bar = one.where.bar, .registers = {}});
    }
    const bool known = one.read && one.read->has_value();
    bars.back().registers.push_back(
        decode_mapped(one.spec, one.where.offset, known ? **one.read : ""));
  }
  return bars;
}

/// One finding for each BAR and errno.
std::vector<Finding> findings_of(const Kernel& kernel,
                                 const Gpu& gpu,
                                 const std::vector<Asked>& asked) {
  struct Failed {
    std::vector<std::string> names;
    const Error* error = nullptr;
  };
  std::map<std::pair<std::uint32_t, int>, Failed> failed;
  for (const Asked& one : asked) {
    if (one.read && !one.read->has_value()) {
      const Error& error = one.read->error();
      Failed& alike = failed[{one.where.bar, error.os_error}];
      alike.names.emplace_back(one.spec.attr->name);
      alike.error = &error;
    }
  }
  std::vector<Finding> findings;
  findings.reserve(failed.size());
  for (const auto& [where, alike] : failed) {
    findings.push_back(why_not_read(kernel, gpu, where.first, alike.names, *alike.error));
  }
  return findings;
}

MappedChoice choice_for(const Gpu& gpu) {
  for (const Vendor& vendor : shipped_vendors()) {
    MappedChoice choice = vendor.mapped == nullptr ? MappedChoice{} : vendor.mapped(gpu);
    if (!choice.of.empty()) {
      return choice;
    }
  }
  return {};
}

}  // namespace

std::string sleep_of(const Kernel& kernel, const PciAddress& gpu) {
  const std::string status = observe(kernel, pci::of(pci::kRuntimeStatus, gpu)).text();
  return status == "active" || status == "unsupported" ? "" : status;
}

MappedRegisters read_mapped(const Kernel& kernel,
                            const Gpu& gpu,
                            std::string_view config,
                            const std::string& slept) {
  MappedChoice choice = choice_for(gpu);
  MappedRegisters mapped{.chosen = std::move(choice.of), .bars = {}, .findings = {}};
  std::vector<Asked> asked = asked_of(gpu, choice);
  if (asked.empty()) {
    return mapped;
  }
  auto silent = why_silent(config, slept.empty() ? sleep_of(kernel, gpu.address) : slept);
  if (!silent) {
    read_all_of(kernel, gpu, asked);
  }
  mapped.bars = bars_of(asked);
  mapped.findings = findings_of(kernel, gpu, asked);
  if (silent) {
    mapped.findings.push_back(std::move(*silent));
  }
  return mapped;
}

}  // namespace vfmgr
