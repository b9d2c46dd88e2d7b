// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/types.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/instances.hpp"
#include "backends/nvidia/sizes.hpp"
#include "backends/nvidia/type_list.hpp"
#include "backends/nvidia/type_name.hpp"
#include "core/numbers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::nvidia {

namespace {

// The largest type of the 94 GB cards is the one whose size is not what its name says (vGPU 17 user
// guide, appendix A.1: 96246 MB).
constexpr std::uint32_t kOddCard = 94;
constexpr std::uint64_t kOddBytes = std::uint64_t{96246} << 20U;

std::uint64_t bytes_of(const Card& card, const TypeName& name) {
  const bool odd = card.gib == kOddCard && name.slices == 0 && name.bytes >> 30U == kOddCard;
  return odd ? kOddBytes : name.bytes;
}

/// kernel_vgpu_mgr.c of NVIDIA open-gpu-kernel-modules 595.45.04: GiB of frame buffer, but 2 GiB on
/// a card of 96 GiB count three. So 32 of them fit, not 48.
std::uint32_t placement_gib(const Card& card, const TypeName& name) {
  const auto gib = static_cast<std::uint32_t>(std::max<std::uint64_t>(name.bytes >> 30U, 1));
  return card.gib == 96 && name.slices == 0 && gib == 2 ? 3 : gib;
}

/// "1g.24gb+gfx" takes as many vGPUs as fit into its 24 GB (counts by instance in
/// examples/config-example.yaml of NVIDIA/vgpu-device-manager).
std::uint32_t most_inside(std::string_view instance, const TypeName& name) {
  const std::size_t dot = instance.find('.');
  const std::size_t unit = instance.find("gb");
  if (dot == std::string_view::npos || unit == std::string_view::npos || unit < dot) {
    return 0;
  }
  const auto gib = decimal(instance.substr(dot + 1, unit - dot - 1));
  return static_cast<std::uint32_t>((gib.value_or(0) << 30U) / name.bytes);
}

std::uint32_t most_of(const Card& card, const VgpuType& type) {
  if (type.slices == 0) {
    const SizeRow* const row = size_row(card.gib, type.gib, card.ada);
    // A card's own size is known even where nothing else is: one such vGPU is the whole of it.
    return row != nullptr ? row->most_equal : type.gib == card.gib ? 1 : 0;
  }
  const auto profile = std::ranges::find(card.profiles, type.instance, &InstanceProfile::name);
  return profile == card.profiles.end() ? 0 : profile->most * type.most_in_instance;
}

}  // namespace

VgpuType type_of(const Card& card, const Listed& listed) {
  VgpuType type{.id = listed.id, .name = listed.name};
  const auto name = parse_type_name(listed.name);
  if (!name) {
    return type;
  }
  type.bytes = bytes_of(card, *name);
  type.gib = placement_gib(card, *name);
  type.series = name->series;
  type.slices = name->slices;
  type.instance = instance_of(*name, card.profiles, card.shares_instances);
  if (type.slices > 0) {
    type.most_in_instance = card.shares_instances ? most_inside(type.instance, *name) : 1;
  }
  type.most = most_of(card, type);
  return type;
}

}  // namespace vfmgr::nvidia
