// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/instances.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/card_rows.hpp"
#include "backends/nvidia/sizes.hpp"
#include "backends/nvidia/type_name.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

namespace {

constexpr std::string_view kGraphics = "+gfx";

/// A shape of instances: one slice of computing comes twice, the second with double memory.
struct Shape {
  std::uint32_t id;
  std::uint32_t slices;
  bool media;
  bool doubled;
  std::uint32_t size;
  std::uint32_t most;
  std::string_view starts;
};

// Ids and counts: nvidia-smi of A100 and H100 NVL in harvester/pcidevices (mig_test.go); of B200
// and GB200 the ids of one and two slices (NVIDIA/gpu-operator pull requests 1351 and 1303), the
// larger ones are taken to be the same. Starts and sizes: pkg/nvml/mock/gpus/a100.go and b200.go of
// NVIDIA/go-nvml; other cards of seven slices are taken to be alike.
constexpr std::array kSeven = std::to_array<Shape>({
    {0, 7, false, false, 8, 1, "0"},
    {5, 4, false, false, 4, 1, "0"},
    {9, 3, false, false, 4, 2, "0 4"},
    {14, 2, false, false, 2, 3, "0 2 4"},
    {15, 1, false, true, 2, 4, "0 2 4 6"},
    {19, 1, false, false, 1, 7, "0 1 2 3 4 5 6"},
    {20, 1, true, false, 1, 1, "0 1 2 3 4 5 6"},
});

// A30: ids and counts from nvidia-smi mig -lgip in Summer-Lo/Docker_configuration
// (000-MIG/README.md) and NVIDIA's MIG guide; starts and sizes from a30.go of NVIDIA/go-nvml.
constexpr std::array kFour = std::to_array<Shape>({
    {0, 4, false, false, 4, 1, "0"},
    {5, 2, false, false, 2, 2, "0 2"},
    {6, 2, true, false, 2, 1, "0 2"},
    {14, 1, false, false, 1, 4, "0 1 2 3"},
    {21, 1, true, false, 1, 1, "0 1 2 3"},
});

/// The size in a profile's name differs from card to card: the names of the types have it.
std::string profile_name(const Shape& shape, const std::vector<TypeName>& types) {
  const TypeName* found = nullptr;
  for (const TypeName& type : types) {
    if (type.slices != shape.slices || (type.suffix == "ME") != shape.media) {
      continue;
    }
    if (found == nullptr ||
        (shape.doubled ? type.bytes > found->bytes : type.bytes < found->bytes)) {
      found = &type;
    }
  }
  return found == nullptr ? std::string{} : instance_of(*found, {}, false);
}

std::vector<InstanceProfile> named(std::span<const Shape> shapes,
                                   const std::vector<TypeName>& types) {
  std::vector<InstanceProfile> profiles;
  for (const Shape& shape : shapes) {
    profiles.push_back({.id = shape.id,
                        .name = profile_name(shape, types),
                        .size = shape.size,
                        .starts = starts_of(shape.starts),
                        .most = shape.most});
  }
  return profiles;
}

/// RTX PRO 6000 Blackwell Server Edition: GoogleCloudPlatform/container-engine-accelerators pull
/// request 564 (ids, counts, the places of one slice). Those of two and four follow from twelve
/// slices of memory. Only "+gfx" hosts vGPUs.
std::vector<InstanceProfile> graphics_profiles() {
  const std::vector<std::uint32_t> quarters{0, 3, 6, 9};
  const std::vector<std::uint32_t> halves{0, 6};
  const std::vector<std::uint32_t> whole{0};
  return {{0, "4g.96gb", 12, whole, 1},
          {5, "2g.48gb", 6, halves, 2},
          {14, "1g.24gb", 3, quarters, 4},
          {21, "1g.24gb+me", 3, quarters, 1},
          {32, "4g.96gb+gfx", 12, whole, 1},
          {35, "2g.48gb+gfx", 6, halves, 2},
          {47, "1g.24gb+gfx", 3, quarters, 4},
          {64, "2g.48gb+me.all", 6, halves, 1},
          {65, "1g.24gb+me.all", 3, quarters, 1},
          {66, "2g.48gb-me", 6, halves, 2},
          {67, "1g.24gb-me", 3, quarters, 4}};
}

}  // namespace

std::string instance_of(const TypeName& type,
                        const std::vector<InstanceProfile>& profiles,
                        bool shared) {
  if (type.slices == 0) {
    return {};
  }
  const std::string slices = fmt::format("{}g.", type.slices);
  for (const InstanceProfile& profile : profiles) {
    if (shared && profile.name.starts_with(slices) && profile.name.ends_with(kGraphics)) {
      return profile.name;
    }
  }
  const std::string_view kind = type.suffix == "ME" ? "+me" : shared ? kGraphics : "";
  return fmt::format("{}{}gb{}", slices, type.bytes >> 30U, kind);
}

std::vector<InstanceProfile> profiles_of(Instances kind, const std::vector<TypeName>& types) {
  switch (kind) {
    case Instances::seven:
      return named(kSeven, types);
    case Instances::four:
      return named(kFour, types);
    case Instances::graphics:
      return graphics_profiles();
    case Instances::none:
    case Instances::unknown_graphics:
      break;
  }
  return {};
}

}  // namespace vfmgr::nvidia
