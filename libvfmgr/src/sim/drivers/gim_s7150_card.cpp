// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_s7150_card.hpp"

#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_s7150_conf.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/resources.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim::s7150 {

namespace {

constexpr std::uint64_t kUnit = 16;     // FB__SIZE_IN_16M
constexpr std::uint64_t kReserved = 8;  // FB__RESERVED_CSA_IN_1M
constexpr std::uint64_t kMostMib = 1U << 20U;
constexpr std::string_view kShares = "s7150_shares";
constexpr std::string_view kMemory = "s7150_memory";

std::uint64_t whole(std::uint64_t mib) {
  return mib / kUnit * kUnit;
}
std::uint64_t rounded_up(std::uint64_t mib) {
  return (mib + kUnit - 1) / kUnit * kUnit;
}

std::vector<std::uint64_t> numbers_in(std::string_view row) {
  std::vector<std::uint64_t> numbers;
  for (const std::string_view field : split(row, ':')) {
    numbers.push_back(std::min(stored_number(field).value_or(0), kMostMib));
  }
  return numbers;
}

void keep(Machine& machine, const Card& card) {
  std::string text;
  for (const Share& share : card.shares) {
    text += fmt::format("{}{}:{}:{}:{}:{}:{}",
                        text.empty() ? "" : "|",
                        share.base,
                        share.size,
                        share.set ? 1 : 0,
                        share.chosen ? 1 : 0,
                        share.quota,
                        share.divider);
  }
  machine.set_fact(card.pf, kShares, text);
  machine.set_fact(
      card.pf,
      kMemory,
      fmt::format("{}:{}:{}:{}", card.fb_base, card.fb_size, card.each, card.relvf_each));
}

/// BAR 0 of a VF, which is the least that one has.
std::uint64_t least_of_vf(const Machine& machine, const PciAddress& pf) {
  const auto bars = parse_vf_bars(machine.fact_text(pf, "vf_bars"));
  for (const VfBar& bar : bars.value_or(std::vector<VfBar>{})) {
    if (bar.bar == 0) {
      return bar.bytes >> 20U;
    }
  }
  return 0;
}

}  // namespace

std::vector<PciAddress> cards_of(const Machine& machine) {
  constexpr std::size_t kMostCards = 8;  // gim_adapter.h: MAX_ADAPTERS_IN_SYSTEM
  std::vector<PciAddress> cards;
  for (const PciAddress& function : machine.functions()) {
    if (cards.size() < kMostCards && machine.attribute(function, "vendor") == "0x1002" &&
        machine.attribute(function, "device") == "0x6929" && machine.fact(function, "total_vfs")) {
      cards.push_back(function);
    }
  }
  return cards;
}

bool is_up(const Machine& machine, const PciAddress& pf) {
  return machine.tree().find(Space::sys, machine.path_in(pf, "getvf")) != nullptr;
}

void share_memory(Machine& machine, const PciAddress& pf, const Conf& conf) {
  const std::uint64_t all = std::min(machine.fact(pf, "vram_mib").value_or(0), kMostMib);
  const std::uint64_t vfs = machine.enabled_vfs(pf);
  const std::uint64_t bar = machine.fact(pf, "pf_bar_mib").value_or(256);
  const std::uint64_t least_pf = bar >= all ? kUnit : bar;
  const std::uint64_t least = least_of_vf(machine, pf);
  const std::uint64_t most = whole(all - std::min(all, rounded_up(kReserved)));
  const auto asked = static_cast<std::uint64_t>(conf.find("pf_fb")->second);
  const std::uint64_t taken = vfs * rounded_up(least);
  const std::uint64_t of_pf =
      whole(std::min(std::max(asked, least_pf), most - std::min(most, taken)));
  Card card{.pf = pf,
            .fb_base = rounded_up(of_pf + kReserved),
            .fb_size = whole(most - std::min(most, of_pf))};
  const std::uint64_t average = vfs == 0 ? 0 : whole(card.fb_size / vfs);
  const auto wanted = static_cast<std::uint64_t>(conf.find("vf_fb")->second);
  // init_fb_static: not rounded to units, which relvf does (get_fb_size_static).
  card.each = wanted == 0 ? average : std::min(std::max(wanted, least), average);
  card.relvf_each = whole(wanted == 0 ? std::max(average, least) : std::max(wanted, least));
  for (std::uint64_t vf = 0; vf < vfs; ++vf) {
    card.shares.push_back({.base = card.fb_base + (vf * card.each), .size = card.each});
  }
  keep(machine, card);
}

Card card_of(const Machine& machine, const PciAddress& pf) {
  Card card{.pf = pf};
  const auto memory = numbers_in(machine.fact_text(pf, kMemory));
  if (memory.size() == 4) {
    card.fb_base = memory[0];
    card.fb_size = memory[1];
    card.each = memory[2];
    card.relvf_each = memory[3];
  }
  const std::string text = machine.fact_text(pf, kShares);
  for (const std::string_view row : split(text, '|')) {
    const auto fields = numbers_in(row);
    if (fields.size() == 6) {
      card.shares.push_back({.base = fields[0],
                             .size = fields[1],
                             .set = fields[2] != 0,
                             .chosen = fields[3] != 0,
                             .quota = static_cast<std::uint32_t>(fields[4]),
                             .divider = static_cast<std::uint32_t>(fields[5])});
    }
  }
  card.shares.resize(std::min<std::size_t>(card.shares.size(), machine.enabled_vfs(pf)));
  return card;
}

std::optional<Registers> registers_of(const Machine& machine, const PciAddress& pf) {
  if (!is_up(machine, pf)) {
    return std::nullopt;
  }
  Card card = card_of(machine, pf);
  // The VFs' memory begins behind the PF's and what is reserved, rounded up to whole units.
  return Registers{.pf = card.fb_base - std::min(card.fb_base, rounded_up(kReserved)),
                   .shares = std::move(card.shares)};
}

void keep_card(Machine& machine, const Card& card) {
  keep(machine, card);
}

void forget_card(Machine& machine, const PciAddress& pf) {
  for (const std::string_view fact : {kShares, kMemory, std::string_view("s7150_chosen")}) {
    gim::drop_fact(machine, pf, fact);
  }
}

bool is_running(const Machine& machine, const PciAddress& pf, std::uint32_t vf) {
  const auto function = machine.vf_address(pf, vf);
  return function && machine.pf_of(*function) == pf && gim::vf_in_use(machine, *function);
}

}  // namespace vfmgr::sim::s7150
