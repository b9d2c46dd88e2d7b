// SPDX-License-Identifier: Apache-2.0
// What the dwords say by which the framebuffer is shared out: pure. All sizes are in MiB.
#pragma once

#include "vfmgr/setting.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::amd_gpuiov {

/// What lies where, of the GPUs whose registers tell how much memory there is.
enum class Layout {
  a,  ///< Tonga: a VF always has some
  b,  ///< Navi32: a VF can have none
};

inline constexpr std::uint64_t kMib = 1ULL << 20U;
inline constexpr std::uint64_t kStepMib = 16;  ///< framebuffers are multiples of it
/// The PF's where nothing else is asked for: BAR 0 of S7150, which is the least there (gim_fb.c),
/// and what the newer driver takes (amdgv_api.h).
inline constexpr std::uint64_t kPfMib = 256;
/// Between the PF's and the VFs' (gim_fb.c): contexts, 256 KiB of each function.
inline constexpr std::uint64_t kContextsMib = 8;

/// A stretch of the framebuffer.
struct Piece {
  std::uint64_t offset = 0, size = 0;
  [[nodiscard]] std::uint64_t end() const { return offset + size; }
  friend bool operator==(const Piece&, const Piece&) = default;
};

/// A dword, as the door spells it; none: it is not known, or all ones, which is no answer.
std::optional<std::uint32_t> dword_in(std::string_view text);
std::string spell_dword(std::uint32_t dword);

/// A VF's; none: it was given none. (Of layout A that is how the register comes from reset.)
std::optional<Piece> piece_in(Layout layout, std::uint32_t dword);
std::uint32_t dword_of(Layout layout, const std::optional<Piece>& piece);

struct Totals {
  std::uint64_t available = 0;
  std::optional<std::uint64_t> pf;  ///< none: nobody has shared it out yet
};
Totals totals_in(std::uint32_t dword);
/// The same with another share of the PF's.
std::uint32_t with_pf(std::uint32_t totals, std::uint64_t pf);

/// Layout A's, of contexts right behind the PF's; reserved bits stay as they are in `now`.
std::uint32_t context_of(std::uint32_t now, std::uint64_t pf);

/// Where the VFs' begin.
std::uint64_t first_of_vfs(Layout layout, std::uint64_t pf);

// For people: bytes of what a dword says; monostate where it says nothing.
Setting reserved_in(std::string_view text);
Setting size_in_a(std::string_view text);
Setting size_in_b(std::string_view text);

}  // namespace vfmgr::amd_gpuiov
