// SPDX-License-Identifier: Apache-2.0
// The statements about mdevs on a road, and why a wish for them can't be.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/mdevs.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "core/shown.hpp"
#include "mdev/attrs.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// Its driver makes and removes what stands behind it; NVIDIA's asks a daemon.
constexpr Milliseconds kMdevLimit{10000};

Place mdev_place(const Attr& attr, const PciAddress& pf, VfIndex vf, const std::string& uuid) {
  return place_of(attr, {.gpu = pf, .vf = vf, .name = uuid});
}

Value list_value(const std::vector<std::string>& uuids) {
  return uuids.empty() ? absent_value() : text_value(fmt::format("{}", fmt::join(uuids, " ")));
}

std::string lower_case(std::string text) {
  std::ranges::transform(
      text, text.begin(), [](unsigned char one) { return static_cast<char>(std::tolower(one)); });
  return text;
}

}  // namespace

void Mdevs::remove_one(VfIndex vf, const std::string& uuid) {
  const Place list = pci::of(mdev::kMdevs, pf_, vf);
  const Place type = mdev_place(mdev::kMdevType, pf_, vf, uuid);
  std::vector<std::string> left = mdevs_in(road_->now(), pf_, vf);
  std::erase(left, uuid);
  const auto here = road_->now().find(type);
  road_->change(
      {.what = std::string(mdev::kMdevType.name),
       .gpu = pf_,
       .vf = vf,
       .from = here == road_->now().end() ? Setting() : setting_of(*kind_.type, here->second),
       .to_value = std::string("none"),
       .to = mdev_place(mdev::kRemove, pf_, vf, uuid),
       .bytes = {.text = "1"},
       .effects = {{.at = list, .before = {}, .expect = list_value(left)},
                   {.at = type, .before = {}, .expect = absent_value()}},
       .wipes = {{.in = list.in, .path = list.path + "/" + uuid}},
       .disturbs = {directory_of({.pf = pf_, .vf = vf})},
       // mdev_core.c:mdev_device_remove waits for whoever has it open.
       .blocking = Blocking::can_hang,
       .limit = kMdevLimit});
}

void Mdevs::clear(VfIndex vf) {
  for (const std::string& uuid : mdevs_in(road_->now(), pf_, vf)) {
    remove_one(vf, uuid);
  }
}

void Mdevs::clear_others(VfIndex vf) {
  const Value* const want = road_->to_settle(pci::of(mdev::kMdevs, pf_, vf));
  if (want == nullptr || want->match != Match::exact) {
    return;
  }
  const std::vector<std::string> wanted =
      mdevs_in({{pci::of(mdev::kMdevs, pf_, vf), *want}}, pf_, vf);
  for (const std::string& uuid : mdevs_in(road_->now(), pf_, vf)) {
    const Place place = mdev_place(mdev::kMdevType, pf_, vf, uuid);
    const Value* const type = road_->wanted(place);
    const auto here = road_->now().find(place);
    const bool named = std::ranges::find(wanted, uuid) != wanted.end();
    const bool same = type == nullptr || here == road_->now().end() || type->is == here->second.is;
    if (!named || !same) {
      remove_one(vf, uuid);
    }
  }
}

void Mdevs::make(VfIndex vf) {
  const Place list = pci::of(mdev::kMdevs, pf_, vf);
  const Value* const want = road_->to_settle(list);
  if (want == nullptr || want->match != Match::exact) {
    return;
  }
  for (const std::string& uuid : mdevs_in({{list, *want}}, pf_, vf)) {
    std::vector<std::string> there = mdevs_in(road_->now(), pf_, vf);
    const Place place = mdev_place(mdev::kMdevType, pf_, vf, uuid);
    const Value* const type = road_->wanted(place);
    if (std::ranges::find(there, uuid) != there.end() || type == nullptr || type->text().empty()) {
      continue;
    }
    there.push_back(uuid);
    std::ranges::sort(there);
    Change change{.what = std::string(mdev::kMdevType.name),
                  .source = type->source,
                  .gpu = pf_,
                  .vf = vf,
                  .from = std::string("none"),
                  .to_value = setting_of(*kind_.type, *type),
                  .to = mdev_place(mdev::kCreate, pf_, vf, type->text()),
                  .bytes = {.text = uuid},
                  .effects = {{.at = list, .before = {}, .expect = list_value(there)},
                              {.at = place, .before = {}, .expect = *type}},
                  .blocking = Blocking::can_hang,
                  .limit = kMdevLimit};
    if (kind_.params != nullptr) {
      change.effects.push_back(
          {.at = mdev_place(*kind_.params, pf_, vf, uuid), .before = {}, .expect = guess("")});
    }
    road_->change(std::move(change));
  }
}

void Mdevs::await_types(VfIndex vf, Milliseconds limit) {
  road_->await(mdev::kTypes, {.gpu = pf_, .vf = vf, .name = {}}, guess(""), limit);
}

std::vector<Error> fits_uuids(const PciAddress& pf,
                              std::uint32_t count,
                              const State& now,
                              const Desired& desired) {
  std::vector<Error> faults;
  std::map<std::string, VfIndex> taken;
  for (std::uint32_t index = 0; index < count; ++index) {
    for (const std::string& uuid : mdevs_in(now, pf, vf_at(index))) {
      if (!desired.of(vf_at(index)).contains(Key::uuid)) {
        taken.emplace(uuid, vf_at(index));
      }
    }
  }
  for (std::uint32_t index = 0; index < count; ++index) {
    const Given* const given = given_for(desired.of(vf_at(index)), Key::uuid);
    const std::string uuid(word_of(given));
    if (uuid.empty()) {
      continue;
    }
    const auto [other, is_free] = taken.emplace(lower_case(uuid), vf_at(index));
    if (!is_free) {
      faults.push_back({.kind = ErrorKind::invalid,
                        .subject = to_string(pf),
                        .value = uuid,
                        .why = "vf" + std::to_string(other->second.index) + " has this UUID",
                        .help = "give each VF its own, or leave it out",
                        .spot = given->where});
    }
  }
  return faults;
}

}  // namespace vfmgr
