// SPDX-License-Identifier: Apache-2.0
// The statements about vGPUs on a road.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/vf_moves.hpp"
#include "backends/nvidia_vfio/attrs.hpp"
#include "backends/nvidia_vfio/vgpus.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/numbers.hpp"
#include "core/shown.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::nvidia_vfio {

namespace {

// The driver's daemon makes and removes vGPUs; what a VM had is held for some seconds after its end
// (seen by proxmox/qemu-server, which waits 10 times 1 s).
constexpr Milliseconds kVgpuLimit{10000};
constexpr Milliseconds kReadyLimit{60000};

Holes holes(const PciAddress& pf, VfIndex vf) {
  return {.gpu = pf, .vf = vf, .name = {}};
}

std::uint64_t number(const Value* value) {
  return value == nullptr
             ? std::numeric_limits<std::uint64_t>::max()
             : decimal(value->text()).value_or(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

void Vgpus::clear_one(VfIndex vf) {
  const std::string id = road_->text_now(pci::of(kType, pf_, vf));
  if (id.empty() || id == kNone) {
    return;
  }
  // The driver asks nobody whether a VM runs on it (kernel_vgpu_mgr.c): so it is asked here.
  road_->set(kType,
             holes(pf_, vf),
             text_value(std::string(kNone)),
             {.wipes = {pci::of(kParams, pf_, vf),
                        pci::of(kPlacement, pf_, vf),
                        pci::of(kInstance, pf_, vf)},
              .disturbs = {directory_of({.pf = pf_, .vf = vf})},
              .limit = kVgpuLimit});
}

void Vgpus::clear() {
  for (std::uint32_t index = 0; index < road_->count(pf_); ++index) {
    clear_one(vf_at(index));
  }
}

void Vgpus::clear_others() {
  for (std::uint32_t index = 0; index < road_->count(pf_); ++index) {
    const VfIndex vf = vf_at(index);
    const Value* const want = road_->to_settle(pci::of(kType, pf_, vf));
    if (want != nullptr && want->match == Match::exact &&
        want->text() != road_->text_now(pci::of(kType, pf_, vf))) {
      clear_one(vf);
    }
  }
}

void Vgpus::make_one(VfIndex vf) {
  const Place place = pci::of(kType, pf_, vf);
  const Value* const want = road_->to_settle(place);
  if (want == nullptr || want->match != Match::exact || want->text().empty()) {
    return;
  }
  std::vector<Place> users{directory_of({.pf = pf_, .vf = vf})};
  if (want->text() != kNone && want->text() != road_->text_now(pci::of(kType, pf_, vf))) {
    users.clear();  // nobody has what is made only now
    create(vf, *want);
  }
  if (road_->text_now(pci::of(kType, pf_, vf)).empty() ||
      road_->text_now(pci::of(kType, pf_, vf)) == kNone) {
    return;
  }
  road_->settle(kPlacement, holes(pf_, vf), {.disturbs = users, .limit = kVgpuLimit});
  settle_instance(vf);
  settle_params(vf, users);
}

void Vgpus::create(VfIndex vf, const Value& type) {
  const Place place = pci::of(kType, pf_, vf);
  Change change{.what = std::string(kType.name),
                .source = type.source,
                .gpu = pf_,
                .vf = vf,
                .from = setting_of(kType, text_value(road_->text_now(pci::of(kType, pf_, vf)))),
                .to_value = setting_of(kType, type),
                .to = place,
                .bytes = {.text = type.text()},
                .effects = {{.at = place, .before = {}, .expect = type},
                            {.at = pci::of(kParams, pf_, vf), .before = {}, .expect = guess("")}},
                .wipes = {pci::of(kParams, pf_, vf),
                          pci::of(kPlacement, pf_, vf),
                          pci::of(kInstance, pf_, vf)},
                .limit = kVgpuLimit};
  // Where nobody asked for a place the driver's own choice is what the target names.
  const Value* const start = road_->wanted(pci::of(kPlacement, pf_, vf));
  if (start != nullptr && !start->text().empty() && start->origin != Origin::set) {
    change.effects.push_back(
        {.at = pci::of(kPlacement, pf_, vf), .before = {}, .expect = guess(start->text())});
  }
  road_->change(std::move(change));
}

void Vgpus::settle_instance(VfIndex vf) {
  const Place place = pci::of(kInstance, pf_, vf);
  const Value* const want = road_->wanted(place);
  // In a target stands the place of the instance; its number the driver gave it.
  if (want == nullptr || want->match != Match::any || want->text().empty() ||
      road_->now().contains(place)) {
    return;
  }
  road_->change({.what = std::string(kInstance.name),
                 .source = want->source,
                 .gpu = pf_,
                 .vf = vf,
                 .to_value = want->text(),
                 .to = place,
                 .bytes = {.text = "{}",
                           .name_of = {},
                           .id_of = pci::of(nvidia::kInstanceIds, pf_),
                           .id_name = want->text()},
                 .effects = {{.at = place, .before = {}, .expect = *want}},
                 .limit = kVgpuLimit});
}

void Vgpus::settle_params(VfIndex vf, const std::vector<Place>& users) {
  const Value* const want = road_->to_settle(pci::of(kParams, pf_, vf));
  if (want == nullptr || want->absent()) {
    return;
  }
  road_->set(kParams,
             holes(pf_, vf),
             *want,
             {.bytes = want->text().empty() ? std::string(kNoParams) : want->text(),
              .disturbs = users,
              .limit = kVgpuLimit});
}

void Vgpus::make() {
  std::vector<VfIndex> order;
  order.reserve(road_->count(pf_));
  for (std::uint32_t index = 0; index < road_->count(pf_); ++index) {
    order.push_back(vf_at(index));
  }
  // The driver gives a vGPU the first instance, and in it the first place, that is free.
  std::ranges::stable_sort(order, {}, [this](VfIndex vf) {
    return std::pair(number(road_->wanted(pci::of(kInstance, pf_, vf))),
                     number(road_->wanted(pci::of(kPlacement, pf_, vf))));
  });
  for (const VfIndex vf : order) {
    make_one(vf);
  }
}

void Vgpus::await_ready(VfIndex vf) {
  const auto here = road_->now().find(pci::of(kType, pf_, vf));
  if (here == road_->now().end() || here->second.absent()) {
    road_->await(kType, holes(pf_, vf), text_value(std::string(kNone)), kReadyLimit);
  }
}

nvidia::Part Vgpus::part() {
  return {.clear = [this] { clear(); },
          .await_ready = [this](VfIndex vf) { await_ready(vf); },
          .files = [this](VfIndex vf) { return pci::of(kFolder, pf_, vf); }};
}

}  // namespace vfmgr::nvidia_vfio
