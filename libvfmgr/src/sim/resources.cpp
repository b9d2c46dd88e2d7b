// SPDX-License-Identifier: Apache-2.0
#include "sim/resources.hpp"

#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "core/words.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

constexpr std::size_t kVfLines = 7;  // BAR 0-5 and ROM stand before them (include/linux/pci.h)
constexpr std::size_t kLines = 13;
constexpr std::uint64_t kUnset = 0x20000000;  // IORESOURCE_UNSET, include/linux/ioport.h

std::optional<std::uint64_t> hex(std::string_view text) {
  return prefixed(text, 16);
}

struct Window {
  std::uint64_t start = 0, end = 0, flags = 0;
};

/// What the PF's resource file says of VF BAR `bar`.
Window window(const Machine& machine, const PciAddress& pf, std::uint32_t bar) {
  const std::string text = machine.attribute(pf, "resource");
  const auto lines = split(text, '\n');
  if (kVfLines + bar >= lines.size()) {
    return {};
  }
  const auto fields = split(lines[kVfLines + bar], ' ');
  if (fields.size() != 3) {
    return {};
  }
  return {.start = hex(fields[0]).value_or(0),
          .end = hex(fields[1]).value_or(0),
          .flags = hex(fields[2]).value_or(0)};
}

}  // namespace

std::optional<std::vector<VfBar>> parse_vf_bars(std::string_view text) {
  std::vector<VfBar> bars;
  for (const std::string_view part : split(text, ' ')) {
    const auto fields = split(part, ':');
    if (fields.size() != 3 && fields.size() != 4) {
      return std::nullopt;
    }
    const auto bar = hex(fields[0]);
    const auto bytes = hex(fields[1]);
    const auto flags = hex(fields[2]);
    const auto sizes = fields.size() == 4 ? hex(fields[3]) : std::optional<std::uint64_t>(0);
    if (!bar || *bar > 5 || !bytes || !flags || !sizes) {
      return std::nullopt;
    }
    bars.push_back({.bar = static_cast<std::uint32_t>(*bar),
                    .bytes = *bytes,
                    .flags = *flags,
                    .sizes = *sizes});
  }
  return bars;
}

std::string spell_vf_bars(const std::vector<VfBar>& bars) {
  std::string text;
  for (const VfBar& bar : bars) {
    text += fmt::format("{}{}:{:#x}:{:#x}", text.empty() ? "" : " ", bar.bar, bar.bytes, bar.flags);
    text += bar.sizes == 0 ? "" : fmt::format(":{:#x}", bar.sizes);
  }
  return text;
}

void resize_vf_bar(Machine& machine, const PciAddress& pf, std::uint32_t bar, std::uint32_t vfs) {
  constexpr std::uint32_t kFirstSize = 20;
  constexpr std::uint32_t kSizeBits = 28;  // PCI_REBAR_CAP_SIZES
  auto bars = vf_bars_of(machine, pf).value_or(std::vector<VfBar>{});
  const auto found = std::ranges::find(bars, bar, &VfBar::bar);
  const Window seen = window(machine, pf, bar);
  if (found == bars.end() || found->sizes == 0 || vfs == 0 || seen.start == 0) {
    return;
  }
  for (std::uint32_t bit = 0; bit < kSizeBits; ++bit) {
    const std::uint64_t size = std::uint64_t{1} << (kFirstSize + bit);
    if ((found->sizes >> bit & 1U) != 0 && size <= (seen.end - seen.start + 1) / vfs) {
      found->bytes = size;
    }
  }
  machine.set_fact(pf, "vf_bars_now", spell_vf_bars(bars));
}

void forget_vf_bar_sizes(Machine& machine, const PciAddress& pf) {
  machine.tree().erase(Space::hidden, fact_path(pf, "vf_bars_now"));
}

std::optional<std::vector<VfBar>> vf_bars_of(const Machine& machine, const PciAddress& pf) {
  const std::string now = machine.fact_text(pf, "vf_bars_now");
  return parse_vf_bars(now.empty() ? machine.fact_text(pf, "vf_bars") : now);
}

std::string resource_line(std::uint64_t start, std::uint64_t end, std::uint64_t flags) {
  return fmt::format("0x{:016x} 0x{:016x} 0x{:016x}\n", start, end, flags);
}

std::string vf_resource(const Machine& machine, const PciAddress& pf, std::uint32_t index) {
  std::vector<std::string> lines(kLines, resource_line(0, 0, 0));
  for (const VfBar& bar : vf_bars_of(machine, pf).value_or(std::vector<VfBar>{})) {
    const std::uint64_t start = window(machine, pf, bar.bar).start + (index * bar.bytes);
    lines.at(bar.bar) = resource_line(start, start + bar.bytes - 1, bar.flags);
  }
  std::string text;
  for (const std::string& line : lines) {
    text += line;
  }
  return text;
}

bool vf_windows_assigned(const Machine& machine, const PciAddress& pf) {
  const auto bars = vf_bars_of(machine, pf);
  return !bars || std::all_of(bars->begin(), bars->end(), [&](const VfBar& bar) {
    const Window seen = window(machine, pf, bar.bar);
    return seen.start != 0 && (seen.flags & kUnset) == 0;
  });
}

}  // namespace vfmgr::sim
