// SPDX-License-Identifier: Apache-2.0
#include "engine/compare.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attributes.hpp"
#include "core/try.hpp"
#include "engine/adopt.hpp"
#include "engine/differences.hpp"
#include "engine/lent.hpp"
#include "engine/planner.hpp"
#include "engine/snapshot.hpp"
#include "engine/tables.hpp"
#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// Whether this GPU's VFs would all be made anew: then the count says it, and their values say
/// nothing.
bool count_differs(const Wanted& wanted, const PciAddress& gpu) {
  return recorded_count(wanted.now, gpu) != recorded_count(wanted.target, gpu);
}

/// What no key of a profile names (autoprobe) is worth a word only where nothing else tells.
bool is_named(const Difference& difference) {
  return difference.at.as == As::count || find_attribute(difference.attribute) != nullptr ||
         difference.at.as == As::link;
}

void drop_what_follows(CheckReport& report) {
  std::set<PciAddress> told;
  for (const Difference& difference : report.differences) {
    if (is_named(difference)) {
      told.insert(difference.gpu);
    }
  }
  std::erase_if(report.differences, [&told](const Difference& difference) {
    return !is_named(difference) && told.contains(difference.gpu);
  });
}

void compare_unit(const Kernel& kernel, TableSpan tables, Wanted& wanted, CheckReport& report) {
  std::ranges::move(left_over(wanted, wanted.now, wanted.target),
                    std::back_inserter(report.left_over));
  const State asked = wanted.target;
  for (const Function& vf : keep_lent(kernel, wanted.unit, wanted.now, wanted.target)) {
    const Place driver = pci::of(pci::kVfDriver, vf.pf, *vf.vf);
    report.lent.push_back({.gpu = vf.pf,
                           .vf = vf.vf,
                           .attribute = std::string(pci::kVfDriver.name),
                           .expected = value_at(asked, driver).text(),
                           .actual = value_at(wanted.now, driver).text(),
                           .at = driver,
                           .cause = "a VM has it, or may have it"});
  }
  for (Difference& difference : differences(tables, wanted.unit, wanted.target, wanted.now)) {
    if (difference.vf && count_differs(wanted, difference.gpu)) {
      continue;
    }
    if (!wanted.now.contains(difference.at)) {
      continue;  // dear to read, and not looked at: the driver's link tells
    }
    const Value now = value_at(wanted.now, difference.at);
    const bool unreadable = now.unreadable();
    if (unreadable) {
      difference.cause =
          why_unreadable(tables, difference.at, std::get<Unreadable>(now.is).os_error);
    }
    (unreadable ? report.unreadable : report.differences).push_back(std::move(difference));
  }
}

}  // namespace

Result<CheckReport> compare(const Kernel& kernel,
                            std::span<const Backend* const> backends,
                            const Wish& wish,
                            const RunOptions& options) {
  const Snapshot look(kernel);
  TRY(Laid laid, lay_over(look, backends, wish, options, Depth::light));
  CheckReport report{.simulated = kernel.simulated(),
                     .differences = {},
                     .missing = std::move(laid.missing),
                     .lent = {},
                     .left_over = {},
                     .unreadable = {}};
  const AttrTables tables = attr_tables(backends);
  for (Wanted& wanted : laid.units) {
    compare_unit(look, tables, wanted, report);
  }
  drop_what_follows(report);
  return report;
}

}  // namespace vfmgr
