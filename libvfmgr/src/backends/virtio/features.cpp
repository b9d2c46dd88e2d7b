// SPDX-License-Identifier: Apache-2.0
#include "backends/virtio/features.hpp"

#include "core/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::virtio {

namespace {

constexpr std::size_t kLeastBits = 64;  // as many as any kernel shows
// A kind of device has bits 0 to 23 for itself (virtio specification 1.1, "Feature Bits").
constexpr std::size_t kOwnBits = 24;
// Linux include/uapi/linux/virtio_gpu.h: VIRTIO_GPU_F_*
constexpr std::array<std::string_view, 6> kGpuNames{
    "VIRGL", "EDID", "RESOURCE_UUID", "RESOURCE_BLOB", "CONTEXT_INIT", "BLOB_ALIGNMENT"};

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<Features> Features::parse(std::string_view text) {
  const bool good = text.size() >= kLeastBits && std::ranges::all_of(text, [](char letter) {
                      return letter == '0' || letter == '1';
                    });
  return good ? std::optional(Features(text)) : std::nullopt;
}

std::vector<std::string> gpu_features(const Features& features) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < kOwnBits; ++bit) {
    if (features.has(bit)) {
      names.push_back(bit < kGpuNames.size() ? std::string(kGpuNames.at(bit))
                                             : fmt::format("bit {}", bit));
    }
  }
  return names;
}

std::optional<std::uint64_t> capsets_in(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && without_blanks(line.substr(0, colon)) == "cap sets") {
      return decimal(without_blanks(line.substr(colon + 1)));
    }
  }
  return std::nullopt;
}

}  // namespace vfmgr::virtio
