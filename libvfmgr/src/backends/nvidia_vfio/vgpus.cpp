// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia_vfio/vgpus.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/pf_record.hpp"
#include "backends/nvidia/type_list.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/nvidia_vfio/attrs.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia_vfio {

namespace {

std::optional<std::uint32_t> small(std::string_view text) {
  const auto number = decimal(text);
  return number && *number <= std::numeric_limits<std::uint32_t>::max()
             ? std::optional(static_cast<std::uint32_t>(*number))
             : std::nullopt;
}

void record(const Kernel& kernel, const Place& place, Origin origin, State& into) {
  into[place] = observe(kernel, place);
  into[place].origin = origin;
}

/// What the driver prints of its types: of all by NVML, of what can be made by the VFs.
std::vector<nvidia::Listed> listed_in(const State& state, const PciAddress& pf) {
  std::vector<nvidia::Listed> types =
      nvidia::parse_type_list(recorded_text(state, pci::of(nvidia::kNvmlTypes, pf)));
  for (const auto& [place, value] : state) {
    if (match(kCreatable, place)) {
      std::ranges::move(nvidia::parse_type_list(value.text()), std::back_inserter(types));
    }
  }
  return types;
}

nvidia::Card card_in(const Gpu& pf, const State& state) {
  const std::vector<nvidia::Listed> types = listed_in(state, pf.address);
  const nvidia::Card* const known = nvidia::card_of(pf.device_id, pf.subsystem_device_id);
  return known == nullptr ? nvidia::card_of_list(types) : nvidia::with_listed(*known, types);
}

bool is_in_table(const Gpu& pf, std::string_view id) {
  const nvidia::Card* const known = nvidia::card_of(pf.device_id, pf.subsystem_device_id);
  return known != nullptr && nvidia::find_type(*known, id) != nullptr;
}

/// Of lines of "ID START".
std::map<std::string, std::string> places_by_id(std::string_view text) {
  std::map<std::string, std::string> places;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t blank = line.find(' ');
    if (blank != std::string_view::npos) {
      places.emplace(line.substr(0, blank), line.substr(blank + 1));
    }
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return places;
}

bool is_exact(const nvidia::VgpuWish& wish) {
  return wish.is == nvidia::VgpuWish::Is::typed || wish.is == nvidia::VgpuWish::Is::none;
}

/// The parameters asked for; none: they were not.
std::optional<Value> params_asked(const Desired& desired, VfIndex vf) {
  const Given* const given = given_for(desired.of(vf), Key::vgpu_params);
  if (given == nullptr) {
    return std::nullopt;
  }
  Value value = text_value(std::string(word_of(given)));
  value.source = to_string(given->where);
  return value;
}

/// One VF's vGPU in a target that holds the record so far.
class Completing {
 public:
  Completing(const PciAddress& pf, VfIndex vf, State& target)
      : target_(&target),
        type_(pci::of(kType, pf, vf)),
        params_(pci::of(kParams, pf, vf)),
        placement_(pci::of(kPlacement, pf, vf)),
        instance_(pci::of(kInstance, pf, vf)) {}

  void forget() {
    for (const Place* const place : {&type_, &params_, &placement_, &instance_}) {
      target_->erase(*place);
    }
  }

  void put_type(const nvidia::VgpuWish& wish) {
    const std::string id =
        wish.is == nvidia::VgpuWish::Is::typed ? std::to_string(wish.type->id) : std::string(kNone);
    if (recorded_text(*target_, type_) != id) {
      forget();  // what went with the former vGPU went with it
    }
    Value& type = (*target_)[type_];
    type = text_value(id);
    type.source = wish.source;
  }

  void leave_to_vm(const std::string& source) {
    forget();
    Value& type = (*target_)[type_];
    type.match = Match::any;
    type.origin = Origin::own;
    type.source = source;
  }

  /// As long as nobody has told which type it is, it is another one than any that is there. A plan
  /// that follows from this asks the driver (fits, and the whole record).
  void put_unknown(const nvidia::VgpuWish& wish) {
    forget();
    Value& type = (*target_)[type_];
    type = text_value(wish.unknown);
    type.source = wish.source;
  }

