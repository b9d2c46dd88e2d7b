// SPDX-License-Identifier: Apache-2.0
#include "engine/history.hpp"

#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/pci_record.hpp"
#include "core/json_state.hpp"
#include "core/numbers.hpp"
#include "core/record.hpp"
#include "core/try.hpp"
#include "engine/files.hpp"
#include "kernel/kernel.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
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

constexpr std::string_view kRunHead = "run 1";
constexpr std::size_t kHeadFields = 8;  // kRunHead, boot, id, when, by, what, plan, undoes
constexpr std::size_t kKept = 20;
constexpr std::string_view kUndone = ".undone";

std::filesystem::path history_folder(const StateDir& state) {
  return state.run / "history";
}

std::filesystem::path file_of(const StateDir& state, std::uint64_t id) {
  return history_folder(state) / std::to_string(id);
}

std::filesystem::path undone_file(const StateDir& state, std::uint64_t id) {
  return history_folder(state) / (std::to_string(id) + std::string(kUndone));
}

/// The numbers of the runs that are kept, in order. Errors: not_permitted, io.
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

std::string now_in_utc() {
  const auto now = std::chrono::system_clock::now();
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(now));
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
    std::filesystem::remove(undone_file(state, ids[at]), ignored);
  }
}

std::vector<PastRun::OneGpu> counts_of(const std::vector<UnitPlan>& units) {
  std::vector<PastRun::OneGpu> counts;
  for (const UnitPlan& unit : units) {
    for (const Gpu& gpu : unit.unit.gpus) {
      counts.push_back({.gpu = gpu.address,
                        .vfs_before = recorded_count(unit.before, gpu.address).value_or(0),
                        .vfs_after = recorded_count(unit.target, gpu.address).value_or(0)});
    }
  }
  return counts;
}

Error damaged(const std::string& file) {
  return {.kind = ErrorKind::syntax,
          .subject = file,
          .why = "this record of a past run is damaged",
          .help = "remove the file: that run can then not be undone"};
}

}  // namespace

std::string encode_past_run(const Remembered& run) {
  std::vector<std::string> fields{std::string(kRunHead),
                                  run.boot_id,
                                  std::to_string(run.run.id),
                                  run.run.when,
                                  run.run.by,
                                  run.run.what,
                                  run.run.plan,
                                  run.run.undoes ? std::to_string(*run.run.undoes) : ""};
  for (const UnitPlan& unit : run.units) {
    fields.push_back(unit_plan_to_json(unit));
  }
  return encode_record(fields);
}

Result<Remembered> decode_past_run(std::string_view text, const std::string& file) {
  TRY(const Records records, decode_records(text, file));
  if (records.torn || records.records.size() != 1 || records.records.front().size() < kHeadFields ||
      records.records.front()[0] != kRunHead) {
    return fail(damaged(file));
  }
  const std::vector<std::string>& fields = records.records.front();
  const auto id = decimal(fields[2]);
  if (!id) {
    return fail(damaged(file));
  }
  Remembered run{.run = {.id = *id,
                         .when = fields[3],
                         .by = fields[4],
                         .what = fields[5],
                         .plan = fields[6],
                         .undoes = decimal(fields[7]),
                         .gpus = {}},
                 .boot_id = fields[1],
                 .units = {}};
  for (const std::string& field : fields | std::views::drop(kHeadFields)) {
    TRY(UnitPlan unit, unit_plan_from_json(field));
    if (unit.unit.gpus.empty()) {
      return fail(damaged(file));
    }
    run.units.push_back(std::move(unit));
  }
  run.run.gpus = counts_of(run.units);
  return run;
}

Result<void> remember(const Kernel& kernel,
                      const Plan& plan,
                      std::span<const UnitReport> reports,
                      std::span<const std::optional<State>> reached,
                      const RunOptions& options,
                      std::optional<std::uint64_t> undoes) {
  Remembered run{.run = {.when = now_in_utc(),
                         .by = options.by,
                         .what = undoes ? fmt::format("undo {}", *undoes) : options.what,
                         .plan = plan.fingerprint,
                         .undoes = undoes,
                         .gpus = {}},
                 .boot_id = kernel.boot_id(),
                 .units = {}};
  for (std::size_t at = 0; at < reports.size(); ++at) {
    if (reports[at].result == Outcome::applied && reached[at]) {
      run.units.push_back(reports[at].plan);
      run.units.back().target = *reached[at];
    }
  }
  if (run.units.empty()) {
    return {};
  }
  const StateDir& state = kernel.state();
  TRY_VOID(make_folder(history_folder(state), Readers::root));
  TRY(std::vector<std::uint64_t> ids, kept_runs(state));
  TRY(run.run.id, reserve(state, ids.empty() ? 1 : ids.back() + 1));
  ids.push_back(run.run.id);
  TRY_VOID(replace_file(file_of(state, run.run.id), encode_past_run(run), Readers::root));
  forget_all_but_the_last(state, ids);
  return {};
}

Result<std::vector<Remembered>> past_runs(const Kernel& kernel) {
  std::vector<Remembered> runs;
  TRY(const std::vector<std::uint64_t> ids, kept_runs(kernel.state()));
  for (const std::uint64_t id : ids) {
    const std::filesystem::path file = file_of(kernel.state(), id);
    const auto text = read_file(file);
    if (!text && text.error().os_error != ENOENT) {
      return std::unexpected(text.error());
    }
    if (!text || text->empty()) {
      continue;  // forgotten meanwhile, or its run has not written it yet
    }
    TRY(Remembered run, decode_past_run(*text, file.string()));
    run.run.undone = std::filesystem::exists(undone_file(kernel.state(), id));
    if (run.boot_id == kernel.boot_id()) {
      runs.push_back(std::move(run));
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

Result<void> mark_undone(const StateDir& state, std::uint64_t id) {
  return replace_file(undone_file(state, id), "", Readers::root);
}

}  // namespace vfmgr
