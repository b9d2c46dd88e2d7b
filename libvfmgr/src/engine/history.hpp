// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "kernel/kernel.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

// Runs that changed something: a file each in the state folder that a reboot clears, the last
// twenty. Their user's alone: they hold whole records.

/// A past run with what it takes to undo it.
struct Remembered {
  PastRun run;
  std::string boot_id;
  std::vector<UnitPlan> units;  ///< those that arrived; `target` is what was seen in the end
};

/// Writes down what a run changed; nothing where it changed nothing. `undoes`: the past run that it
/// took back, and so is itself none to undo. Errors: io, not_permitted.
Result<void> remember(const Kernel& kernel,
                      const Plan& plan,
                      std::span<const UnitReport> reports,
                      std::span<const std::optional<State>> reached,
                      const RunOptions& options,
                      std::optional<std::uint64_t> undoes);

/// The runs of this boot, oldest first. Errors: not_permitted; syntax (a damaged file).
Result<std::vector<Remembered>> past_runs(const Kernel& kernel);
/// The last one that is not undone; none: there is nothing to undo. Errors: as past_runs.
Result<std::optional<Remembered>> last_to_undo(const Kernel& kernel);
/// Errors: io.
Result<void> mark_undone(const StateDir& state, std::uint64_t id);

/// One run's file, and back; untrusted text never throws. Errors: syntax, invalid.
std::string encode_past_run(const Remembered& run);
Result<Remembered> decode_past_run(std::string_view text, const std::string& file);

}  // namespace vfmgr
