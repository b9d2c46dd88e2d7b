// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_views.hpp"

#include "sim/drivers/xe_admin.hpp"
#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_state.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

/// Changes a summary, where there is one.
void show(Machine& machine, const std::string& path, const std::string& text) {
  if (machine.tree().text(Space::debug, path) != nullptr) {
    machine.tree().put(Space::debug, path, text);
  }
}

/// What all GTs have; nothing where they differ.
std::optional<std::uint64_t> on_all_gts(const Machine& machine,
                                        const Card& card,
                                        std::uint32_t function,
                                        std::string_view name) {
  const auto on = [&](const Gt& gt) {
    return value(machine, card, {.function = function, .unit = gt.index, .name = name});
  };
  const std::uint64_t first = on(card.gts.front());
  const bool same = std::ranges::all_of(card.gts, [&](const Gt& gt) { return on(gt) == first; });
  return same ? std::optional(first) : std::nullopt;
}

void show_profiles(Machine& machine, const Card& card) {
  for (std::uint32_t function = 0; function <= card.total; ++function) {
    for (const std::string_view name : {kQuantum, kTimeout, kPriority}) {
      if (admin_value(machine, card, function, name)) {
        show_admin(machine, card, function, name, on_all_gts(machine, card, function, name));
      }
    }
    if (admin_value(machine, card, function, kVram)) {
      show_admin(machine, card, function, kVram, vram_of(machine, card, function));
    }
  }
}

/// Ranges one behind the other, in the order of VFs. Where the driver puts them, and so what is
/// too torn to give, is not simulated.
std::string spell_ids(const Machine& machine,
                      const Card& card,
                      const Gt& gt,
                      std::string_view quota,
                      std::string_view spare) {
  std::string text;
  std::uint64_t next = value(machine, card, {.function = 0, .unit = gt.index, .name = spare});
  for (std::uint32_t vf = 1; vf <= card.total; ++vf) {
    const std::uint64_t has =
        value(machine, card, {.function = vf, .unit = gt.index, .name = quota});
    if (has != 0) {
      text += fmt::format("VF{}:\t{}-{}\t({})\n", vf, next, next + has - 1, has);
      next += has;
    }
  }
  return text;
}

void show_ggtt(Machine& machine, const Card& card, std::uint32_t tile) {
  std::string text;
  std::uint64_t next = 0;
  for (std::uint32_t vf = 1; vf <= card.total; ++vf) {
    const std::uint64_t has = value(machine, card, {.function = vf, .unit = tile, .name = kGgtt});
    if (has != 0) {
      text += fmt::format("VF{}:\t{:#x}-{:#x}\t({})\n", vf, next, next + has - 1, spell_size(has));
      next += has;
    }
  }
  const auto path = [&](std::string_view name) {
    return debug_path(card, {.function = 0, .unit = tile, .name = name});
  };
  show(machine, path("ggtt_provisioned"), text);
  const std::uint64_t total = kAllGgtt - std::min(next, kAllGgtt);
  const std::uint64_t spare =
      value(machine, card, {.function = 0, .unit = tile, .name = kGgttSpare});
  const std::uint64_t left = total - std::min(total, spare);
  text = total == 0
             ? std::string()
             : fmt::format("range:\t{:#x}-{:#x}\t({})\n", next, kAllGgtt - 1, spell_size(total));
  text += fmt::format("total:\t{}\t({})\n", total, spell_size(total));
  text += fmt::format("spare:\t{}\t({})\n", spare, spell_size(spare));
  text += fmt::format("avail:\t{}\t({})\n", left, spell_size(left));
  show(machine, path("ggtt_available"), text);
}

void show_vram(Machine& machine, const Card& card, std::uint32_t tile) {
  std::string text;
  for (std::uint32_t vf = 1; vf <= card.total; ++vf) {
    const std::uint64_t has = value(machine, card, {.function = vf, .unit = tile, .name = kVram});
    if (has != 0) {
      text += fmt::format("VF{}:\t{}\t({})\n", vf, has, spell_size(has));
    }
  }
  show(machine, debug_path(card, {.function = 0, .unit = tile, .name = "vram_provisioned"}), text);
}

}  // namespace

std::string spell_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 1024) {
    size /= 1024;
    ++unit;
  }
  int digits = size < 10 ? 2 : size < 100 ? 1 : 0;
  if (unit == 0) {
    digits = 0;
  }
  return fmt::format("{:.{}f} {}", size, digits, kUnits.at(unit));
}

void show_all(Machine& machine, const Card& card) {
  if (card.debugfs == Debugfs::absent ||
      machine.tree().find(Space::debug, debug_root(card.pf)) == nullptr) {
    return;
  }
  show_profiles(machine, card);
  for (const Gt& gt : card.gts) {
    const std::string pf = debug_gt(card, 0, gt);
    show(machine,
         pf + "/contexts_provisioned",
         spell_ids(machine, card, gt, kContexts, kContextsSpare));
    show(machine,
         pf + "/doorbells_provisioned",
         spell_ids(machine, card, gt, kDoorbells, kDoorbellsSpare));
  }
  for (std::uint32_t tile = 0; tile < card.tiles; ++tile) {
    show_ggtt(machine, card, tile);
    show_vram(machine, card, tile);
  }
  show(machine,
       debug_root(card.pf) + "/sriov/pf/vfs",
       fmt::format(
           "total: {0}\nsupported: {0}\nenabled: {1}\n", card.total, machine.enabled_vfs(card.pf)));
}

}  // namespace vfmgr::sim::xe
