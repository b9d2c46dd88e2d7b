// SPDX-License-Identifier: Apache-2.0
#include "engine/history.hpp"

#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "core/try.hpp"
#include "engine/files.hpp"
#include "kernel/kernel.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <expected>
#include <filesystem>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::size_t kKept = 20;

// In the order of Mark: what a run's file is called with it.
constexpr std::array<std::string_view, 3> kMarks{".undone", ".kept", ".not_taken_back"};

std::filesystem::path file_of(const StateDir& state, std::uint64_t id) {
  return history_folder(state) / std::to_string(id);
}

std::filesystem::path file_of(const StateDir& state, std::uint64_t id, Mark mark) {
  return history_folder(state) /
         (std::to_string(id) + std::string(kMarks.at(static_cast<std::size_t>(mark))));
}

/// Now and so much later.
std::string in_utc(Milliseconds later) {
  const auto then = std::chrono::system_clock::now() + later;
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(then));
}

/// A number that no other run has: its file is made, empty, until what belongs there takes its
/// place. Units of other runs may end at the same moment.
Result<std::uint64_t> reserve(const StateDir& state, std::uint64_t from) {
  for (std::uint64_t id = from;; ++id) {
    const int descriptor = ::open(
        file_of(state, id).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor >= 0) {
      ::close(descriptor);
      return id;
    }
    if (errno != EEXIST) {
      return fail(system_error(errno, file_of(state, id), "make it"));
    }
  }
}

void forget_all_but_the_last(const StateDir& state, const std::vector<std::uint64_t>& ids) {
  std::error_code ignored;
  for (std::size_t at = 0; at + kKept < ids.size(); ++at) {
    std::filesystem::remove(file_of(state, ids[at]), ignored);
    for (const Mark mark : {Mark::undone, Mark::kept, Mark::not_taken_back}) {
      std::filesystem::remove(file_of(state, ids[at], mark), ignored);
    }
  }
}

}  // namespace

std::filesystem::path history_folder(const StateDir& state) {
  return state.run / "history";
}

std::uint64_t boottime_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);  // NOLINT(misc-include-cleaner): <ctime> has it
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

Remembered what_changed(const Kernel& kernel,
                        const Plan& plan,
                        std::span<const UnitReport> reports,
                        std::span<const std::optional<State>> reached,
                        const RunOptions& options,
                        std::optional<std::uint64_t> undoes) {
  Remembered run{.run = {.when = in_utc({}),
                         .by = options.by,
                         .what = undoes ? fmt::format("undo {}", *undoes) : options.what,
                         .plan = plan.fingerprint,
                         .undoes = undoes,
                         .confirm_by = {},
                         .why_not = {},
                         .gpus = {}},
                 .boot_id = kernel.boot_id(),
                 .units = {}};
  if (options.confirm_within.count() > 0) {
    run.run.confirm_by = in_utc(options.confirm_within);
    run.process = static_cast<std::uint64_t>(::getpid());
    run.due_ms = boottime_ms() + static_cast<std::uint64_t>(options.confirm_within.count());
  }
  for (std::size_t at = 0; at < reports.size(); ++at) {
    if (reports[at].result == Outcome::applied && reached[at]) {
      run.units.push_back(reports[at].plan);
      run.units.back().target = *reached[at];
    }
  }
  return run;
}

Result<std::uint64_t> remember(const StateDir& state, Remembered run) {
  TRY_VOID(make_folder(history_folder(state), Readers::root));
  TRY(std::vector<std::uint64_t> ids, kept_runs(state));
  TRY(run.run.id, reserve(state, ids.empty() ? 1 : ids.back() + 1));
  ids.push_back(run.run.id);
  TRY_VOID(replace_file(file_of(state, run.run.id), encode_past_run(run), Readers::root));
  forget_all_but_the_last(state, ids);
  return run.run.id;
}

Result<std::vector<std::uint64_t>> kept_runs(const StateDir& state) {
  std::vector<std::uint64_t> ids;
  std::error_code error;
  auto entries = std::filesystem::directory_iterator(history_folder(state), error);
  if (error && error.value() != ENOENT) {
    return fail(system_error(error.value(), history_folder(state), "look into it"));
  }
  for (const auto& entry : entries) {
    if (const auto id = decimal(entry.path().filename().string())) {
      ids.push_back(*id);
    }
  }
  std::ranges::sort(ids);
  return ids;
}

Result<std::optional<Remembered>> past_run(const StateDir& state, std::uint64_t id) {
  const std::filesystem::path file = file_of(state, id);
  const auto text = read_file(file);
  if (!text && text.error().os_error != ENOENT) {
    return std::unexpected(text.error());
  }
  if (!text || text->empty()) {
    return std::optional<Remembered>();  // forgotten, or its run has not written it yet
  }
  TRY(Remembered run, decode_past_run(*text, file.string()));
  run.run.undone = std::filesystem::exists(file_of(state, id, Mark::undone));
  if (run.run.confirm_by.empty()) {
    return std::optional(std::move(run));
  }
  const auto why_not = read_file(file_of(state, id, Mark::not_taken_back));
  run.run.why_not = why_not.value_or("");
  run.run.confirmation = run.run.undone ? Confirmation::taken_back
                         : std::filesystem::exists(file_of(state, id, Mark::kept))
                             ? Confirmation::kept
                         : why_not ? Confirmation::not_taken_back
                                   : Confirmation::awaited;
  return std::optional(std::move(run));
}

Result<std::vector<Remembered>> past_runs(const Kernel& kernel) {
  std::vector<Remembered> runs;
  TRY(const std::vector<std::uint64_t> ids, kept_runs(kernel.state()));
  for (const std::uint64_t id : ids) {
    TRY(std::optional<Remembered> run, past_run(kernel.state(), id));
    if (run && run->boot_id == kernel.boot_id()) {
      runs.push_back(*std::move(run));
    }
  }
  return runs;
}

Result<std::optional<Remembered>> last_to_undo(const Kernel& kernel) {
  TRY(std::vector<Remembered> runs, past_runs(kernel));
  for (Remembered& run : runs | std::views::reverse) {
    if (!run.run.undone && !run.run.undoes) {
      return std::optional(std::move(run));
    }
  }
  return std::optional<Remembered>();
}

Result<void> mark(const StateDir& state, std::uint64_t id, Mark mark, std::string_view why) {
  return replace_file(file_of(state, id, mark), why, Readers::root);
}

}  // namespace vfmgr
