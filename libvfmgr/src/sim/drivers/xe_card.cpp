// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_card.hpp"

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vfmgr::sim::xe {

namespace {

Debugfs debugfs_of(const Machine& machine, const PciAddress& pf) {
  switch (machine.fact(pf, "debugfs").value_or(0)) {
    case 0:
      return Debugfs::absent;
    case 2:
      return Debugfs::locked;
    default:
      return Debugfs::there;
  }
}

}  // namespace

std::uint64_t Card::vram_page() {
  return 2ULL << 20U;
}

Card card_of(const Machine& machine, const PciAddress& pf) {
  constexpr std::uint64_t kMostVfs = 0xFFFF;  // TotalVFs is 16 bits wide
  constexpr std::uint64_t kMostTiles = 16;
  constexpr std::uint64_t kPage = 4096;  // xe 7.0; 64 KiB where the GPU needs that
  const auto number = [&](std::string_view name, std::uint64_t otherwise) {
    return machine.fact(pf, name).value_or(otherwise);
  };
  const auto flag = [&](std::string_view name) { return number(name, 0) != 0; };
  Card card{.pf = pf,
            .release = number("xe_release", kVramInSysfs),
            .debugfs = debugfs_of(machine, pf),
            .total = static_cast<std::uint32_t>(std::min(number("total_vfs", 0), kMostVfs)),
            .tiles = static_cast<std::uint32_t>(
                std::clamp<std::uint64_t>(number("tiles", 1), 1, kMostTiles)),
            .gts = {},
            .vram = number("vram_usable", 0),
            .lmtt = number("lmtt", 1) != 0,
            .ggtt_page = std::clamp<std::uint64_t>(number("ggtt_page", kPage), kPage, kPage << 8U),
            .multi_lrc = flag("multi_lrc"),
            .admin_only = flag("admin_only_pf"),
            .floors_vram = flag("fair_vram_floored"),
            .resets_pf = flag("resets_pf_schedule"),
            .lockdown_held = flag("lockdown_held")};
  for (std::uint32_t tile = 0; tile < card.tiles; ++tile) {
    card.gts.push_back(
        {.index = static_cast<std::uint32_t>(card.gts.size()), .tile = tile, .media = false});
    if (flag("media_gt")) {
      card.gts.push_back(
          {.index = static_cast<std::uint32_t>(card.gts.size()), .tile = tile, .media = true});
    }
  }
  return card;
}

std::vector<std::string_view> thresholds(const Card& card) {
  std::vector<std::string_view> names{"threshold_cat_error_count",
                                      "threshold_engine_reset_count",
                                      "threshold_page_fault_count",
                                      "threshold_guc_time_us",
                                      "threshold_irq_time_us",
                                      "threshold_doorbell_time_us"};
  if (card.multi_lrc) {
    names.emplace_back("threshold_multi_lrc_count");  // GuC 70.53 and later
  }
  return names;
}

}  // namespace vfmgr::sim::xe
