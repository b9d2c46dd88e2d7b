// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_i915/automatic.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
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
#include <limits>
#include <optional>
#include <string>
#include <variant>

namespace vfmgr::intel_i915 {

namespace {

constexpr const char* kEnds = "what is given to VFs by hand ends the driver's own sharing out";

Place place(const intel::Files& files) {
  return place_of(kAuto, intel::holes(files, std::nullopt));
}

/// The place where a VF is given something that is not the driver's choice; empty: none is.
std::string asked_at(const intel::Files& files, const Desired& desired, std::uint32_t count) {
  for (std::uint32_t vf = 0; vf < count; ++vf) {
    for (const intel::Column& column : files.vf) {
      const Given* const given = given_for(desired.of(vf_at(vf)), column.key);
      const auto* const number =
          given == nullptr ? nullptr : std::get_if<std::uint64_t>(&given->value);
      if (number != nullptr && *number != std::numeric_limits<std::uint64_t>::max()) {
        return to_string(given->where);
      }
    }
  }
  return {};
}

bool gives_by_hand(const intel::Files& files, const Road& road) {
  return std::ranges::any_of(intel::quotas_of(road.now(), files), [&](const intel::Quota& quota) {
    const Place at = intel::place_of(files, *quota.column, quota.vf);
    const auto wanted = intel::before_vfs(road.wanted(at));
    return (wanted ? wanted->text() : road.text_now(at)) != "0";
  });
}

void write(Road& road, const intel::Files& files, const char* value, const char* reason) {
  const Value* const target = road.wanted(place(files));
  Value expect = text_value(value);
  expect.source = target == nullptr ? std::string() : target->source;
  road.set(kAuto,
           intel::holes(files, std::nullopt),
           expect,
           {.reason = reason, .limit = intel::kFirmwareLimit});
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

void before_vfs_come(Road& road, const intel::Files& files) {
  if (gives_by_hand(files, road)) {
    write(road, files, "0", kEnds);
    intel::settle_quotas_of_none(road, files, "quotas go before the VFs exist");
  } else {
    intel::settle_quotas_of_none(road, files, {});
    write(road, files, "1", "the driver gives out everything by itself");
  }
}

void settle_automatic(Road& road, const intel::Files& files) {
  if (const Value* const target = road.to_settle(place(files)); target != nullptr) {
    const bool on = target->text() == "1";
    write(road,
          files,
          on ? "1" : "0",
          on ? "the driver gives out everything by itself again" : kEnds);
  }
}

}  // namespace vfmgr::intel_i915
