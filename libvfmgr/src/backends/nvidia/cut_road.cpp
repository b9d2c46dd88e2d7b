// SPDX-License-Identifier: Apache-2.0
// The statements about how the GPU is cut up: the mode of MIG, its instances, mixed sizes.
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/layout_text.hpp"
#include "backends/nvidia/vf_moves.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

namespace {

constexpr Milliseconds kInstanceLimit{30000};
constexpr Milliseconds kModeLimit{60000};

Holes of_whole(const PciAddress& pf) {
  return {.gpu = pf, .vf = {}, .name = {}};
}

/// Larger instances have smaller ids. A card that no table has: by the slices in the name.
std::uint32_t rank_of(const Card* card, const std::string& profile) {
  if (card != nullptr) {
    const auto found = std::ranges::find(card->profiles, profile, &InstanceProfile::name);
    if (found != card->profiles.end()) {
      return found->id;
    }
  }
  constexpr std::uint32_t kMostSlices = 99;
  return kMostSlices - static_cast<std::uint32_t>(std::strtoul(profile.c_str(), nullptr, 10));
}

bool contains(const std::vector<Cut>& cuts, const Cut& cut) {
  return std::ranges::find(cuts, cut) != cuts.end();
}

class Cutting {
 public:
  Cutting(Road& road, const PciAddress& pf, std::vector<Cut> now)
      : road_(&road), pf_(pf), now_(std::move(now)) {}

  void destroy(const Cut& cut) {
    std::erase(now_, cut);
    order("destroy " + std::to_string(cut.instance.start));
  }
  void create(const Cut& cut) {
    now_.push_back(cut);
    order("create " + cut.instance.profile + " " + std::to_string(cut.instance.start));
  }

 private:
  void order(std::string bytes) {
    const Place place = pci::of(kMig, pf_);
    const Value* const want = road_->wanted(place);
    const auto before = road_->now().find(place);
    std::string after = layout_text(now_);
    road_->change({.what = std::string(kMig.name),
                   .source = want->source,
                   .gpu = pf_,
                   .from = kMig.spelled(before->second.text()),
                   .to_value = kMig.spelled(after),
                   .to = place,
                   .bytes = {.text = std::move(bytes)},
                   .effects = {{.at = place, .before = {}, .expect = text_value(std::move(after))}},
                   .wipes = {pci::of(kInstanceIds, pf_)},
                   .blocking = Blocking::can_hang,
                   .limit = kInstanceLimit});
  }

  Road* road_;
  PciAddress pf_;
  std::vector<Cut> now_;
};

}  // namespace

bool mode_differs(const Road& road, const PciAddress& pf) {
  const std::string now = road.text_now(pci::of(kMig, pf));
  const std::string want = road.text_wanted(pci::of(kMig, pf));
  return !now.empty() && !want.empty() &&
         parse_layout(now).has_value() != parse_layout(want).has_value();
}

void set_mode(Road& road, const PciAddress& pf) {
  if (!mode_differs(road, pf)) {
    return;
  }
  const Place place = pci::of(kMig, pf);
  const Value* const want = road.wanted(place);
  const std::string to(parse_layout(want->text()) ? kMigOn : kMigOff);
  road.change({.what = std::string(kMig.name),
               .reason = "the mode can change only without VFs",
               .source = want->source,
               .gpu = pf,
               .from = kMig.spelled(road.text_now(place)),
               .to_value = to,
               .to = place,
               .bytes = {.text = to},
               .effects = {{.at = place, .before = {}, .expect = text_value(to)}},
               .wipes = {pci::of(kInstanceIds, pf)},
               .disturbs = {directory_of({.pf = pf})},
               .blocking = Blocking::can_hang,
               .limit = kModeLimit});
}

void settle_mixing(Road& road, const PciAddress& pf, const Part& part) {
  const Value* const want = road.wanted(pci::of(kMixed, pf));
  const std::string now = road.text_now(pci::of(kMixed, pf));
  if (want == nullptr || want->text().empty() || now.empty() || now == want->text()) {
    return;
  }
  part.clear();
  road.set(kMixed, of_whole(pf), *want, {.blocking = Blocking::can_hang, .limit = kModeLimit});
}

void settle_instances(Road& road, const Gpu& gpu) {
  const Place place = pci::of(kMig, gpu.address);
  const Value* const want = road.wanted(place);
  const auto here = road.now().find(place);
  if (want == nullptr || here == road.now().end()) {
    return;
  }
  const auto wanted = parse_layout(want->text());
  const auto now = parse_layout(here->second.text());
  if (!wanted || !now) {
    return;
  }
  Cutting cutting(road, gpu.address, *now);
  for (const Cut& cut : *now) {
    if (!contains(*wanted, cut)) {
      cutting.destroy(cut);
    }
  }
  std::vector<Cut> missing;
  std::ranges::copy_if(
      *wanted, std::back_inserter(missing), [&](const Cut& cut) { return !contains(*now, cut); });
  const Card* const card = card_of(gpu.device_id, gpu.subsystem_device_id);
  std::ranges::stable_sort(
      missing, {}, [card](const Cut& cut) { return rank_of(card, cut.instance.profile); });
  for (const Cut& cut : missing) {
    cutting.create(cut);
  }
}

}  // namespace vfmgr::nvidia
