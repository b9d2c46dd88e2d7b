// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/dealing.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim_s7150/attrs.hpp"
#include "backends/amd_gim_s7150/framebuffer.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::amd_gim_s7150 {

namespace {

/// Whether the target has a stretch of its own for a VF, and not the driver's choice.
bool is_chosen(const Value& value) {
  return value.match == Match::exact && value.origin != Origin::own && !value.absent() &&
         !value.unreadable();
}

/// Whether the VF may have been given what it has: then it is given nothing else before that is
/// taken back.
bool may_have_been_dealt(const Road& road, const Place& place) {
  const auto here = road.now().find(place);
  return here != road.now().end() && is_chosen(here->second);
}

/// A change of what one VF has. The file's own answer is one of its effects: it tells the driver's
/// VF that has been given something from one that happens to have as much.
Change deal(const Road& road, const Gpu& gpu, VfIndex vf, const Attr& file) {
  const Place answer = pci::of(file, gpu.address);
  return {.what = std::string(kFramebuffer.name),
          .gpu = gpu.address,
          .vf = vf,
          .to = answer,
          .effects = {{.at = pci::of(kFramebuffer, gpu.address, vf), .expect = guess()},
                      {.at = answer, .expect = guess()}},
          .disturbs = directories_of_vfs(road, gpu.address),
          .blocking = Blocking::can_hang,
          .limit = kDealLimit};
}

void take_back(Road& road, const Gpu& gpu, VfIndex vf) {
  Change change = deal(road, gpu, vf, kRelVf);
  change.reason = "what a VF has is taken back before memory is dealt out anew";
  change.to_value = DriverDefault{};
  change.bytes = {.text = "{}", .name_of = pci::of(pci::kVf, gpu.address, vf)};
  road.change(std::move(change));
}

void give(Road& road, const Gpu& gpu, VfIndex vf, const Value& wanted) {
  const Part part = part_in(wanted.text());
  Change change = deal(road, gpu, vf, kGetVf);
  change.reason = "the first VF that has nothing is given it";
  change.source = wanted.source;
  change.to_value = part.size * kMib;
  change.bytes.text =
      fmt::format("{} {} {}", part.base, part.size, divider_for(road.count(gpu.address)));
  change.effects.front().expect = text_value(wanted.text());
  road.change(std::move(change));
}

}  // namespace

void settle_memory(Road& road, const Gpu& gpu) {
  struct Wish {
    VfIndex vf;
    const Value* wanted;
  };
  std::vector<Wish> wishes;
  bool moves = false;
  for (std::uint32_t index = 0; index < road.count(gpu.address); ++index) {
    const Place place = pci::of(kFramebuffer, gpu.address, vf_at(index));
    const Value* const wanted = road.wanted(place);
    if (wanted == nullptr || wanted->unreadable()) {
      continue;
    }
    wishes.push_back({.vf = vf_at(index), .wanted = wanted});
    moves = moves || (is_chosen(*wanted) ? wanted->text() != road.text_now(place)
                                         : may_have_been_dealt(road, place));
  }
  if (!moves) {
    return;
  }
  // The first VF's is taken back last and given first: where some have theirs it is one of them,
  // and it never lies where the driver put it (laid_out), so that somebody who goes on from there
  // sees that they were dealt out.
  for (const Wish& wish : wishes | std::views::reverse) {
    if (may_have_been_dealt(road, pci::of(kFramebuffer, gpu.address, wish.vf))) {
      take_back(road, gpu, wish.vf);
    }
  }
  for (const Wish& wish : wishes) {
    if (is_chosen(*wish.wanted)) {
      give(road, gpu, wish.vf, *wish.wanted);
    }
  }
}

}  // namespace vfmgr::amd_gim_s7150
