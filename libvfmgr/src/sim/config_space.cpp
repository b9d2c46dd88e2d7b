// SPDX-License-Identifier: Apache-2.0
#include "sim/config_space.hpp"

#include "vfmgr/units.hpp"

#include "core/config_space/bytes.hpp"
#include "core/config_space/walk.hpp"
#include "core/numbers.hpp"
#include "core/words.hpp"
#include "sim/drivers/gim_s7150_card.hpp"
#include "sim/gpuiov_config.hpp"
#include "sim/machine.hpp"
#include "sim/resources.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

// include/uapi/linux/pci_regs.h. Where capabilities lie is this file's choice, and the host's of
// SR-IOV.
constexpr std::size_t kWholeConfig = 0x1000;
constexpr std::size_t kConfigCommand = 0x04;  // PCI_COMMAND: _MEMORY, _MASTER
constexpr std::uint64_t kConfigMemoryAndMaster = 0x06;
constexpr std::size_t kConfigStatus = 0x06;  // PCI_STATUS: _CAP_LIST
constexpr std::uint64_t kConfigWithList = 0x10;
constexpr std::size_t kConfigFirstCapability = 0x34;  // PCI_CAPABILITY_LIST
constexpr std::size_t kConfigExpressAt = 0x70;
constexpr std::uint64_t kConfigExpress = 0x10;  // PCI_CAP_ID_EXP
constexpr std::uint64_t kConfigExpressVersion = 2;
constexpr std::uint64_t kConfigInRootComplex = 9;  // PCI_EXP_TYPE_RC_END
constexpr std::size_t kConfigAriAt = 0x100;
constexpr std::uint16_t kConfigAri = 0x0e;  // PCI_EXT_CAP_ID_ARI
constexpr std::size_t kConfigSerialAt = 0x140;
constexpr std::uint16_t kConfigSerial = 0x03;  // PCI_EXT_CAP_ID_DSN
constexpr std::uint16_t kConfigSriov = 0x10;   // PCI_EXT_CAP_ID_SRIOV
// On every listing of an Intel GPU with SR-IOV; 0x330 on AMD's.
constexpr std::uint64_t kConfigSriovAt = 0x320;
constexpr std::size_t kConfigControl = 0x08;  // PCI_SRIOV_CTRL: _VFE, _MSE, _ARI
constexpr std::uint64_t kConfigEnabled = 0x01 | 0x08;
constexpr std::uint64_t kConfigAriHierarchy = 0x10;
constexpr std::size_t kConfigNumVfs = 0x10;  // PCI_SRIOV_NUM_VF
constexpr std::size_t kConfigVfBars = 0x24;  // PCI_SRIOV_BAR
constexpr std::size_t kConfigVfRebarAt = 0x420;
constexpr std::uint16_t kConfigVfRebar = 0x24;  // PCI_EXT_CAP_ID_VF_REBAR, as PCI_EXT_CAP_ID_REBAR
// PCI_SRIOV_SUP_PGSIZE: the sizes that a function must have.
constexpr std::uint64_t kConfigPageSizes = 0x553;

std::uint64_t id_of(const Machine& machine, const PciAddress& function, std::string_view leaf) {
  return prefixed(machine.attribute(function, leaf), 16).value_or(0);
}

bool on_root_bus(const Machine& machine, const PciAddress& function) {
  return leaf_of(parent_of(machine.directory(function))).starts_with("pci");
}

void put_header(const Machine& machine, const PciAddress& pf, std::string& config) {
  put_number(config, 0x00, id_of(machine, pf, "vendor"), 2);
  put_number(config, 0x02, id_of(machine, pf, "device"), 2);
  // The first GIM is bound to none of its PFs, and turns both on itself (drv/gim_pci.c:
  // enable_device).
  const bool used = !machine.driver_of(pf).empty() || s7150::is_up(machine, pf);
  put_number(config, kConfigCommand, used ? kConfigMemoryAndMaster : 0, 2);
  put_number(config, kConfigStatus, kConfigWithList, 2);
  put_number(config, 0x09, id_of(machine, pf, "class"), 3);
  put_number(config, 0x2c, id_of(machine, pf, "subsystem_vendor"), 2);
  put_number(config, 0x2e, id_of(machine, pf, "subsystem_device"), 2);
  put_number(config, kConfigFirstCapability, kConfigExpressAt, 1);
  put_number(config, kConfigExpressAt, kConfigExpress, 1);
  const std::uint64_t type = on_root_bus(machine, pf) ? kConfigInRootComplex : 0;
  put_number(config, kConfigExpressAt + 0x02, kConfigExpressVersion | (type << 4U), 2);
  if (type == 0) {
    const std::uint64_t link = machine.fact(pf, "link_speed").value_or(0) |
                               (machine.fact(pf, "link_width").value_or(0) << 4U);
    put_number(config, kConfigExpressAt + 0x0c, link, 4);
    put_number(config, kConfigExpressAt + 0x12, link, 2);
  }
}

/// As registers of resizable BARs say a size: 2^(20+code) bytes.
std::uint64_t size_code(std::uint64_t bytes) {
  constexpr int kMebibyte = 20;
  return bytes == 0 ? 0 : static_cast<std::uint64_t>(std::bit_width(bytes) - 1 - kMebibyte);
}

