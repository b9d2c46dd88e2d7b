// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/i915_card.hpp"

#include "vfmgr/units.hpp"

#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::i915 {

namespace {

/// Backports: "gt" where there is one, else gt0, gt1; DKMS: always numbered, gt1 is the media GT
/// of Meteor Lake (i915_sriov_sysfs.c).
std::vector<Gt> gts_of(std::uint64_t tiles, bool media, bool dkms) {
  std::vector<Gt> gts;
  const bool numbered = dkms || tiles > 1 || media;
  gts.reserve(tiles + 1);
  for (std::uint64_t tile = 0; tile < tiles; ++tile) {
    gts.push_back({.name = numbered ? fmt::format("gt{}", tile) : "gt", .media = false});
  }
  if (media) {
    gts.push_back({.name = fmt::format("gt{}", tiles), .media = true});
  }
  return gts;
}

}  // namespace

std::string drm_directory(const Machine& machine, const PciAddress& function) {
  const std::string drm = machine.path_in(function, "drm");
  for (const std::string& name : machine.tree().names(Space::sys, drm)) {
    if (name.starts_with("card")) {
      return fmt::format("{}/{}", drm, name);
    }
  }
  return {};
}

std::optional<Card> card_of(const Machine& machine, const PciAddress& pf) {
  constexpr std::uint64_t kMost = 0xFFFF;  // TotalVFs is 16 bits wide
  const std::string drm = drm_directory(machine, pf);
  const auto total = stored_number(machine.attribute(pf, "sriov_totalvfs"));
  if (drm.empty() || !machine.fact(pf, "total_vfs") || total.value_or(0) == 0) {
    return std::nullopt;
  }
  const std::uint64_t tiles =
      std::clamp<std::uint64_t>(machine.fact(pf, "tiles").value_or(1), 1, 16);
  const bool dkms = machine.fact(pf, "i915_dkms").value_or(0) != 0;
  return Card{.pf = pf,
              .home = drm + "/prelim_iov",
              .dkms = dkms,
              .vfs = static_cast<std::uint32_t>(std::min(*total, kMost)),
              .ggtt_page = std::max<std::uint64_t>(machine.fact(pf, "ggtt_page").value_or(4096), 1),
              .lmem = machine.fact(pf, "vram_usable").value_or(0) / tiles,
              .gts = gts_of(tiles, machine.fact(pf, "media_gt").value_or(0) != 0, dkms)};
}

std::string function_name(std::uint32_t function) {
  return function == 0 ? std::string("pf") : fmt::format("vf{}", function);
}

std::string gt_path(const Card& card, std::uint32_t function, const Gt& gt, std::string_view name) {
  return fmt::format("{}/{}/{}/{}", card.home, function_name(function), gt.name, name);
}

std::uint64_t value(const Machine& machine,
                    const Card& card,
                    std::uint32_t function,
                    const Gt& gt,
                    std::string_view name) {
  const std::string* text = machine.tree().text(Space::sys, gt_path(card, function, gt, name));
  return text == nullptr ? 0 : stored_number(*text).value_or(0);
}

void set_value(Machine& machine,
               const Card& card,
               std::uint32_t function,
               const Gt& gt,
               std::string_view name,
               std::uint64_t number) {
  machine.tree().put(Space::sys, gt_path(card, function, gt, name), fmt::format("{}\n", number));
}

File file_at(const Card& card, std::string_view path) {
  const auto next = [&path] {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return name;
  };
  File file;
  const std::string_view who = next();
  if (who.starts_with("vf")) {
    const auto number = stored_number(who.substr(2));
    if (!number || *number == 0 || *number > card.vfs) {
      return file;
    }
    file.function = static_cast<std::uint32_t>(*number);
  } else if (who != "pf") {
    return file;
  }
  const std::string_view what = next();
  const auto gt = std::ranges::find(card.gts, what, &Gt::name);
  file.gt = gt == card.gts.end() ? nullptr : &*gt;
  file.name = std::string(file.gt == nullptr ? what : path);
  file.known = !file.name.empty() && (file.gt != nullptr || path.empty());
  return file;
}

}  // namespace vfmgr::sim::i915
