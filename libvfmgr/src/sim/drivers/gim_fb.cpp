// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_fb.hpp"

#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_conf.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::gim {

namespace {

constexpr std::uint64_t kStep = 16;          // AMDGV_FUNCTION_FB_ALIGNMENT
constexpr std::uint64_t kLeastForVf = 2048;  // amdgv_device.h: AMDGV_MIN_FB_SIZE_MB
constexpr std::uint64_t kPfShare = 256;      // assumed of pf_fb_size=0: the driver's own choice
constexpr std::string_view kFact = "gim_fb";

std::uint64_t up(std::uint64_t mib) {
  return (mib + kStep - 1) / kStep * kStep;
}
std::uint64_t down(std::uint64_t mib) {
  return mib / kStep * kStep;
}

void set_blocks(Machine& machine, const PciAddress& pf, const std::vector<Block>& blocks) {
  std::string text;
  for (const Block& block : blocks) {
    text += fmt::format("{}{}:{}:{}",
                        text.empty() ? "" : "|",
                        block.vf ? std::to_string(*block.vf) : "free",
                        block.offset,
                        block.size);
  }
  machine.set_fact(pf, kFact, text);
}

using Blocks = std::vector<Block>;

Blocks::iterator of_vf(Blocks& blocks, std::uint32_t vf) {
  return std::ranges::find_if(blocks, [vf](const Block& block) { return block.vf == vf; });
}

/// amdgv_vfmgr_insert_fb_block: before what lies at the same place or behind.
void insert(Blocks& blocks, const Block& block) {
  const auto behind = std::ranges::find_if(
      blocks, [&block](const Block& other) { return other.offset >= block.offset; });
  blocks.insert(behind, block);
}

/// amdgv_vfmgr_merge_free_blocks: neighbours in the list, whether they touch or not.
void merge_free(Blocks& blocks) {
  for (std::size_t at = 0; at + 1 < blocks.size();) {
    if (!blocks[at].vf && !blocks[at + 1].vf) {
      blocks[at].size += blocks[at + 1].size;
      blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    } else {
      ++at;
    }
  }
}

/// amdgv_vfmgr_divide_fb_block: what is left of it becomes free.
void divide(Blocks& blocks, std::size_t at, std::uint64_t mib) {
  const std::uint64_t left = blocks[at].size - mib;
  if (mib == 0 || left == 0) {
    return;
  }
  blocks[at].size = mib;
  insert(blocks, {.vf = std::nullopt, .offset = blocks[at].offset + mib, .size = left});
  merge_free(blocks);
}

/// amdgv_vfmgr_check_fb_assignable: some free block is large enough, or the VF's own with what is
/// free beside it.
bool is_assignable(Blocks& blocks, std::uint32_t vf, std::uint64_t mib) {
  if (std::ranges::any_of(blocks,
                          [mib](const Block& block) { return !block.vf && block.size >= mib; })) {
    return true;
  }
  const auto own = of_vf(blocks, vf);
  if (own == blocks.end()) {
    return false;
  }
  std::uint64_t size = own->size;
  if (own != blocks.begin() && !std::prev(own)->vf) {
    size += std::prev(own)->size;
  }
  if (std::next(own) != blocks.end() && !std::next(own)->vf) {
    size += std::next(own)->size;
  }
  return size >= mib;
}

/// navi32_asymmetric_fb_reconfig
bool reconfigure(Blocks& blocks, std::uint32_t vf, std::uint64_t mib) {
  if (mib < kLeastForVf) {
    return false;
  }
  mib = down(mib);
  if (!is_assignable(blocks, vf, mib)) {
    return false;
  }
  if (const auto own = of_vf(blocks, vf); own != blocks.end()) {
    if (mib <= own->size) {
      divide(blocks, static_cast<std::size_t>(own - blocks.begin()), mib);
      return true;
    }
    own->vf.reset();
    merge_free(blocks);
  }
  const auto room = std::ranges::find_if(
      blocks, [mib](const Block& block) { return !block.vf && block.size >= mib; });
  if (room == blocks.end()) {
    return false;
  }
  room->vf = vf;
  divide(blocks, static_cast<std::size_t>(room - blocks.begin()), mib);
  return true;
}

/// Whether a guest or the host runs on VF `index`.
bool is_active(const Machine& machine, const PciAddress& pf, std::uint32_t index) {
  const auto vf = machine.vf_address(pf, index);
  return vf && machine.pf_of(*vf) == pf && vf_in_use(machine, *vf);
}

}  // namespace

