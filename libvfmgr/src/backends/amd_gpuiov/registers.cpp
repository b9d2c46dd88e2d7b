// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gpuiov/registers.hpp"

#include "vfmgr/setting.hpp"

#include "core/numbers.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace vfmgr::amd_gpuiov {

namespace {

constexpr std::uint32_t kHalf = 16;
constexpr std::uint32_t kLowHalf = 0xffff;

std::uint64_t up(std::uint64_t mib) {
  return (mib + kStepMib - 1) / kStepMib * kStepMib;
}

Setting size_in(Layout layout, std::string_view text) {
  const auto dword = dword_in(text);
  const auto piece = dword ? piece_in(layout, *dword) : std::nullopt;
  return piece ? Setting(piece->size * kMib) : Setting(std::monostate{});
}

}  // namespace

std::optional<std::uint32_t> dword_in(std::string_view text) {
  const auto number = hexadecimal(text);
  return number && *number < std::numeric_limits<std::uint32_t>::max()
             ? std::optional(static_cast<std::uint32_t>(*number))
             : std::nullopt;
}

std::string spell_dword(std::uint32_t dword) {
  return fmt::format("{:08x}", dword);
}

std::optional<Piece> piece_in(Layout layout, std::uint32_t dword) {
  const std::uint64_t size = dword & kLowHalf;
  const std::uint64_t offset = (dword >> kHalf) * kStepMib;
  if (layout == Layout::a) {
    return dword == 0 ? std::nullopt
                      : std::optional(Piece{.offset = offset, .size = (size + 1) * kStepMib});
  }
  return size == 0 ? std::nullopt : std::optional(Piece{.offset = offset, .size = size * kStepMib});
}

std::uint32_t dword_of(Layout layout, const std::optional<Piece>& piece) {
  if (!piece) {
    return 0;
  }
  const std::uint64_t steps = piece->size / kStepMib;
  const std::uint64_t size = layout == Layout::a ? steps - 1 : steps;
  return static_cast<std::uint32_t>(size & kLowHalf) |
         static_cast<std::uint32_t>((piece->offset / kStepMib) << kHalf);
}

Totals totals_in(std::uint32_t dword) {
  const std::uint64_t available = dword & kLowHalf;
  const std::uint64_t others = dword >> kHalf;
  return {
      .available = available,
      .pf = others == 0 || others > available ? std::nullopt : std::optional(available - others)};
}

std::uint32_t with_pf(std::uint32_t totals, std::uint64_t pf) {
  const std::uint64_t available = totals & kLowHalf;
  return static_cast<std::uint32_t>(available) |
         static_cast<std::uint32_t>((available - pf) << kHalf);
}

std::uint32_t context_of(std::uint32_t now, std::uint64_t pf) {
  constexpr std::uint32_t kReserved = 0x300;
  constexpr std::uint32_t kOffset = 10;
  constexpr std::uint32_t kSize = 1;  // of 256 KiB; the offset counts in as many
  constexpr std::uint32_t kUnitsInMib = 4;
  return (now & kReserved) | kSize | static_cast<std::uint32_t>((pf * kUnitsInMib) << kOffset);
}

std::uint64_t first_of_vfs(Layout layout, std::uint64_t pf) {
  return up(layout == Layout::a ? pf + kContextsMib : pf);
}

Setting reserved_in(std::string_view text) {
  const auto dword = dword_in(text);
  const auto pf = dword ? totals_in(*dword).pf : std::nullopt;
  return pf ? Setting(*pf * kMib) : Setting(std::monostate{});
}

Setting size_in_a(std::string_view text) {
  return size_in(Layout::a, text);
}
Setting size_in_b(std::string_view text) {
  return size_in(Layout::b, text);
}

}  // namespace vfmgr::amd_gpuiov
