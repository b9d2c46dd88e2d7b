// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// How a unit's run ended.
enum class Outcome {
  unchanged,
  applied,
  rolled_back,
  failed,
  refused,
  missing,
  skipped,
  in_flight
};

/// How a step ended.
enum class StepOutcome { not_begun, done, failed, in_flight };

struct StepReport {
  StepOutcome outcome = StepOutcome::not_begun;
  std::uint64_t duration_us = 0;
};

/// A place that is not as it should be, in the user's terms where it has such.
struct Difference {
  PciAddress gpu;
  std::optional<VfIndex> vf;
  std::string
      attribute;  ///< "vram", "driver", "vfs"; the place's text where no attribute stands for it
  Setting expected, actual;
  Place at;
  std::optional<std::string> cause;
};

struct UnitReport {
  UnitPlan plan;
  Outcome result = Outcome::unchanged;
  std::optional<Error> error;            ///< the first cause, when the unit did not reach its state
  std::vector<StepReport> steps;         ///< one for each of plan.steps
  std::vector<Difference> not_restored;  ///< what could not be taken back (result failed)
  std::vector<Difference>
      outside;  ///< moved meanwhile by others, or left behind for good reason; named, not touched
  std::vector<Error> troubles;  ///< faults on the way back
  std::uint64_t duration_us = 0;
};

/// The end of a run, read back from the kernel.
struct Report {
  bool simulated = false;
  bool changed = false;  ///< whether anything was written and stayed
  std::vector<UnitReport> units;
  std::vector<Error> missing;        ///< fewer GPUs than a table expects; PFs without their driver
  std::string plan;                  ///< the plan's fingerprint; empty: there was none
  std::optional<std::uint64_t> run;  ///< its number in the history; none: it is not remembered
  std::string confirm_by;  ///< in UTC: it goes back then unless confirmed; empty: it stays
};

/// What `check` found.
struct CheckReport {
  bool simulated = false;
  std::vector<Difference> differences;
  std::vector<Error> missing;
  std::vector<Difference> lent;  ///< VFs that a VM holds: any vfio driver will do meanwhile
  std::vector<LeftOver> left_over;
  std::vector<Difference> unreadable;  ///< named by the profile and could not be read
  [[nodiscard]] bool in_sync() const {
    return differences.empty() && missing.empty() && unreadable.empty();
  }
};

std::string_view to_string(Outcome outcome);
std::string_view to_string(StepOutcome outcome);

/// The exit codes of vgpuctl.
enum class ExitCode {
  ok = 0,
  failed = 1,
  differs = 2,
  refused = 3,
  bad_input = 4,
  wrong_here = 5,
  partial = 6,
  locked = 7,
  stale = 8,
  not_restored = 9,
  not_permitted = 10,
};

/// The one place that maps a library error to an exit code (its `also` included: 4 wins over 5).
ExitCode exit_code(const Error& error);
/// The code of one unit's end.
ExitCode exit_code(const UnitReport& unit);
/// 9 if any; else 6 if any GPU changed and any did not reach its state; else the first unhappy
/// GPU's.
ExitCode exit_code(const Report& report);
/// As apply would be refused before its first write; ok otherwise.
ExitCode exit_code(const Plan& plan);
ExitCode exit_code(const CheckReport& report);

}  // namespace vfmgr
#pragma GCC visibility pop
