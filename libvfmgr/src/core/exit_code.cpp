// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace vfmgr {

namespace {

ExitCode code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::syntax:
    case ErrorKind::invalid:
      return ExitCode::bad_input;
    case ErrorKind::no_match:
    case ErrorKind::not_a_pf:
    case ErrorKind::unsupported:
    case ErrorKind::does_not_fit:
    case ErrorKind::missing:
      return ExitCode::wrong_here;
    case ErrorKind::in_use:
    case ErrorKind::foreign:
      return ExitCode::refused;
    case ErrorKind::locked:
      return ExitCode::locked;
    case ErrorKind::stale:
      return ExitCode::stale;
    case ErrorKind::drifted:
      return ExitCode::differs;
    case ErrorKind::not_permitted:
    case ErrorKind::unreadable:
      return ExitCode::not_permitted;
    case ErrorKind::in_flight:
    case ErrorKind::not_restored:
      return ExitCode::not_restored;
    case ErrorKind::io:
      break;
  }
  return ExitCode::failed;
}

/// A unit that is as it was before: the cause's code where it tells whom to turn to, else 1.
/// Without a cause that is what was asked for: recover.
ExitCode code_of_rolled_back(const UnitReport& unit) {
  if (!unit.error) {
    return ExitCode::ok;
  }
  const ExitCode cause = exit_code(*unit.error);
  switch (cause) {
    case ExitCode::refused:
    case ExitCode::locked:
    case ExitCode::stale:
    case ExitCode::not_permitted:
      return cause;
    default:
      return ExitCode::failed;
  }
}

PciAddress address_of(const UnitReport& unit) {
  return unit.plan.unit.gpus.empty() ? PciAddress{} : unit.plan.unit.gpus.front().address;
}

}  // namespace

ExitCode exit_code(const Error& error) {
  std::vector<ExitCode> codes{code_of(error.kind)};
  for (const Error& other : error.also) {
    codes.push_back(exit_code(other));
  }
  const auto any = [&codes](ExitCode code) {
    return std::ranges::find(codes, code) != codes.end();
  };
  if (any(ExitCode::not_restored)) {
    return ExitCode::not_restored;
  }
  if (codes.front() == ExitCode::wrong_here && any(ExitCode::bad_input)) {
    return ExitCode::bad_input;
  }
  return codes.front();
}

ExitCode exit_code(const UnitReport& unit) {
  switch (unit.result) {
    case Outcome::unchanged:
    case Outcome::applied:
      return ExitCode::ok;
    case Outcome::rolled_back:
      return code_of_rolled_back(unit);
    case Outcome::failed:
      if (!unit.not_restored.empty()) {
        return ExitCode::not_restored;
      }
      return unit.error ? exit_code(*unit.error) : ExitCode::failed;
    case Outcome::refused:
      if (unit.error) {
        return exit_code(*unit.error);
      }
      return unit.plan.blocked.empty() ? ExitCode::refused
                                       : exit_code(unit.plan.blocked.front().error);
    case Outcome::missing:
      return ExitCode::wrong_here;
    case Outcome::skipped:
      if (unit.error) {
        return exit_code(*unit.error);
      }
      return unit.plan.steps.empty() ? ExitCode::ok : ExitCode::failed;
    case Outcome::in_flight:
      break;
  }
  return ExitCode::not_restored;
}

ExitCode exit_code(const Report& report) {
  std::multimap<PciAddress, ExitCode> unhappy;
  bool changed = false;
  for (const UnitReport& unit : report.units) {
    const ExitCode code = exit_code(unit);
    changed = changed || unit.result == Outcome::applied;
    if (code == ExitCode::not_restored) {
      return code;
    }
    if (code != ExitCode::ok) {
      unhappy.emplace(address_of(unit), code);
    }
  }
  if (unhappy.empty()) {
    // Tables that found fewer GPUs than expected are in a report only where the run was told to
    // allow that.
    return ExitCode::ok;
  }
  return changed ? ExitCode::partial : unhappy.begin()->second;
}

ExitCode exit_code(const Plan& plan) {
  // Tables that found fewer GPUs than expected are in a plan only where that was allowed.
  for (const UnitPlan& unit : plan.units) {
    if (!unit.blocked.empty()) {
      return exit_code(unit.blocked.front().error);
    }
  }
  return ExitCode::ok;
}

ExitCode exit_code(const CheckReport& report) {
  // The first unhappy GPU decides; on one and the same, what is known to differ.
  std::map<PciAddress, ExitCode> unhappy;
  for (const Difference& difference : report.differences) {
    unhappy.emplace(difference.gpu, ExitCode::differs);
  }
  for (const Difference& unreadable : report.unreadable) {
    unhappy.emplace(unreadable.gpu, ExitCode::not_permitted);
  }
  if (!unhappy.empty()) {
    return unhappy.begin()->second;
  }
  return report.missing.empty() ? ExitCode::ok : ExitCode::differs;
}

}  // namespace vfmgr
