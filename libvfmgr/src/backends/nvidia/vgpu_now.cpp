// SPDX-License-Identifier: Apache-2.0
// What follows from how a GPU is now.
#include "vfmgr/inventory.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/layout_text.hpp"
#include "backends/nvidia/vgpu_wish.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr::nvidia {

bool moves_vgpus(const Wished& wish, const GpuNow& now) {
  for (std::size_t at = 0; at < wish.vgpus.size(); ++at) {
    const VgpuWish& one = wish.vgpus[at];
    const VgpuNow here = at < now.vgpus.size() ? now.vgpus[at] : VgpuNow{};
    if (one.is == VgpuWish::Is::typed &&
        (one.type->id != here.id || (one.placement && one.placement != here.placement))) {
      return true;
    }
  }
  return !wish.faults.empty();
}

std::vector<FitView> what_fits(const Gpu& gpu, const GpuNow& now) {
  const std::vector<Instance> layout = instances_of(now.layout.value_or(std::vector<Cut>{}));
  std::vector<Standing> standing;
  for (std::uint32_t index = 0; index < now.vgpus.size(); ++index) {
    const VgpuNow& vgpu = now.vgpus[index];
    const VgpuType* const type = vgpu.id ? find_type(now.card, std::to_string(*vgpu.id)) : nullptr;
    if (type != nullptr) {
      const auto at = std::ranges::find(layout, vgpu.instance.value_or(0), &Instance::start);
      standing.push_back(
          {.vf = index,
           .type = type,
           .placement = vgpu.placement,
           .instance = vgpu.instance && at != layout.end()
                           ? std::optional(static_cast<std::uint32_t>(at - layout.begin()))
                           : std::nullopt});
    }
  }
  const auto taken = static_cast<std::uint32_t>(
      std::ranges::count_if(now.vgpus, [](const VgpuNow& vgpu) { return vgpu.id.has_value(); }));
  const std::uint32_t vfs = now.vfs == 0 ? gpu.total_vfs.value_or(0) : now.vfs;
  std::vector<FitView> fits;
  for (const auto& [type, more] :
       what_else_fits(now.card, mode_of(now.layout, now.mixes), layout, standing)) {
    if (const std::uint32_t most = std::min(more, vfs - std::min(vfs, taken)); most > 0) {
      fits.push_back({.attribute = "vgpu_type", .value = type->name, .more = most});
    }
  }
  return fits;
}

Mode mode_of(const std::optional<std::vector<Cut>>& layout, bool mixes) {
  if (layout) {
    return Mode::mig;
  }
  return mixes ? Mode::mixed : Mode::equal;
}

std::string name_of_type(std::uint32_t id) {
  if (id == 0) {
    return "none";
  }
  for (const Card& card : known_cards()) {
    const auto found = std::ranges::find(card.types, id, &VgpuType::id);
    if (found != card.types.end()) {
      return found->name;
    }
  }
  return std::to_string(id);
}

}  // namespace vfmgr::nvidia