  void put_place(const nvidia::VgpuWish& wish) {
    if (wish.placement) {
      (*target_)[placement_] = text_value(std::to_string(*wish.placement));
      (*target_)[placement_].source = wish.source;
    } else if (wish.seat) {
      // The driver's own first choice, as long as they are made in this order.
      (*target_)[placement_] = guess(std::to_string(*wish.seat));
    }
    if (wish.instance) {
      Value instance;
      instance.is = std::to_string(*wish.instance);
      instance.match = Match::any;
      (*target_)[instance_] = instance;
    }
  }

  void put_params(const std::optional<Value>& asked, bool has_vgpu) {
    if (asked && has_vgpu) {
      (*target_)[params_] = *asked;
    }
  }

 private:
  State* target_;
  Place type_, params_, placement_, instance_;
};

}  // namespace

Setting spell_type(std::string_view text) {
  const auto id = small(text);
  return id ? nvidia::name_of_type(*id) : std::string(text);
}

void probe_vgpus(const Kernel& kernel, const Gpu& gpu, State& into) {
  const PciAddress& pf = gpu.address;
  const std::uint32_t count = recorded_count(into, pf).value_or(0);
  bool listed = false;
  bool unheard_of = false;
  for (std::uint32_t index = 0; index < count; ++index) {
    const VfIndex vf = vf_at(index);
    const Place type = pci::of(kType, pf, vf);
    record(kernel, type, Origin::set, into);
    const std::string id = into[type].text();
    if (id == kNone) {
      // One that has none lists what can be made, and all of them list the same.
      if (!listed) {
        record(kernel, pci::of(kCreatable, pf, vf), Origin::own, into);
        listed = true;
      }
      continue;
    }
    if (!id.empty()) {
      record(kernel, pci::of(kParams, pf, vf), Origin::set, into);
      record(kernel, pci::of(kPlacement, pf, vf), Origin::unknown, into);
      record(kernel, pci::of(kInstance, pf, vf), Origin::own, into);
      unheard_of = unheard_of || !is_in_table(gpu, id);
    }
  }
  if (unheard_of) {
    nvidia::probe_types(kernel, pf, into);
  }
}

void mark_places(const PciAddress& pf, State& record) {
  if (recorded_text(record, pci::of(nvidia::kMixed, pf)) == "1") {
    return;
  }
  for (auto& [place, value] : record) {
    const auto holes = match(kPlacement, place);
    if (holes && holes->gpu == pf) {
      value.origin = Origin::own;
    }
  }
}

nvidia::GpuNow gpu_now(const Gpu& pf, const State& state) {
  nvidia::GpuNow now{.card = card_in(pf, state)};
  nvidia::read_switches(state, pf.address, now);
  const auto places = places_by_id(recorded_text(state, pci::of(nvidia::kInstanceIds, pf.address)));
  for (std::uint32_t index = 0; index < now.vfs; ++index) {
    const VfIndex vf = vf_at(index);
    const auto instance = places.find(recorded_text(state, pci::of(kInstance, pf.address, vf)));
    const auto id = small(recorded_text(state, pci::of(kType, pf.address, vf)));
    now.vgpus.push_back(
        {.id = id == 0U ? std::nullopt : id,
         .placement = small(recorded_text(state, pci::of(kPlacement, pf.address, vf))),
         .instance = instance == places.end() ? std::nullopt : small(instance->second)});
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
    Completing completing(pf.address, vf, target);
    if (now.vfs != wish.vfs) {
      completing.forget();
    }
    if (index >= wish.vfs) {
      continue;
    }
    const auto driver = target.find(pci::of(pci::kVfDriver, pf.address, vf));
    if (driver != target.end() && driver->second.absent()) {
      completing.forget();  // its files are there only while it is on the driver
      continue;
    }
    const nvidia::VgpuWish& one = wish.vgpus[index];
    if (one.is == nvidia::VgpuWish::Is::any) {
      completing.leave_to_vm(one.source);
      continue;
    }
    if (!one.unknown.empty()) {
      completing.put_unknown(one);
      continue;
    }
    if (is_exact(one)) {
      completing.put_type(one);
    }
    const std::string id = recorded_text(target, pci::of(kType, pf.address, vf));
    const bool has_vgpu = !id.empty() && id != kNone;
    if (has_vgpu) {
      completing.put_place(one);
    }
    completing.put_params(params_asked(desired, vf), has_vgpu);
  }
}

}  // namespace vfmgr::nvidia_vfio