/// VF BARs, from the windows that the PF's resource file has for them.
void put_vf_bars(const Machine& machine,
                 const PciAddress& pf,
                 std::size_t at,
                 std::string& config) {
  constexpr std::size_t kVfLines = 7;  // include/linux/pci.h: PCI_IOV_RESOURCES
  constexpr std::size_t kBars = 6;
  constexpr std::uint64_t kMem64 = 0x100000;    // include/linux/ioport.h: IORESOURCE_MEM_64
  constexpr std::uint64_t kPrefetch = 0x2000;   // IORESOURCE_PREFETCH
  constexpr std::uint64_t kUnset = 0x20000000;  // IORESOURCE_UNSET
  const std::string resource = machine.attribute(pf, "resource");
  const auto lines = split(resource, '\n');
  for (std::size_t bar = 0; bar < kBars && kVfLines + bar < lines.size(); ++bar) {
    const auto fields = split(lines[kVfLines + bar], ' ');
    const auto start = fields.size() == 3 ? prefixed(fields[0], 16) : std::nullopt;
    const auto flags = fields.size() == 3 ? prefixed(fields[2], 16) : std::nullopt;
    if (!start || !flags || *flags == 0) {
      continue;
    }
    const bool wide = (*flags & kMem64) != 0;
    const std::uint64_t bits = (wide ? 0x4U : 0U) | ((*flags & kPrefetch) != 0 ? 0x8U : 0U);
    const std::uint64_t address = (*flags & kUnset) != 0 ? 0 : *start;
    put_number(config, at + kConfigVfBars + (4 * bar), address | bits, wide ? 8 : 4);
  }
}

/// VF Resizable BAR, with an entry for each VF BAR that can be resized, but for the sizes that they
/// have. Whether there is one.
bool put_vf_rebar(const Machine& machine, const PciAddress& pf, std::string& config) {
  std::vector<VfBar> bars = vf_bars_of(machine, pf).value_or(std::vector<VfBar>{});
  std::erase_if(bars, [](const VfBar& bar) { return bar.sizes == 0; });
  std::size_t at = kConfigVfRebarAt;
  for (const VfBar& bar : bars) {
    const std::uint64_t count = at == kConfigVfRebarAt ? bars.size() : 0;  // the first one tells
    put_number(config, at + 0x04, bar.sizes << 4U, 4);
    put_number(config, at + 0x08, bar.bar | (count << 5U), 4);
    at += 0x08;
  }
  return !bars.empty();
}

void put_sriov(const Machine& machine, const PciAddress& pf, std::size_t at, std::string& config) {
  const std::uint64_t total = machine.fact(pf, "total_vfs").value_or(0);
  put_number(config, at + kConfigControl, on_root_bus(machine, pf) ? 0 : kConfigAriHierarchy, 2);
  put_number(config, at + 0x0c, machine.fact(pf, "initial_vfs").value_or(total), 2);
  put_number(config, at + 0x0e, total, 2);
  put_number(config, at + 0x12, (std::uint64_t{pf.device} << 3U) | pf.function, 1);
  put_number(config, at + 0x14, machine.fact(pf, "vf_offset").value_or(0), 2);
  put_number(config, at + 0x16, machine.fact(pf, "vf_stride").value_or(0), 2);
  put_number(config, at + 0x1a, prefixed(machine.fact_text(pf, "vf_device"), 16).value_or(0), 2);
  put_number(config, at + 0x1c, kConfigPageSizes, 4);
  put_number(config, at + 0x20, 1, 4);
  put_vf_bars(machine, pf, at, config);
}

/// Capabilities in the order of their places, each leading to the next.
void put_list(const Machine& machine, const PciAddress& pf, std::string& config) {
  struct Placed {
    std::size_t at = 0;
    std::uint16_t id = 0;
  };
  const std::size_t sriov = machine.fact(pf, "sriov_at").value_or(kConfigSriovAt);
  std::vector<Placed> list{{.at = sriov, .id = kConfigSriov}};
  if (!on_root_bus(machine, pf)) {
    list.push_back({.at = kConfigAriAt, .id = kConfigAri});
  }
  const auto serial = machine.fact(pf, "serial_number");
  if (serial) {
    const std::size_t at =
        list.size() == 1 ? kConfigAriAt : kConfigSerialAt;  // the list begins at 0x100
    list.push_back({.at = at, .id = kConfigSerial});
    put_number(config, at + 4, *serial + machine.fact(pf, "card").value_or(0), 8);
  }
  if (list.size() == 1) {
    list.front().at = kConfigAriAt;
  }
  put_sriov(machine, pf, list.front().at, config);
  if (put_vf_rebar(machine, pf, config)) {
    list.push_back({.at = kConfigVfRebarAt, .id = kConfigVfRebar});
  }
  std::ranges::sort(list, {}, &Placed::at);
  const std::uint64_t device = id_of(machine, pf, "device");
  const auto vendors = gpuiov_at(id_of(machine, pf, "vendor"), device);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::size_t next = i + 1 < list.size() ? list[i + 1].at : vendors.value_or(0);
    put_extended(config, list[i].at, list[i].id, next);
  }
  if (vendors) {
    put_gpuiov(machine, pf, device, config);
  }
}

