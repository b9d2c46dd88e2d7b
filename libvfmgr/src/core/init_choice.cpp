// SPDX-License-Identifier: Apache-2.0
#include "core/init_choice.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

// Enough to see how a GPU is shared, few enough that each VF can do something. Whoever knows better
// says how many.
constexpr std::array<std::uint32_t, 3> kStarts{4, 2, 1};

bool is_offered(const GpuView& gpu, Key key) {
  return std::ranges::any_of(gpu.offers, [key](const OfferView& offer) {
    return !offer.pf && offer.name == row_of(key).name;
  });
}

/// Of types that are alike in size, those that can do most: their series is the last letter of
/// their names (NVIDIA vGPU user guide, "vGPU types": Q graphics and compute, C compute, B office,
/// A single programs). Other names keep their order.
std::size_t series_rank(std::string_view type) {
  constexpr std::string_view kSeries = "QCBA";
  return std::min(kSeries.find(type.back()), kSeries.size());
}

/// The largest type of which so many fit: of the larger fewer do. nullptr: none does.
const FitView* largest_type(const GpuView& gpu, std::uint32_t count) {
  const FitView* best = nullptr;
  for (const FitView& fit : gpu.fits) {
    const auto rank = [](const FitView& one) {
      return std::pair(one.more, series_rank(one.value));
    };
    if (fit.more >= count && !fit.value.empty() && (best == nullptr || rank(fit) < rank(*best))) {
      best = &fit;
    }
  }
  return best;
}

/// The type of a VF; empty: it has none.
std::string type_of(const VfView& vf) {
  const auto found = vf.attributes.find(row_of(Key::vgpu_type).name);
  const auto* const text =
      found == vf.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text == nullptr || *text == "none" ? std::string() : *text;
}

/// How many VFs serve somebody today: where types are offered, those up to the last that has one.
std::uint32_t serving(const GpuView& gpu) {
  if (!is_offered(gpu, Key::vgpu_type)) {
    return gpu.num_vfs;
  }
  std::uint32_t count = 0;
  for (const VfView& vf : gpu.vfs) {
    count = type_of(vf).empty() ? count : vf.index.index + 1U;
  }
  return count;
}

Start as_it_is(const GpuView& gpu, std::uint32_t count) {
  Start start{.vfs = count, .values = {}, .why = "As many as there are today, and as they are."};
  const std::string type = gpu.vfs.empty() ? std::string() : type_of(gpu.vfs.front());
  const bool alike = std::ranges::all_of(
      gpu.vfs, [&](const VfView& vf) { return vf.index.index >= count || type_of(vf) == type; });
  if (!type.empty() && alike) {
    start.values[Key::vgpu_type] = type;
  } else if (!alike) {
    start.why += " Their types differ: `vgpuctl export` names each.";
  }
  return start;
}

std::optional<DurableName> unique(std::string_view key,
                                  std::optional<std::string> Gpu::* of,
                                  std::string_view why,
                                  const Gpu& gpu,
                                  std::span<const GpuView> all) {
  const std::optional<std::string>& value = gpu.*of;
  const auto same = [&](const GpuView& other) {
    const std::optional<std::string>& another = other.gpu.*of;
    return another && fold_case(*another) == fold_case(*value);
  };
  if (!value || value->empty() || std::ranges::count_if(all, same) != 1) {
    return std::nullopt;
  }
  return DurableName{.key = std::string(key), .value = *value, .why = std::string(why)};
}

}  // namespace

DurableName durable_identity(const Gpu& gpu, std::span<const GpuView> all) {
  if (auto serial = unique("serial", &Gpu::serial, "this very card, in any slot", gpu, all)) {
    return std::move(*serial);
  }
  if (auto uuid = unique("uuid", &Gpu::uuid, "this very GPU, in any slot", gpu, all)) {
    return std::move(*uuid);
  }
  if (auto slot = unique("slot", &Gpu::slot, "what is in this slot", gpu, all)) {
    return std::move(*slot);
  }
  return {.key = "address",
          .value = to_string(gpu.address),
          .why = "nothing more durable tells it from others"};
}

std::string lacks_for(const GpuView& gpu, const InitWish& wish) {
  if (!wish.type.empty() && !is_offered(gpu, Key::vgpu_type)) {
    return std::string(row_of(Key::vgpu_type).name);
  }
  return wish.vram && !is_offered(gpu, Key::vram) ? std::string(row_of(Key::vram).name)
                                                  : std::string();
}

Start start_with(const GpuView& gpu, const InitWish& wish, std::uint32_t vfs) {
  Start start{.vfs = vfs, .values = {}, .why = {}};
  if (wish.vram) {
    start.values[Key::vram] = wish.vram->count;
  }
  if (!wish.type.empty()) {
    start.values[Key::vgpu_type] = wish.type;
    start.why = wish.vfs ? "" : "As many of this type as fit.";
    return start;
  }
  // What else fits is told beside the vGPUs that are there, and those would make room.
  if (is_offered(gpu, Key::vgpu_type) && serving(gpu) > 0) {
    if (const std::string type = type_of(gpu.vfs.front()); !type.empty()) {
      start.values[Key::vgpu_type] = type;
      start.why = "Of the type that its first VF has today.";
    }
    return start;
  }
  const FitView* const type = largest_type(gpu, vfs);
  if (type != nullptr && type->attribute == row_of(Key::vgpu_type).name) {
    start.values[Key::vgpu_type] = type->value;
    start.why = fmt::format("{}The largest type of which {} fit{}.",
                            wish.vfs ? "" : "A start. ",
                            vfs,
                            vfs == 1 ? "s" : "");
    return start;
  }
  if (!gpu.gpu.iommu_group) {
    start.values[Key::vf_driver] = "host";
    start.why = "The GPU is behind no IOMMU, so that no VM can take a VF: they are for this host.";
  } else if (!wish.vfs) {
    start.why = "A start, not a limit.";
  }
  return start;
}

std::vector<Start> starts(const GpuView& gpu, const InitWish& wish) {
  if (wish.vfs) {
    return {start_with(gpu, wish, *wish.vfs)};
  }
  const std::uint32_t today = serving(gpu);
  if (today > 0 && !wish.vram && wish.type.empty()) {
    return {as_it_is(gpu, today)};
  }
  std::vector<Start> all;
  for (const std::uint32_t count : kStarts) {
    if (count <= gpu.gpu.total_vfs.value_or(1)) {
      all.push_back(start_with(gpu, wish, count));
    }
  }
  if (all.empty()) {
    all.push_back(start_with(gpu, wish, 1));
  }
  return all;
}

}  // namespace vfmgr
