// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_i915/automatic.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/quotas.hpp"
#include "backends/intel_i915/attrs.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace vfmgr::intel_i915 {

namespace {

Place place(const intel::Files& files) {
  return place_of(kAuto, intel::holes(files, std::nullopt));
}

/// The place where a quota is asked for; empty: none is.
std::string asked_at(const intel::Files& files, const Desired& desired, std::uint32_t count) {
  for (std::uint32_t vf = 0; vf < count; ++vf) {
    for (const intel::Column& column : files.vf) {
      const Given* const given = given_for(desired.of(vf_at(vf)), column.key);
      if (column.manual && given != nullptr &&
          std::holds_alternative<std::uint64_t>(given->value)) {
        return to_string(given->where);
      }
    }
  }
  return {};
}

}  // namespace

bool is_automatic(const State& state, const intel::Files& files) {
  return recorded_text(state, place(files)) == "1";
}

void complete_automatic(const intel::Files& files,
                        const Gpu& pf,
                        const State& now,
                        const Desired& desired,
                        State& target) {
  const std::uint32_t count = desired_count(desired, now, pf);
  const bool made_anew = count != recorded_count(now, pf.address).value_or(0);
  if (const std::string source = asked_at(files, desired, count); !source.empty()) {
    Value& value = target[place(files)] = text_value("0");
    value.source = source;
    return;
  }
  const bool by_hand =
      std::ranges::any_of(intel::quotas_of(target, files), [&](const intel::Quota& quota) {
        const Value& value = target.at(intel::place_of(files, *quota.column, quota.vf));
        return value.match != Match::any && !value.absent() && value.text() != "0";
      });
  if ((made_anew || desired.teardown) && !by_hand) {
    target[place(files)] = text_value("1");
  }
}

void end_automatic(Road& road, const intel::Files& files) {
  const Value* const target = road.wanted(place(files));
  if (target != nullptr && target->text() == "0") {
    road.settle(kAuto,
                intel::holes(files, std::nullopt),
                {.reason = "the driver gives out nothing by itself from here on",
                 .limit = intel::kFirmwareLimit});
  }
}

void restore_automatic(Road& road, const intel::Files& files) {
  const Value* const target = road.wanted(place(files));
  if (target != nullptr && target->text() == "1") {
    road.settle(kAuto,
                intel::holes(files, std::nullopt),
                {.reason = "the driver gives out everything by itself again",
                 .limit = intel::kFirmwareLimit});
  }
}

}  // namespace vfmgr::intel_i915