/// The sizes of VF BARs that can be resized, as they are now; in a configuration space that was
/// taken from a real GPU too.
void put_sizes(const Machine& machine, const PciAddress& pf, std::string& config) {
  const auto at = find(config_space::extended_list(config), kConfigVfRebar);
  const auto bars = vf_bars_of(machine, pf);
  const auto first = at ? config_space::number(config, *at + 0x08, 4) : std::nullopt;
  const std::uint64_t count = first ? config_space::bits_of(*first, 5, 3) : 0;
  for (std::size_t entry = 0; bars && entry < count; ++entry) {
    const std::size_t place = *at + 0x08 + (0x08 * entry);
    const std::uint64_t control = config_space::number(config, place, 4).value_or(0);
    const auto bar = std::ranges::find(*bars, control & 0x7U, &VfBar::bar);
    if (bar != bars->end() && bar->sizes != 0) {
      put_number(
          config, place, (control & ~std::uint64_t{0x3f00}) | (size_code(bar->bytes) << 8U), 4);
    }
  }
}

/// NumVFs, VF Enable and VF Memory Space Enable, as they are now.
void put_state(const Machine& machine, const PciAddress& pf, std::string& config) {
  const auto at = find(config_space::extended_list(config), kConfigSriov);
  const auto control =
      at ? config_space::number(config, *at + kConfigControl, 2) : std::optional<std::uint64_t>();
  if (!control) {
    return;
  }
  const std::uint32_t vfs = machine.enabled_vfs(pf);
  put_number(config,
             *at + kConfigControl,
             (*control & ~kConfigEnabled) | (vfs == 0 ? 0 : kConfigEnabled),
             2);
  put_number(config, *at + kConfigNumVfs, vfs, 2);
}

}  // namespace

void put_number(std::string& config, std::size_t at, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes && at + i < config.size(); ++i, value >>= 8U) {
    config[at + i] = static_cast<char>(value & 0xffU);
  }
}

void put_extended(std::string& config, std::size_t at, std::uint16_t id, std::size_t next) {
  put_number(config, at, id | (1U << 16U) | (std::uint64_t{next} << 20U), 4);
}

std::optional<std::string> config_of(const Machine& machine, const PciAddress& function) {
  const std::string real = machine.fact_text(function, "config");
  if (real.empty() && !machine.fact(function, "total_vfs")) {
    return std::nullopt;
  }
  std::string config(kWholeConfig, '\0');
  if (real.empty()) {
    put_header(machine, function, config);
    put_list(machine, function, config);
  } else if (auto bytes = parse_config(real)) {
    config = std::move(*bytes);
  } else {
    return std::nullopt;
  }
  put_sizes(machine, function, config);
  put_state(machine, function, config);
  return config;
}

std::optional<std::string> config_at(const Machine& machine, std::string_view path) {
  const auto function = leaf_of(path) == "config" ? machine.owner_of(path) : std::nullopt;
  return function && machine.path_in(*function, "config") == path ? config_of(machine, *function)
                                                                  : std::nullopt;
}

std::optional<std::string> parse_config(std::string_view text) {
  const auto parts = split(text, ' ');
  const auto bytes = parts.empty() ? std::nullopt : decimal(parts.front());
  if (!bytes || *bytes > kWholeConfig) {
    return std::nullopt;
  }
  std::string config(*bytes, '\0');
  for (const std::string_view part : std::span(parts).subspan(1)) {
    const std::size_t colon = part.find(':');
    const auto at =
        colon == std::string_view::npos ? std::nullopt : hexadecimal(part.substr(0, colon));
    const std::string_view digits = at ? part.substr(colon + 1) : "";
    if (!at || digits.size() % 2 != 0 || *at > *bytes || digits.size() / 2 > *bytes - *at) {
      return std::nullopt;
    }
    for (std::size_t i = 0; i < digits.size() / 2; ++i) {
      const auto byte = hexadecimal(digits.substr(2 * i, 2));
      if (!byte) {
        return std::nullopt;
      }
      config[*at + i] = static_cast<char>(*byte);
    }
  }
  return config;
}

std::string spell_config(std::string_view bytes) {
  std::string text = std::to_string(bytes.size());
  // A few zeros between bytes are shorter than where the next ones begin.
  constexpr std::size_t kBreak = 4;
  std::size_t at = 0;
  while ((at = bytes.find_first_not_of('\0', at)) < bytes.size()) {
    std::size_t end = at;
    for (std::size_t zeros = 0; end < bytes.size() && zeros < kBreak; ++end) {
      zeros = bytes[end] == '\0' ? zeros + 1 : 0;
    }
    end = bytes.find_last_not_of('\0', end - 1) + 1;
    text += fmt::format(" {:x}:", at);
    for (const char byte : bytes.substr(at, end - at)) {
      text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    at = end;
  }
  return text;
}

}  // namespace vfmgr::sim
