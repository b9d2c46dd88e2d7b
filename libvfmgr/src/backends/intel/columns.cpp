// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/columns.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/attributes.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace vfmgr::intel {

Holes holes(const Files& files, std::optional<std::uint32_t> vf) {
  Holes holes{.gpu = files.gpu, .vf = {}, .name = files.name};
  if (vf) {
    holes.vf = vf_at(*vf);
  }
  return holes;
}

Place place_of(const Files& files, const Column& column, std::optional<std::uint32_t> vf) {
  return vfmgr::place_of(*column.attr, holes(files, vf));
}

bool has(const State& state, const Files& files, const Column& column, bool of_vf) {
  const auto found = state.find(place_of(files, column, of_vf ? std::optional(0U) : std::nullopt));
  return found != state.end() && !found->second.absent();
}

std::uint64_t parts(const State& state, const Files& files, Key key, bool of_vf) {
  if (key != Key::vram && key != Key::reserve_vram) {
    return 1;
  }
  const auto count = std::ranges::count_if(of_vf ? files.vf : files.pf, [&](const Column& column) {
    return column.key == key && has(state, files, column, of_vf);
  });
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(count));
}

bool is_first_value(const Attr& attr, const Value& value) {
  if (attr.name == row_of(Key::reserve_vram).name) {
    return value.text() == std::to_string(kLeastReserve);
  }
  return attr.zero_is_infinite && value.text() == "0";
}

}  // namespace vfmgr::intel
