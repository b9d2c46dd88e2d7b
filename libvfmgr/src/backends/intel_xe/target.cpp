// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/target.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel_xe/attrs.hpp"
#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::intel_xe {

namespace {

struct Column {
  Key key;
  const Attr* attr;
};
constexpr std::array kColumns{Column{.key = Key::vram, .attr = &kVram},
                              Column{.key = Key::exec_quantum, .attr = &kExecQuantum},
                              Column{.key = Key::preempt_timeout, .attr = &kPreemptTimeout}};

/// What the driver will choose. For scheduling a 0 is written: it takes an earlier number back.
Value drivers_choice(Key key, const Given* asked) {
  Value value;
  value.match = Match::any;
  value.origin = Origin::own;
  if (asked != nullptr) {
    value.source = to_string(asked->where);
    if (key != Key::vram) {
      value.is = std::string("0");
      value.origin = Origin::set;
    }
  }
  return value;
}

Value wish(const Column& column, const Given& asked) {
  const auto* const number = std::get_if<std::uint64_t>(&asked.value);
  if (number == nullptr) {
    return drivers_choice(column.key, &asked);
  }
  const bool infinite = *number == std::numeric_limits<std::uint64_t>::max();
  Value value = text_value(infinite ? "0" : std::to_string(*number / column.attr->unit));
  value.source = to_string(asked.where);
  if (column.key == Key::vram) {
    value.match = Match::at_least;
    value.slack = kVramGranule - 1;
  }
  return value;
}

/// A VF that will not exist: the driver took its values when it went, and a quota it kept would be
/// VRAM lost.
Value of_no_vf(const Value& now, bool existed, bool quotas_are_asked_for, Key key) {
  const bool cleared = existed || (quotas_are_asked_for && key == Key::vram);
  return cleared && !now.absent() ? text_value("0") : now;
}

Value completed(const Column& column,
                VfIndex vf,
                const Value& now,
                const Desired& desired,
                bool made_anew,
                bool existed) {
  if (const Given* const asked = given_for(desired.of(vf), column.key)) {
    return wish(column, *asked);
  }
  if (!made_anew) {
    return now;
  }
  // A quota that somebody gave a VF before it existed is a wish; that of a VF which goes is not.
  const bool preset = !existed && now.text() != "0";
  return preset ? now : drivers_choice(column.key, nullptr);
}

}  // namespace

std::uint32_t all_vfs(const Gpu& pf) {
  return pf.total_vfs.value_or(0);
}

void complete(const Gpu& pf, const State& now, const Desired& desired, State& target) {
  const std::uint32_t before = recorded_count(now, pf.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, pf);
  const bool asks_quotas = count > 0 && given_for(desired.of(VfIndex{0}), Key::vram) !=
                                            nullptr;  // all or none: fits() sees to it
  for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
    const VfIndex vf{static_cast<std::uint16_t>(index)};
    for (const Column& column : kColumns) {
      const Place place = place_of(*column.attr, {.gpu = pf.address, .vf = vf, .name = {}});
      const auto recorded = now.find(place);
      if (recorded == now.end()) {
        continue;
      }
      const bool existed = index < before;
      target[place] =
          index < count
              ? completed(column, vf, recorded->second, desired, count != before, existed)
              : of_no_vf(recorded->second, existed && count != before, asks_quotas, column.key);
    }
  }
}

std::vector<Error> fits(const Gpu& pf, const State& now, const Desired& desired) {
  std::vector<Error> faults;
  const std::uint32_t count = desired_count(desired, now, pf);
  std::optional<Spot> with;
  std::vector<std::string> without;
  for (std::uint32_t index = 0; index < count; ++index) {
    const VfIndex vf{static_cast<std::uint16_t>(index)};
    const Given* const vram = given_for(desired.of(vf), Key::vram);
    if (vram != nullptr && std::holds_alternative<std::uint64_t>(vram->value)) {
      with = with ? with : std::optional(vram->where);
    } else {
      without.push_back("vf" + std::to_string(index));
    }
    const Given* const quantum = given_for(desired.of(vf), Key::exec_quantum);
    const auto* const us =
        quantum == nullptr ? nullptr : std::get_if<std::uint64_t>(&quantum->value);
    const bool seen = us != nullptr && std::ranges::any_of(faults, [&](const Error& fault) {
                        return fault.spot == quantum->where;
                      });
    if (us != nullptr && !seen && *us != std::numeric_limits<std::uint64_t>::max() &&
        *us % kExecQuantum.unit != 0) {
      faults.push_back(
          {.kind = ErrorKind::unsupported,
           .subject = to_string(pf.address),
           .value = spell(Microseconds(*us)),
           .why = "this driver counts 'exec_quantum' in whole milliseconds",
           .help = "use \"" +
                   spell(Microseconds((*us / kExecQuantum.unit + 1) * kExecQuantum.unit)) + "\"",
           .spot = quantum->where});
    }
  }
  const bool kept = recorded_count(now, pf.address) == count;  // VFs that stay keep what they have
  if (with && !without.empty() && !kept) {
    // xe_gt_sriov_pf_config.c: automatic VRAM is skipped for all VFs as soon as one has a quota.
    faults.push_back({.kind = ErrorKind::unsupported,
                      .subject = to_string(pf.address),
                      .value = "vram",
                      .why = "'vram' is given to some VFs only, and " + without.front() +
                             (without.size() > 1 ? " and others" : "") +
                             " would get none from this driver",
                      .help = "give 'vram' to every VF of this GPU, or to none",
                      .spot = with});
  }
  return faults;
}

}  // namespace vfmgr::intel_xe
