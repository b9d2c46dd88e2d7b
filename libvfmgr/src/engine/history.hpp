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
#include <filesystem>
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
  std::uint64_t process = 0;    ///< that made it, where it was to be confirmed
  std::uint64_t due_ms = 0;     ///< boottime_ms() when it is to be taken back
};

/// What was decided of a run later on.
enum class Mark { undone, kept, not_taken_back };

/// Where the runs are.
std::filesystem::path history_folder(const StateDir& state);
/// CLOCK_BOOTTIME, which nobody sets and which goes on while the machine sleeps.
std::uint64_t boottime_ms();

/// What a run changed: without units, it changed nothing. `undoes`: the past run that it took back,
/// and so is itself none to undo.
Remembered what_changed(const Kernel& kernel,
                        const Plan& plan,
                        std::span<const UnitReport> reports,
                        std::span<const std::optional<State>> reached,
                        const RunOptions& options,
                        std::optional<std::uint64_t> undoes);
/// Writes it down; the number that it has from now on. Errors: io, not_permitted.
Result<std::uint64_t> remember(const StateDir& state, Remembered run);

/// The numbers of the runs that are kept, in order. Errors: not_permitted, io.
Result<std::vector<std::uint64_t>> kept_runs(const StateDir& state);
/// One run, of whatever boot; none: it is forgotten, or is about to be written. Errors: as
/// past_runs.
Result<std::optional<Remembered>> past_run(const StateDir& state, std::uint64_t id);
/// The runs of this boot, oldest first. Errors: not_permitted; syntax (a damaged file).
Result<std::vector<Remembered>> past_runs(const Kernel& kernel);
/// The last one that is not undone; none: there is nothing to undo. Errors: as past_runs.
Result<std::optional<Remembered>> last_to_undo(const Kernel& kernel);
/// Errors: io.
Result<void> mark(const StateDir& state, std::uint64_t id, Mark mark, std::string_view why = "");

/// One run's file, and back; untrusted text never throws. Errors: syntax, invalid.
std::string encode_past_run(const Remembered& run);
Result<Remembered> decode_past_run(std::string_view text, const std::string& file);

}  // namespace vfmgr
