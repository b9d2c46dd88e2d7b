// SPDX-License-Identifier: Apache-2.0
#include "engine/differences.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/shown.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

namespace vfmgr {

Value value_at(const State& state, const Place& place) {
  const auto found = state.find(place);
  return found == state.end() ? absent_value() : found->second;
}

Difference difference_at(TableSpan tables,
                         const Unit& unit,
                         const Place& place,
                         const Value& expected,
                         const Value& actual) {
  Difference difference{.gpu = unit.gpus.front().address, .at = place};
  const Attr* const attr = find_attr(tables, place);
  if (attr == nullptr) {
    difference.attribute = to_string(place);
    difference.expected = expected.text();
    difference.actual = actual.text();
    return difference;
  }
  const Holes holes = match(*attr, place).value();
  difference.gpu = holes.gpu.value_or(difference.gpu);
  difference.vf = holes.vf;
  difference.attribute = attr->name;
  difference.expected = setting_of(*attr, expected);
  difference.actual = setting_of(*attr, actual);
  return difference;
}

std::vector<Difference> differences(TableSpan tables,
                                    const Unit& unit,
                                    const State& want,
                                    const State& now) {
  std::vector<Difference> found;
  for (const auto& [place, value] : want) {
    const Value seen = value_at(now, place);
    if (!value.unreadable() && !value.accepts(seen)) {
      found.push_back(difference_at(tables, unit, place, value, seen));
    }
  }
  std::ranges::stable_sort(
      found, {}, [](const Difference& one) { return std::tuple(one.gpu, one.vf); });
  return found;
}

}  // namespace vfmgr
