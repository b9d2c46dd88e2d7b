// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_state.hpp"

#include "sim/drivers/xe_admin.hpp"
#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

constexpr std::string_view kCustom = "custom_provisioning";

std::uint64_t least_spare(std::string_view name) {
  if (name == kContextsSpare) {
    return kLeastContexts;
  }
  if (name == kGgttSpare) {
    return kLeastGgtt;
  }
  return name == kVramSpare ? kLeastVram : 0;
}

const std::string* debug_text(const Machine& machine, const Card& card, const Item& item) {
  return card.debugfs == Debugfs::absent
             ? nullptr
             : machine.tree().text(Space::debug, debug_path(card, item));
}

}  // namespace

std::uint64_t value(const Machine& machine, const Card& card, const Item& item) {
  if (const std::string* text = debug_text(machine, card, item)) {
    return stored_number(*text).value_or(0);
  }
  if (const auto shown = admin_value(machine, card, item.function, item.name)) {
    return item.name == kVram ? *shown / card.tiles : *shown;
  }
  return least_spare(item.name);
}

void set_value(Machine& machine, const Card& card, const Item& item, std::uint64_t number) {
  if (debug_text(machine, card, item) != nullptr) {
    machine.tree().put(Space::debug, debug_path(card, item), fmt::format("{}\n", number));
  } else if (admin_value(machine, card, item.function, item.name)) {
    show_admin(machine, card, item.function, item.name, number);
  }
}

void set_on_all_gts(Machine& machine, const Card& card, const Item& item, std::uint64_t number) {
  for (const Gt& gt : card.gts) {
    set_value(
        machine, card, {.function = item.function, .unit = gt.index, .name = item.name}, number);
  }
}

std::uint64_t vram_of(const Machine& machine, const Card& card, std::uint32_t vf) {
  const auto shown = admin_value(machine, card, vf, kVram);
  if (shown && debug_text(machine, card, {.function = vf, .unit = 0, .name = kVram}) == nullptr) {
    return *shown;
  }
  std::uint64_t bytes = 0;
  for (std::uint32_t tile = 0; tile < card.tiles; ++tile) {
    bytes += value(machine, card, {.function = vf, .unit = tile, .name = kVram});
  }
  return bytes;
}

void set_vram_of(Machine& machine, const Card& card, std::uint32_t vf, std::uint64_t bytes) {
  if (debug_text(machine, card, {.function = vf, .unit = 0, .name = kVram}) == nullptr) {
    if (admin_value(machine, card, vf, kVram)) {
      show_admin(machine, card, vf, kVram, bytes);
    }
    return;
  }
  for (std::uint32_t tile = 0; tile < card.tiles; ++tile) {
    set_value(machine, card, {.function = vf, .unit = tile, .name = kVram}, bytes / card.tiles);
  }
}

std::uint64_t used(const Machine& machine, const Card& card, const Item& but) {
  std::uint64_t sum = 0;
  for (std::uint32_t vf = 1; vf <= card.total; ++vf) {
    if (vf != but.function) {
      const std::uint64_t one =
          value(machine, card, {.function = vf, .unit = but.unit, .name = but.name});
      sum += std::min(one, UINT64_MAX - sum);  // a host file may say anything
    }
  }
  return sum;
}

bool is_custom(const Machine& machine, const Card& card) {
  return card.has_modes() && machine.fact(card.pf, kCustom).value_or(0) != 0;
}

void set_custom(Machine& machine, const Card& card, bool custom) {
  if (!custom) {
    machine.tree().erase(Space::hidden, fact_path(card.pf, kCustom));
  } else if (card.has_modes()) {
    machine.set_fact(card.pf, kCustom, "1");
  }
}

}  // namespace vfmgr::sim::xe