std::vector<Block> blocks_of(const Machine& machine, const PciAddress& pf) {
  const std::string text = machine.fact_text(pf, kFact);
  Blocks blocks;
  for (const std::string_view row : split(text, '|')) {
    const auto fields = split(row, ':');
    const auto vf = fields.size() == 3 ? stored_number(fields[0]) : std::nullopt;
    if (fields.size() == 3) {
      constexpr std::uint64_t kMost = 1U << 30U;  // a host file may say anything
      blocks.push_back(
          {.vf = vf && *vf < 32 ? std::optional(static_cast<std::uint32_t>(*vf)) : std::nullopt,
           .offset = std::min(stored_number(fields[1]).value_or(0), kMost),
           .size = std::min(stored_number(fields[2]).value_or(0), kMost)});
    }
  }
  return blocks;
}

void share_out(Machine& machine, const PciAddress& pf) {
  const Card card = card_of(machine, pf);
  const std::uint64_t usable = machine.fact(pf, "fb_usable").value_or(0);
  const auto asked = option(conf_of(machine), "pf_fb_size", gpu_number(machine, pf));
  const std::uint64_t of_pf = asked > 0 ? static_cast<std::uint64_t>(asked) : kPfShare;
  if (card.vfs == 0 || usable <= of_pf) {
    return;
  }
  std::uint64_t first = up(of_pf);
  std::uint64_t size = down((usable - of_pf) / card.vfs);
  std::uint64_t apart = size;
  const std::uint64_t all = machine.fact(pf, "vram_mib").value_or(usable);
  if (card.xcc != 0 && card.nps > 1 && card.vfs > 1 && all >= usable) {
    // Each VF begins where its share of the NUMA ranges does, and all are as small as the first.
    first = up(std::max(of_pf, all - usable));
    apart = all / card.vfs;
    size = apart > first ? down(apart - first) : 0;
  }
  Blocks blocks = blocks_of(machine, pf);
  for (std::uint32_t vf = 0; vf < card.vfs && size != 0; ++vf) {
    if (const auto own = of_vf(blocks, vf); own != blocks.end()) {
      blocks.erase(own);
    }
    const std::uint64_t offset = vf == 0 || apart == size ? first + (vf * apart) : vf * apart;
    insert(blocks, {.vf = vf, .offset = offset, .size = size});
  }
  set_blocks(machine, pf, blocks);
}

bool resize(Machine& machine, const PciAddress& pf, std::uint32_t vf, std::uint64_t mib) {
  constexpr std::uint32_t kPf = 31;  // AMDGV_PF_IDX
  if (machine.fact(pf, "asymmetric").value_or(0) == 0 || vf == kPf || is_active(machine, pf, vf)) {
    return false;
  }
  Blocks blocks = blocks_of(machine, pf);
  if (mib == 0) {  // amdgv_vfmgr_free_vf
    if (const auto own = of_vf(blocks, vf); own != blocks.end()) {
      own->vf.reset();
      merge_free(blocks);
    }
  } else if (!reconfigure(blocks, vf, mib)) {
    return false;
  }
  set_blocks(machine, pf, blocks);
  return true;
}

void defragment(Machine& machine, const PciAddress& pf) {
  if (machine.fact(pf, "asymmetric").value_or(0) == 0) {
    return;
  }
  Blocks blocks = blocks_of(machine, pf);
  Blocks before = blocks;
  for (Block& block : blocks) {
    block.vf.reset();
  }
  merge_free(blocks);
  for (std::uint32_t vf = 0; vf < machine.enabled_vfs(pf); ++vf) {
    if (const auto own = of_vf(before, vf); own != before.end()) {
      reconfigure(blocks, vf, own->size);
    }
  }
  set_blocks(machine, pf, blocks);
}

std::string layout_text(const Machine& machine, const PciAddress& pf) {
  std::string text =
      fmt::format("Current Available VF Number: {}\nFB Layout:\n", machine.enabled_vfs(pf));
  for (const Block& block : blocks_of(machine, pf)) {
    if (block.vf) {
      text += fmt::format("VF{} - {} - {}MB\n",
                          *block.vf,
                          is_active(machine, pf, *block.vf) ? "active" : "inactive",
                          block.size);
    } else {
      text += fmt::format("Free - None - {}MB\n", block.size);
    }
  }
  return text;
}

}  // namespace vfmgr::sim::gim
