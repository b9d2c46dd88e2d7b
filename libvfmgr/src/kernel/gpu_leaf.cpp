// SPDX-License-Identifier: Apache-2.0
#include "kernel/gpu_leaf.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr {

std::optional<GpuLeaf> gpu_leaf_of(const Place& place) {
  const std::string_view path = place.path;
  const std::size_t slash = path.find('/');
  const auto address = parse_address(path.substr(0, slash));
  if (slash == std::string_view::npos || !address || to_string(*address) != path.substr(0, slash)) {
    return std::nullopt;
  }
  return GpuLeaf{.gpu = *address, .leaf = std::string(path.substr(slash + 1))};
}

}  // namespace vfmgr
