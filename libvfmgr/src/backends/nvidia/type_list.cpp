// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/type_list.hpp"

#include "core/numbers.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

namespace {

// A GPU has at most 128 types (NVIDIA open-gpu-kernel-modules 595.45.04 ctrla081.h,
// NVA081_MAX_VGPU_TYPES_PER_PGPU); a name fills at most 64 bytes (nvml.h,
// NVML_DEVICE_NAME_BUFFER_SIZE). Text from anybody gets room, not any amount of it.
constexpr std::size_t kMostTypes = 1024;
constexpr std::size_t kLongestName = 256;

std::optional<std::uint32_t> type_id(std::string_view text) {
  const auto number = decimal(trimmed(text));
  if (!number || *number == 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;  // 0 stands for "no type"
  }
  return static_cast<std::uint32_t>(*number);
}

bool printable(std::string_view name) {
  return std::ranges::all_of(name, [](char one) { return one >= ' ' && one <= '~'; });
}

/// "1145  : NVIDIA L40S-1B" since vGPU 17's later releases, "NVIDIA A40-1Q  557" before (the vGPU
/// 17 user guide prints this one), "1145 NVIDIA L40S-1B" at the door to NVML (nvml_vgpu.cpp); the
/// header "ID    : vGPU Name" has no number.
std::optional<Listed> listed(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::size_t blank = line.find_last_of(" \t");
  std::optional<std::uint32_t> id;
  std::string_view name;
  if (colon != std::string_view::npos) {
    id = type_id(line.substr(0, colon));
    name = trimmed(line.substr(colon + 1));
  } else if (blank != std::string_view::npos) {
    const std::size_t first = line.find_first_of(" \t");
    id = type_id(line.substr(0, first));
    name = trimmed(line.substr(first));
    if (!id) {
      id = type_id(line.substr(blank));
      name = trimmed(line.substr(0, blank));
    }
  }
  if (!id || name.empty() || name.size() > kLongestName || !printable(name)) {
    return std::nullopt;
  }
  return Listed{*id, std::string(name)};
}

}  // namespace

std::vector<Listed> parse_type_list(std::string_view text) {
  std::vector<Listed> types;
  for (const std::string_view line : split(text, '\n')) {
    auto type = listed(trimmed(line));
    if (!type || types.size() == kMostTypes) {
      continue;
    }
    if (std::ranges::find(types, type->id, &Listed::id) == types.end()) {
      types.push_back(std::move(*type));
    }
  }
  return types;
}

}  // namespace vfmgr::nvidia
