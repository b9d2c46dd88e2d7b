// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_s7150_calls.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_s7150_card.hpp"
#include "sim/drivers/gim_scan.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim::s7150 {

namespace {

// base_time_slice: ms that all VFs have together, by how many are enabled.
constexpr std::array<std::uint32_t, 16> kTotalSlices{
    500, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84, 78, 84, 75, 80};
constexpr std::uint64_t kLeastSize = 256;
constexpr std::string_view kBadParameters = "Invalid Parameters";

/// In what way VFs of the GPU are given out: not yet, "zzz" unasked ones, "osg" chosen ones.
constexpr std::string_view kWay = "s7150_chosen";

struct Wish {
  std::uint32_t offset = 0, size = 0, divider = 0;
};

std::string failed(std::string_view what, std::string_view why) {
  return fmt::format("Failed to do {} with error: {}\n", what, why);
}

std::uint32_t total_slice(const Card& card) {
  return kTotalSlices.at(std::clamp<std::size_t>(card.shares.size(), 1, kTotalSlices.size()) - 1);
}

std::optional<Wish> scan_wish(std::string_view text) {
  std::array<std::uint32_t, 3> numbers{};
  for (std::uint32_t& number : numbers) {
    const auto read = gim::scan_number(text);
    if (!read) {
      return std::nullopt;
    }
    number = *read;
  }
  return Wish{.offset = numbers[0], .size = numbers[1], .divider = numbers[2]};
}

bool is_taken(const Machine& machine, const Card& card, std::size_t vf) {
  return card.shares[vf].set || is_running(machine, card.pf, static_cast<std::uint32_t>(vf));
}

/// amdgim_get_quota_ms; 0: not so much is left.
std::uint32_t quota_for(const Card& card, std::uint32_t divider) {
  const std::uint32_t deserved = total_slice(card) / divider;
  std::int64_t left = total_slice(card);
  for (const Share& share : card.shares) {
    left -= share.set ? share.quota : 0;
  }
  return left < deserved ? 0 : deserved;
}

/// Whether the stretch is free, as far as the driver looks: one that lies within another's is not
/// noticed.
bool is_free(const Machine& machine, const Card& card, std::uint64_t base, std::uint64_t top) {
  for (std::size_t vf = 0; vf < card.shares.size(); ++vf) {
    const Share& share = card.shares[vf];
    const std::uint64_t end = share.base + share.size;
    if (is_taken(machine, card, vf) && share.base != 0 &&
        ((base <= share.base && share.base < top) || (base < end && end <= top))) {
      return false;
    }
  }
  return top <= card.fb_base + card.fb_size;
}

/// amdgim_do_getvf with three numbers; an error, or nothing.
std::optional<std::string_view> give_chosen(Machine& machine,
                                            Card& card,
                                            std::size_t vf,
                                            const Wish& wish) {
  const std::string way = machine.fact_text(card.pf, kWay);
  bool running = false;
  for (std::uint32_t index = 0; index < card.shares.size(); ++index) {
    running = running || is_running(machine, card.pf, index);
  }
  if (way.empty() && running) {
    return "Detected Active VFs. The GPU partition should be managed with three zero inputs.";
  }
  if (way == "zzz") {
    return "The GPU partition should be managed with three zero inputs.";
  }
  const std::uint32_t quota = quota_for(card, wish.divider);
  if (quota == 0) {
    return "The specified GFX_partition cannot be satisfied";
  }
  if (!is_free(machine, card, wish.offset, std::uint64_t{wish.offset} + wish.size)) {
    return "Can not allocate a frame buffer with this offset and size";
  }
  card.shares[vf] = {.base = wish.offset,
                     .size = wish.size,
                     .set = true,
                     .chosen = true,
                     .quota = quota,
                     .divider = wish.divider};
  machine.set_fact(card.pf, kWay, "osg");
  return std::nullopt;
}

std::optional<std::string_view> give_unasked(Machine& machine, Card& card, std::size_t vf) {
  if (machine.fact_text(card.pf, kWay) == "osg") {
    return "The GPU partition should be managed with three non-zero inputs.";
  }
  card.shares[vf].set = true;
  machine.set_fact(card.pf, kWay, "zzz");
  return std::nullopt;
}

std::optional<std::string_view> wrong(const Card& card, const Wish& wish) {
  if (wish.offset < card.fb_base && wish.offset != 0) {
    return "Invalid frame buffer offset, not in range";
  }
  if (((wish.divider - 1) & wish.divider) != 0 || wish.divider > 16) {
    return "Invalid GFX partition, should be power of 2 and in the range from 0 to 16";
  }
  if (wish.size != 0 && (wish.size < kLeastSize || wish.size % 16 != 0)) {
    return "Invalid frame buffer size, should be larger than 256M and aligned in 16M";
  }
  return std::nullopt;
}

/// What nobody has is as it was when the driver was loaded. That it once was chosen stays behind in
/// the driver's memory, and shows only where relvf counts a VF's memory otherwise than the load
/// did.
void forget_choices(Card& card) {
  if (card.each != card.relvf_each) {
    return;
  }
  for (Share& share : card.shares) {
    share.chosen = false;
    share.quota = 0;
    share.divider = 0;
  }
}

std::optional<std::uint32_t> vf_named(const Machine& machine,
                                      const PciAddress& pf,
                                      std::string_view name) {
  const auto address = stored_address(name);
  for (std::uint32_t vf = 0; address && vf < machine.enabled_vfs(pf); ++vf) {
    if (machine.vf_address(pf, vf) == address) {
      return vf;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string get_vf(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  const auto wish = scan_wish(bytes);
  if (!wish) {
    return failed("getvf", kBadParameters);
  }
  Card card = card_of(machine, pf);
  if (const auto why = wrong(card, *wish)) {
    return failed("getvf", *why);
  }
  std::size_t vf = 0;
  while (vf < card.shares.size() && is_taken(machine, card, vf)) {
    ++vf;
  }
  if (vf == card.shares.size()) {
    return failed("getvf", "Can't find an availible VF");
  }
  const bool all = wish->offset != 0 && wish->size != 0 && wish->divider != 0;
  const bool none = wish->offset == 0 && wish->size == 0 && wish->divider == 0;
  std::optional<std::string_view> why = kBadParameters;
  if (all) {
    why = give_chosen(machine, card, vf, *wish);
  } else if (none) {
    why = give_unasked(machine, card, vf);
  }
  if (why) {
    return failed("getvf", *why);
  }
  keep_card(machine, card);
  const auto address = machine.vf_address(pf, static_cast<std::uint32_t>(vf));
  return (address ? vfmgr::to_string(*address) : "Can't find available VF") + "\n";
}

std::string release_vf(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  const std::string_view word = gim::scan_word(bytes, bytes.size());
  if (!stored_address(word)) {
    return failed("relvf", kBadParameters);
  }
  const auto vf = vf_named(machine, pf, word);
  if (!vf) {
    return failed("relvf", "Failed to release VF. The specified VF cannot be found.");
  }
  if (is_running(machine, pf, *vf)) {
    return failed("relvf", "Failed to release VF. The VF is still in use.");
  }
  Card card = card_of(machine, pf);
  if (*vf >= card.shares.size() || !card.shares[*vf].set) {
    return failed("relvf", "Failed to release VF. The VF has not been set.");
  }
  Share& share = card.shares[*vf];
  if (share.chosen) {
    share.base = card.fb_base + (card.relvf_each * *vf);
    share.size = card.relvf_each;
    share.quota = total_slice(card) / static_cast<std::uint32_t>(card.shares.size());
  }
  share.set = false;
  if (std::ranges::none_of(card.shares, &Share::set)) {
    gim::drop_fact(machine, pf, kWay);
    forget_choices(card);
  }
  keep_card(machine, card);
  return "OK\n";
}

std::string clear_vf(const Machine& machine,
                     const PciAddress& pf,
                     std::uint32_t vf,
                     std::string_view bytes) {
  const KernelNumber pattern = kernel_number("+" + std::string(bytes), UINT32_MAX);
  const Card card = card_of(machine, pf);
  if (pattern.error != 0 || vf >= card.shares.size()) {
    return failed("clrvffb", kBadParameters);
  }
  if (!machine.fact_text(pf, kWay).empty() && !card.shares[vf].set) {
    return failed("clrvffb", "The VF is not setup yet. No FB clear action can be taken");
  }
  if (is_running(machine, pf, vf)) {
    return failed("clrvffb", "The VF is in use. FB can't be cleared");
  }
  return "OK\n";
}

std::string vfs_text(const Machine& machine, const PciAddress& pf) {
  const Card card = card_of(machine, pf);
  const bool given_out = !machine.fact_text(pf, kWay).empty();
  std::string text;
  for (std::uint32_t vf = 0; vf < card.shares.size(); ++vf) {
    const Share& share = card.shares[vf];
    std::size_t part = 100 / card.shares.size();
    if (given_out) {
      // What a VF without numbers of its own divides by is unknown; assumed: as many as there are.
      part = !share.set ? 0 : share.divider != 0 ? 100 / share.divider : part;
    }
    const auto address = machine.vf_address(pf, vf);
    text += fmt::format(
        "VF #{}\n\tType:S7150\n\tBusId:{}\n\tName:MxGPU_V1_{}\n\tVF State:{}\n\tVF Size:{} M\n"
        "\tGFX engine partition:{}%\n",
        vf,
        address ? vfmgr::to_string(*address) : "",
        card.shares.size(),
        is_running(machine, pf, vf) ? "Active" : "Available",
        share.size,
        part);
  }
  return text;
}

std::string gpus_text(const Machine& machine) {
  std::string text;
  std::size_t index = 0;
  for (const PciAddress& pf : cards_of(machine)) {
    if (is_up(machine, pf)) {
      // Assumed: a link of PCIe 3, which the driver counts as 16, and sixteen lanes.
      text += fmt::format(
          "GPU #{}\n\tName:S7150\n\tBusId:{}\n\tDPM Cap:8\n\tPower Cap:109 W\n"
          "\tFrame Buffer Size:{} M\n\tUncorr ECC:No\n\tMax VF#:{}\n\tGFX Engine:GFX8\n"
          "\tGFX MAX Clock:1000 MHz\n\tVideo Encoder:None\n\tPCIE Link Speed:16 GT/s\n"
          "\tPCIE Link Width:x16\n",
          index++,
          vfmgr::to_string(pf),
          machine.fact(pf, "vram_mib").value_or(0),
          machine.fact(pf, "total_vfs").value_or(0));
    }
  }
  return text;
}

}  // namespace vfmgr::sim::s7150
