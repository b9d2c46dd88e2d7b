// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia_mdev/vgpus.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/mdevs.hpp"
#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/pf_record.hpp"
#include "backends/nvidia/type_list.hpp"
#include "backends/nvidia/vf_moves.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/nvidia_mdev/attrs.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "mdev/attrs.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia_mdev {

namespace {

constexpr Milliseconds kReadyLimit{60000};

Place params_at(const PciAddress& pf, VfIndex vf, const std::string& uuid) {
  return place_of(kParams, {.gpu = pf, .vf = vf, .name = uuid});
}

/// 558 of "nvidia-558".
std::optional<std::uint32_t> id_of_folder(std::string_view folder) {
  if (!folder.starts_with(kPrefix)) {
    return std::nullopt;
  }
  const auto id = decimal(folder.substr(kPrefix.size()));
  return id && *id <= std::numeric_limits<std::uint32_t>::max()
             ? std::optional(static_cast<std::uint32_t>(*id))
             : std::nullopt;
}

/// What the driver calls its types: of all by NVML, and by the VFs' own files.
std::vector<nvidia::Listed> named_in(const State& state, const PciAddress& pf) {
  std::vector<nvidia::Listed> types =
      nvidia::parse_type_list(recorded_text(state, pci::of(nvidia::kNvmlTypes, pf)));
  for (const auto& [place, value] : state) {
    const auto holes = match(mdev::kTypeName, place);
    const auto id = holes ? id_of_folder(holes->name) : std::nullopt;
    if (id && !value.text().empty()) {
      types.push_back({.id = *id, .name = value.text()});
    }
  }
  return types;
}

MdevWish mdev_wish(const nvidia::VgpuWish& wish, const Desired& desired, VfIndex vf) {
  MdevWish mdev{.source = wish.source};
  const std::string_view uuid = word_of(given_for(desired.of(vf), Key::uuid));
  if (!uuid.empty()) {
    mdev.uuid = uuid;
  }
  if (!wish.unknown.empty()) {
    mdev.is = MdevWish::Is::typed;  // as long as nobody has told which it is, none that is there
    mdev.type = wish.unknown;
    return mdev;
  }
  switch (wish.is) {
    case nvidia::VgpuWish::Is::kept:
      break;
    case nvidia::VgpuWish::Is::none:
      mdev.is = MdevWish::Is::none;
      break;
    case nvidia::VgpuWish::Is::typed:
      mdev.is = MdevWish::Is::typed;
      mdev.type = std::string(kPrefix) + std::to_string(wish.type->id);
      break;
    case nvidia::VgpuWish::Is::any:
      mdev.is = MdevWish::Is::any;
      break;
  }
  return mdev;
}

void complete_params(const PciAddress& pf, VfIndex vf, const Desired& desired, State& target) {
  const Given* const given = given_for(desired.of(vf), Key::vgpu_params);
  if (given == nullptr) {
    return;
  }
  for (const std::string& uuid : mdevs_in(target, pf, vf)) {
    Value& params = target[params_at(pf, vf, uuid)];
    params = text_value(std::string(word_of(given)));
    params.source = to_string(given->where);
  }
}

}  // namespace

Setting spell_type(std::string_view folder) {
  const auto id = id_of_folder(folder);
  return id ? nvidia::name_of_type(*id) : std::string(folder);
}

void probe_vgpus(const Kernel& kernel, const PciAddress& pf, TypeNames names, State& into) {
  const std::uint32_t count = recorded_count(into, pf).value_or(0);
  probe_mdevs(kernel, pf, count, names, into);
  for (std::uint32_t index = 0; index < count; ++index) {
    for (const std::string& uuid : mdevs_in(into, pf, vf_at(index))) {
      const Place params = params_at(pf, vf_at(index), uuid);
      into[params] = observe(kernel, params);
    }
  }
}

nvidia::GpuNow gpu_now(const Gpu& pf, const State& state) {
  const std::vector<nvidia::Listed> types = named_in(state, pf.address);
  const nvidia::Card* const known = nvidia::card_of(pf.device_id, pf.subsystem_device_id);
  nvidia::GpuNow now{.card = known == nullptr ? nvidia::card_of_list(types)
                                              : nvidia::with_listed(*known, types)};
  nvidia::read_switches(state, pf.address, now);
  for (std::uint32_t index = 0; index < now.vfs; ++index) {
    now.vgpus.push_back({.id = id_of_folder(mdev_type_in(state, pf.address, vf_at(index))),
                         .placement = {},
                         .instance = {}});
  }
  return now;
}

void complete_vgpus(const Gpu& pf,
                    const nvidia::GpuNow& now,
                    const nvidia::Wished& wish,
                    const Desired& desired,
                    State& target) {
  for (std::uint32_t index = 0; index < std::max(now.vfs, wish.vfs); ++index) {
    const VfIndex vf = vf_at(index);
    if (now.vfs != wish.vfs) {
      forget_mdevs(pf.address, vf, target);
      target.erase(pci::of(mdev::kTypes, pf.address, vf));
    }
    if (index >= wish.vfs) {
      continue;
    }
    const auto driver = target.find(pci::of(pci::kVfDriver, pf.address, vf));
    if (driver != target.end() && driver->second.absent()) {
      forget_mdevs(pf.address, vf, target);  // they are there only while it is on the driver
      continue;
    }
    complete_mdev(pf.address, vf, mdev_wish(wish.vgpus[index], desired, vf), target);
    complete_params(pf.address, vf, desired, target);
  }
}

Vgpus::Vgpus(Road& road, const PciAddress& pf)
    : road_(&road), mdevs_(road, pf, {.type = &kType, .params = &kParams}), pf_(pf) {}

void Vgpus::clear() {
  for (std::uint32_t index = 0; index < road_->count(pf_); ++index) {
    mdevs_.clear(vf_at(index));
  }
}

void Vgpus::clear_others() {
  for (std::uint32_t index = 0; index < road_->count(pf_); ++index) {
    mdevs_.clear_others(vf_at(index));
  }
}

void Vgpus::make() {
  for (std::uint32_t index = 0; index < road_->count(pf_); ++index) {
    mdevs_.make(vf_at(index));
    settle_params(vf_at(index));
  }
}

void Vgpus::settle_params(VfIndex vf) {
  for (const std::string& uuid : mdevs_in(road_->now(), pf_, vf)) {
    const Place place = params_at(pf_, vf, uuid);
    const Value* const want = road_->to_settle(place);
    const auto here = road_->now().find(place);
    const bool fresh = here == road_->now().end() || here->second.match == Match::any;
    if (want == nullptr || want->absent()) {
      continue;
    }
    road_->set(kParams,
               {.gpu = pf_, .vf = vf, .name = uuid},
               *want,
               // A write of no bytes never reaches the driver: one space clears them.
               {.bytes = want->text().empty() ? " " : want->text(),
                .disturbs = fresh ? std::vector<Place>{}
                                  : std::vector<Place>{directory_of({.pf = pf_, .vf = vf})}});
  }
}

nvidia::Part Vgpus::part() {
  return {.clear = [this] { clear(); },
          .await_ready = [this](VfIndex vf) { mdevs_.await_types(vf, kReadyLimit); },
          .files = [this](VfIndex vf) { return pci::of(mdev::kTypes, pf_, vf); }};
}

}  // namespace vfmgr::nvidia_mdev
