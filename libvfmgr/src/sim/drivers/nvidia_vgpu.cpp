// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_vgpu.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/nvidia_card.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr::sim::nvidia {

namespace {

/// Whether the span [at, at + size) is free of vGPUs; `but` does not count.
bool is_free(const Card& card, std::uint64_t at, std::uint64_t size, const PciAddress& but) {
  return std::ranges::none_of(card.vgpus, [&](const Vgpu& other) {
    const Type* type = card.type(other.type);
    const std::uint64_t taken = type == nullptr ? 0 : card.size_of(*type);
    return other.vf != but && other.placement < at + size && at < other.placement + taken;
  });
}

/// The places that the GPU's mode has for a type. With sizes mixed they are the guide's table (vGPU
/// user guide 17, appendix A.3). Of equal sizes the ids are multiples of the size (the same guide
/// lists L4-6Q at 0, 6, 12 and 18). Inferred: no source lists others.
std::vector<std::uint32_t> places_for(const Card& card, const Type& type) {
  if (card.mixed) {
    const auto found = std::ranges::find(card.places, type.gib, &Places::gib);
    return found == card.places.end() ? std::vector<std::uint32_t>{} : found->ids;
  }
  std::vector<std::uint32_t> ids;
  constexpr std::uint32_t kMost = 48;  // OGKM ctrla081.h: NVA081_MAX_VGPU_PER_PGPU
  const std::uint32_t count = std::min(type.most, kMost);
  ids.reserve(count);
  for (std::uint32_t at = 0; at < count; ++at) {
    ids.push_back(at * card.size_of(type));
  }
  return ids;
}

std::optional<std::uint32_t> first_free(const Card& card, const Type& type, const PciAddress& vf) {
  for (const std::uint32_t at : places_for(card, type)) {
    if (is_free(card, at, card.size_of(type), vf)) {
      return at;
    }
  }
  return std::nullopt;
}

/// Whether an instance takes one more of a type: an empty one of its kind does; one that has a vGPU
/// only where the GPU shares instances by time, and then of the same size up to the type's limit.
bool takes(const Card& card, const Instance& instance, const Type& type, const PciAddress& vf) {
  if (instance.bare || instance.profile != type.profile) {
    return false;
  }
  std::uint32_t count = 0;
  for (const Vgpu& other : card.vgpus) {
    if (other.instance != instance.id || other.vf == vf) {
      continue;
    }
    const Type* its = card.type(other.type);
    if (!card.slices_instance || its == nullptr || its->gib != type.gib) {
      return false;
    }
    ++count;
  }
  return count < type.most_in_instance;
}

/// Place of one more in an instance that several share: behind each other. Inferred; the one that
/// was seen, alone in its instance, stood at 0.
std::uint32_t place_in(const Card& card, const Instance& instance, const Type& type) {
  std::uint64_t at = 0;
  const auto taken = [&](const Vgpu& other) {
    return other.instance == instance.id && other.placement == at;
  };
  while (std::ranges::any_of(card.vgpus, taken)) {
    at += std::max(type.gib, 1U);
  }
  return static_cast<std::uint32_t>(at);
}

std::optional<Vgpu> one_more_in_instance(const Card& card, const PciAddress& vf, const Type& type) {
  std::vector<Instance> by_id = card.instances;
  std::ranges::sort(by_id, {}, &Instance::id);
  for (const Instance& instance : by_id) {
    if (takes(card, instance, type, vf)) {
      return Vgpu{.vf = vf,
                  .type = type.id,
                  .placement = place_in(card, instance, type),
                  .instance = instance.id};
    }
  }
  return std::nullopt;
}

/// Of equal sizes: what is there decides of which size; how many, each type's own limit.
bool fits_equal(const Card& card, const Type& type) {
  const auto other_size = [&](const Vgpu& vgpu) {
    const Type* its = card.type(vgpu.type);
    return its == nullptr || its->gib != type.gib;
  };
  return card.vgpus.size() < type.most && std::ranges::none_of(card.vgpus, other_size);
}

}  // namespace

std::optional<Vgpu> one_more(const Card& card, const PciAddress& vf, const Type& type) {
  if (card.mig != !type.profile.empty()) {
    return std::nullopt;
  }
  if (card.mig) {
    return one_more_in_instance(card, vf, type);
  }
  Vgpu vgpu{.vf = vf, .type = type.id, .placement = 0, .instance = kNoInstance};
  if (card.mixed) {
    const auto place = first_free(card, type, vf);
    vgpu.placement = place.value_or(0);
    return place ? std::optional(vgpu) : std::nullopt;
  }
  if (!fits_equal(card, type)) {
    return std::nullopt;
  }
  // Where the driver manages no places, none of two vGPUs lies before the other.
  vgpu.placement = has_places(card) ? first_free(card, type, vf).value_or(0) : 0;
  return vgpu;
}

std::vector<const Type*> creatable(const Card& card) {
  std::vector<const Type*> types;
  for (const Type& type : card.types) {
    if (one_more(card, {}, type)) {
      types.push_back(&type);
    }
  }
  return types;
}

bool has_places(const Card& card) {
  return card.mixed || card.mig || card.places_equal;
}

bool may_stand(const Card& card, const Vgpu& vgpu, std::uint32_t placement) {
  const Type* type = card.type(vgpu.type);
  if (type == nullptr || card.mig || !has_places(card)) {
    return false;  // NV_ERR_NOT_SUPPORTED
  }
  const auto places = places_for(card, *type);
  return placement == vgpu.placement || (std::ranges::find(places, placement) != places.end() &&
                                         is_free(card, placement, card.size_of(*type), vgpu.vf));
}

bool may_run_in(const Card& card, const Vgpu& vgpu, std::uint32_t instance) {
  const Type* type = card.type(vgpu.type);
  const Instance* wanted = card.instance(instance);
  return card.mig && type != nullptr && wanted != nullptr &&
         (instance == vgpu.instance || takes(card, *wanted, *type, vgpu.vf));
}

}  // namespace vfmgr::sim::nvidia
