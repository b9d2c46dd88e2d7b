// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/target.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/pci_record.hpp"
#include "core/settings.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>

namespace vfmgr::intel {

namespace {

/// What the driver will choose. For scheduling a 0 is written: it takes an earlier number back.
Value drivers_choice(const Column& column, const Given* asked) {
  Value value;
  value.match = Match::any;
  value.origin = Origin::own;
  if (asked != nullptr) {
    value.source = to_string(asked->where);
    if (column.kind == Kind::schedule) {
      value.is = std::string("0");
      value.origin = Origin::set;
    }
  }
  return value;
}

/// `shares`: among how many tiles a size is divided.
Value wish(const Column& column, const Given& asked, std::uint64_t shares) {
  const auto* const number = std::get_if<std::uint64_t>(&asked.value);
  if (number == nullptr) {
    return drivers_choice(column, &asked);
  }
  const bool infinite = *number == std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t share = (*number + shares - 1) / shares;
  Value value = text_value(infinite ? "0" : std::to_string(share / column.attr->unit));
  value.source = to_string(asked.where);
  if (column.slack > 0) {
    value.match = Match::at_least;
    value.slack = column.slack;
  }
  return value;
}

/// What one VF was and will be.
struct Life {
  bool existed = false;
  bool made_anew = false;
};

/// A VF that will not exist: the driver took its values when it went, and a quota it kept would be
/// lost to all.
Value of_no_vf(const Column& column, const Value& now, Life life, bool quotas_are_asked_for) {
  const bool cleared =
      (life.existed && life.made_anew) || (quotas_are_asked_for && column.kind == Kind::quota);
  return cleared && !now.absent() ? text_value("0") : now;
}

Value of_vf(
    const Column& column, const Value& now, const Given* asked, Life life, std::uint64_t shares) {
  if (now.absent() && now.match == Match::exact) {
    return now;  // this GPU, or this part of it, has no such thing
  }
  if (asked != nullptr) {
    return wish(column, *asked, shares);
  }
  if (!life.made_anew) {
    return now;
  }
  // A quota that somebody gave a VF before it existed is a wish; that of a VF which goes is not.
  const bool preset = !life.existed && now.text() != "0";
  return preset ? now : drivers_choice(column, nullptr);
}

}  // namespace

void complete_vfs(
    const Files& files, const Gpu& pf, const State& now, const Desired& desired, State& target) {
  const std::uint32_t before = recorded_count(now, pf.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, pf);
  for (const Column& column : files.vf) {
    if (!now.contains(place_of(files, column, 0))) {
      continue;
    }
    const std::uint64_t shares = parts(now, files, column.key, true);
    // All or none: fits() sees to it.
    const bool asked_for = count > 0 && given_for(desired.of(VfIndex{0}), column.key) != nullptr;
    for (std::uint32_t index = 0; index < files.total_vfs; ++index) {
      const Place place = place_of(files, column, index);
      const auto recorded = now.find(place);
      if (recorded == now.end()) {
        continue;
      }
      const Life life{.existed = index < before, .made_anew = count != before};
      target[place] = index < count ? of_vf(column,
                                            recorded->second,
                                            given_for(desired.of(vf_at(index)), column.key),
                                            life,
                                            shares)
                                    : of_no_vf(column, recorded->second, life, asked_for);
    }
  }
}

void complete_pf(const Files& files, const State& now, const Desired& desired, State& target) {
  for (const Column& column : files.pf) {
    const Place place = place_of(files, column, std::nullopt);
    if (!now.contains(place)) {
      continue;
    }
    const auto noted = desired.noted.find(place);
    if (const Given* const asked = given_for(desired.pf, column.key)) {
      target[place] = wish(column, *asked, parts(now, files, column.key, false));
    } else if (desired.teardown && noted != desired.noted.end()) {
      target[place] = noted->second;
    }
  }
}

}  // namespace vfmgr::intel
