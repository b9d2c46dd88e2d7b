// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/framebuffer.hpp"

#include "vfmgr/setting.hpp"

#include "core/numbers.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::amd_gim_s7150 {

namespace {

constexpr std::uint64_t kReservedMib = 8;  // gim_fb.h: FB__RESERVED_CSA_IN_1M, for contexts
constexpr std::uint32_t kBaseAt = 16;      // first bit of the base in a register
constexpr std::uint64_t kHalf = 0xffff;

std::uint64_t down(std::uint64_t mib) {
  return mib / kUnitMib * kUnitMib;
}
std::uint64_t up(std::uint64_t mib) {
  return down(mib + kUnitMib - 1);
}
std::uint64_t less(std::uint64_t from, std::uint64_t what) {
  return from - std::min(from, what);
}

Area area_behind(std::uint64_t pf, std::uint64_t total) {
  const std::uint64_t most = down(less(total, up(kReservedMib)));
  return {.base = up(pf + kReservedMib), .size = total == 0 ? 0 : down(less(most, pf))};
}

}  // namespace

Area area_for(const Memory& memory, std::uint32_t vfs) {
  // With a BAR over all of its memory the PF is no display (gim_fb.c).
  const bool large = memory.total != 0 && memory.bar >= memory.total;
  std::uint64_t pf = std::max(memory.pf_fb, large ? kUnitMib : memory.bar);
  if (memory.total != 0) {
    const std::uint64_t most = down(less(memory.total, up(kReservedMib)));
    pf = std::min(pf, less(most, vfs * kLeastOfVfMib));
  }
  return area_behind(down(pf), memory.total);
}

Area area_now(const Memory& memory) {
  return memory.total == 0 || memory.consumed == 0
             ? Area{}
             : area_behind(less(memory.total, memory.consumed), memory.total);
}

std::string register_of(const Part& part) {
  const std::uint64_t size = less(part.size / kUnitMib, 1);
  return std::to_string((size & kHalf) | ((part.base / kUnitMib) << kBaseAt));
}

Part part_in(std::string_view text) {
  const std::uint64_t number = decimal(text).value_or(0);
  return {.base = (number >> kBaseAt) * kUnitMib, .size = ((number & kHalf) + 1) * kUnitMib};
}

Setting spelled_size(std::string_view text) {
  return part_in(text).size * kMib;
}

std::vector<Part> laid_out(std::span<const std::uint64_t> sizes, std::uint64_t base) {
  std::vector<Part> parts(sizes.size());
  for (std::size_t vf = sizes.size(); vf-- > 0;) {
    parts[vf] = {.base = base, .size = sizes[vf]};
    base += sizes[vf];
  }
  return parts;
}

bool is_drivers_own(std::span<const Part> parts, const Area& area, std::uint64_t vf_fb) {
  if (parts.size() == 1) {
    const std::uint64_t asked = down(std::min(std::max(vf_fb, kLeastOfVfMib), area.size));
    return parts[0].size == (vf_fb == 0 ? area.size : asked);
  }
  for (std::size_t vf = 1; vf < parts.size(); ++vf) {
    // vf_fb need be no multiple of a unit, and the register drops what is over (gim_fb.c:
    // init_fb_static, gim_gpuiov.c:set_gpuiov_vf_frame_buffer).
    const std::uint64_t end = parts[vf - 1].base + parts[vf - 1].size;
    if (parts[vf].size != parts[0].size || parts[vf].base < end ||
        parts[vf].base > end + kUnitMib) {
      return false;
    }
  }
  return true;
}

std::uint32_t divider_for(std::uint32_t vfs) {
  return std::bit_ceil(std::clamp(vfs, 1U, kMostVfs));
}

}  // namespace vfmgr::amd_gim_s7150
