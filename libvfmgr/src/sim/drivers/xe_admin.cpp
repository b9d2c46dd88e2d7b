// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_admin.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim::xe {

namespace {

constexpr std::array<std::string_view, 3> kPriorities{"low", "normal", "high"};

void put(Machine& machine, const std::string& path, std::string_view text, Mode mode) {
  machine.tree().put(Space::sys, path, std::string(text), mode);
}

/// "[low] normal high" of the PF, "[low] normal" of a VF.
std::string spell_priority(std::uint32_t function, std::uint64_t priority) {
  std::string text;
  for (std::size_t at = 0; at < kPriorities.size(); ++at) {
    const std::string_view one = kPriorities.at(at);
    if (function != 0 && one == "high") {
      continue;  // the PF's alone
    }
    text += text.empty() ? "" : " ";
    text += at == priority ? fmt::format("[{}]", one) : std::string(one);
  }
  return text + "\n";
}

std::uint64_t read_priority(std::string_view text) {
  for (std::size_t at = 0; at < kPriorities.size(); ++at) {
    if (text.find(fmt::format("[{}]", kPriorities.at(at))) != std::string_view::npos) {
      return at;
    }
  }
  return 0;
}

Mode mode_of(const Card& card, std::uint32_t function, std::string_view name) {
  // The GuC sets no single VF's priority; without an LMTT there is no VRAM to give.
  const bool fixed = (name == kPriority && function != 0) || (name == kVram && !card.lmtt);
  return fixed ? Mode::read_only : Mode::read_write;
}

}  // namespace

void make_admin(Machine& machine, const Card& card) {
  if (!card.has_admin()) {
    return;
  }
  const std::string admin = machine.path_in(card.pf, kAdmin);
  for (const std::string_view name : {kQuantum, kTimeout, kPriority, kVram}) {
    if (name != kVram || (card.has_vram_in_sysfs() && card.lmtt)) {
      put(machine, fmt::format("{}/.bulk_profile/{}", admin, name), "", Mode::write_only);
    }
  }
  machine.tree().put_link(
      Space::sys, admin + "/pf/device", "../../../" + vfmgr::to_string(card.pf));
  for (std::uint32_t function = 0; function <= card.total; ++function) {
    for (const std::string_view name : {kQuantum, kTimeout, kPriority, kVram}) {
      if (name == kVram && (function == 0 || !card.has_vram_in_sysfs())) {
        continue;
      }
      // 0 is infinite and what the driver begins with (the ABI page).
      put(machine,
          admin_path(machine, card.pf, function, name),
          name == kPriority ? spell_priority(function, 0) : "0\n",
          mode_of(card, function, name));
    }
    if (function != 0) {
      put(machine, fmt::format("{}/vf{}/stop", admin, function), "", Mode::write_only);
    }
  }
}

void remove_admin(Machine& machine, const Card& card) {
  machine.tree().erase(Space::sys, machine.path_in(card.pf, kAdmin));
}

void show_devices(Machine& machine, const Card& card, std::uint32_t vfs) {
  for (std::uint32_t function = 1; card.has_admin() && function <= card.total; ++function) {
    const std::string link =
        machine.path_in(card.pf, fmt::format("{}/vf{}/device", kAdmin, function));
    const auto vf = machine.vf_address(card.pf, function - 1);
    if (function <= vfs && vf) {
      machine.tree().put_link(Space::sys, link, "../../../" + vfmgr::to_string(*vf));
    } else {
      machine.tree().erase(Space::sys, link);
    }
  }
}

std::optional<std::uint64_t> admin_value(const Machine& machine,
                                         const Card& card,
                                         std::uint32_t function,
                                         std::string_view name) {
  const std::string* text =
      machine.tree().text(Space::sys, admin_path(machine, card.pf, function, name));
  if (text == nullptr) {
    return std::nullopt;
  }
  return name == kPriority ? read_priority(*text) : stored_number(*text).value_or(0);
}

void show_admin(Machine& machine,
                const Card& card,
                std::uint32_t function,
                std::string_view name,
                std::optional<std::uint64_t> number) {
  const std::string path = admin_path(machine, card.pf, function, name);
  if (!number) {
    machine.tree().put(Space::sys, path, "", mode_of(card, function, name), EUCLEAN);
    return;
  }
  std::string text =
      name == kPriority ? spell_priority(function, *number) : fmt::format("{}\n", *number);
  const Node* before = machine.tree().find(Space::sys, path);
  if (before != nullptr && before->read_errno == EUCLEAN) {
    machine.tree().put(Space::sys, path, std::move(text), mode_of(card, function, name));
  } else {
    machine.tree().put(Space::sys, path, std::move(text));
  }
}

}  // namespace vfmgr::sim::xe
