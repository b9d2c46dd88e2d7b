// SPDX-License-Identifier: Apache-2.0
#include "engine/journal.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/json_state.hpp"
#include "core/numbers.hpp"
#include "core/record.hpp"
#include "core/try.hpp"
#include "engine/files.hpp"
#include "engine/footprint.hpp"
#include "kernel/kernel.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::string_view kJournalHead = "vgpuctl-journal 1";
constexpr std::string_view kSuffix = ".journal";
constexpr std::string_view kUnfinished = ".new";
constexpr std::string_view kAny = "any";

std::filesystem::path journal_folder(const StateDir& state, bool lasts) {
  return (lasts ? state.lib : state.run) / "journal";
}

bool lasts(const std::vector<UnitPlan>& units) {
  for (const UnitPlan& unit : units) {
    for (const Step& step : unit.steps) {
      const auto* const change = std::get_if<Change>(&step);
      if (change != nullptr && std::ranges::any_of(change->effects, [](const Effect& effect) {
            return outlives_reboot(effect.at);
          })) {
        return true;
      }
    }
  }
  return false;
}

Error damaged(const std::filesystem::path& file, std::string why) {
  return {.kind = ErrorKind::syntax,
          .subject = file.string(),
          .why = std::move(why),
          .help = "it says what a cut-off run had begun; look at the GPUs by hand, then remove it"};
}

/// One record of a journal laid onto what is known so far. False: it makes no sense there.
bool take(const std::vector<std::string>& record, CutOff& run) {
  if (record.size() < 2) {
    return false;
  }
  if (record[0] == "unit") {
    auto plan = unit_plan_from_json(record[1]);
    if (plan) {
      run.units.push_back({.plan = std::move(*plan), .begun = {}});
    }
    return plan.has_value();
  }
  const auto number = decimal(record[1]);
  if (!number || *number >= run.units.size()) {
    return false;
  }
  CutOff::OneUnit& unit = run.units[*number];
  if (record[0] == "begin") {
    unit.write_open = true;
  } else if (record[0] == "done") {
    unit.write_open = false;
    ++unit.writes_done;
  } else if (record[0] == "reached") {
    unit.reached = true;
  } else if (record[0] == "end") {
    unit.ended = true;
  } else if ((record[0] == "may" || record[0] == "wipes") && record.size() >= 3) {
    auto place = parse_place(record[2]);
    if (!place) {
      return false;
    }
    if (record[0] == "wipes") {
      unit.begun.below.insert(*place);
      return true;
    }
    May& may = unit.begun.may[*place];
    for (std::size_t at = 3; at < record.size(); ++at) {
      may.any = may.any || record[at] == kAny;
      may.values.insert(record[at]);
    }
  } else {
    return false;
  }
  return true;
}

/// Whether a driver may put there what it likes when it is loaded, as the boot did since.
bool is_chosen_at_load(const UnitPlan& plan, const Place& place) {
  return std::ranges::any_of(plan.steps, [&place](const Step& step) {
    const auto* const change = std::get_if<Change>(&step);
    return change != nullptr && std::ranges::any_of(change->effects, [&](const Effect& effect) {
             return effect.at == place && effect.expect.match == Match::any;
           });
  });
}

bool lasts_of(const CutOff& run) {
  std::vector<UnitPlan> units;
  units.reserve(run.units.size());
  for (const CutOff::OneUnit& unit : run.units) {
    units.push_back(unit.plan);
  }
  return lasts(units);
}

}  // namespace

bool outlives_reboot(const Place& place) {
  constexpr std::string_view kMigMode = "/mig";  // of an Ampere (backends/nvidia/README.md)
  return place.in == In::etc || (place.in == In::nvml && place.path.ends_with(kMigMode));
}

void keep_what_lasts(CutOff& run) {
  for (CutOff::OneUnit& unit : run.units) {
    std::erase_if(unit.plan.before,
                  [](const auto& entry) { return !outlives_reboot(entry.first); });
    std::erase_if(unit.plan.target,
                  [](const auto& entry) { return !outlives_reboot(entry.first); });
    std::erase_if(unit.begun.may, [](const auto& entry) { return !outlives_reboot(entry.first); });
    for (auto& [place, may] : unit.begun.may) {
      may.any = may.any || is_chosen_at_load(unit.plan, place);
    }
    unit.begun.below.clear();
    unit.ended = unit.ended || unit.begun.may.empty();
  }
}

Result<CutOff> read_journal(const std::filesystem::path& file, const std::string& text) {
  TRY(const Records records, decode_records(text, file.string()));
  CutOff run{.file = file};
  if (records.records.empty()) {
    return run;  // killed before the head was there: nothing was begun
  }
  const std::vector<std::string>& head = records.records.front();
  if (head.size() != 2 || head[0] != kJournalHead) {
    return fail(damaged(file, "it is not a journal of a version that is known here"));
  }
  run.boot_id = head[1];
  for (std::size_t at = 1; at < records.records.size(); ++at) {
    if (!take(records.records[at], run)) {
      return fail(damaged(file, "line " + std::to_string(at + 1) + " makes no sense there"));
    }
  }
  return run;
}

Journal::Journal(Journal&& other) noexcept
    : file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      open_units_(other.open_units_.load()),
      lasts_(other.lasts_) {}

Journal& Journal::operator=(Journal&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(descriptor_, other.descriptor_);
  open_units_ = other.open_units_.exchange(open_units_);
  std::swap(lasts_, other.lasts_);
  return *this;
}

Journal::~Journal() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Result<Journal> Journal::create(const StateDir& state,
                                const std::string& boot_id,
                                const std::vector<UnitPlan>& units) {
  const bool stays = lasts(units);
  const std::filesystem::path folder = journal_folder(state, stays);
  TRY_VOID(make_folder(folder, Readers::root));
  // Process ids come again: a dead run's journal under our name is not ours to write to.
  int turn = 0;
  const auto named = [&] {
    return folder /
           (std::to_string(::getpid()) + "-" + std::to_string(turn) + std::string(kSuffix));
  };
  while (std::filesystem::exists(named())) {
    ++turn;
  }
  // Whoever looks for dead runs sees a journal only once it is locked and has its head.
  std::filesystem::path file = named();
  file += kUnfinished;
  std::error_code none;
  std::filesystem::remove(file, none);
  TRY(const int descriptor, open_file(file, true));
  Journal journal(file, descriptor, units.size(), stays);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return fail(system_error(errno, file, "lock it"));
  }
  // One write(2): the head is there whole, or nothing was begun.
  std::string head = encode_record({std::string(kJournalHead), boot_id});
  for (const UnitPlan& unit : units) {
    head += encode_record({"unit", unit_plan_to_json(unit)});
  }
  auto written = journal.append(head);
  if (written && ::rename(file.c_str(), named().c_str()) != 0) {
    written = fail(system_error(errno, named(), "put it in place"));
  }
  if (!written) {
    std::filesystem::remove(file, none);
    return std::unexpected(written.error());
  }
  journal.file_ = named();
  if (stays) {
    TRY_VOID(sync_folder(folder));
  }
  return journal;
}

Result<Journal> Journal::reopen(const std::filesystem::path& file) {
  TRY(const int descriptor, open_file(file, false));
  Journal journal(file, descriptor, 0, false);
  // Who only looks whether its run is alive has it for a moment, too.
  constexpr Milliseconds kLooks{5000};
  if (!flock_within(descriptor, LOCK_EX, kLooks)) {
    return fail({.kind = ErrorKind::locked,
                 .os_error = errno,
                 .subject = file.string(),
                 .why = "its run is alive"});
  }
  TRY(const std::string text, read_file(file));
  TRY(const Records records, decode_records(text, file.string()));
  if (records.torn && ::ftruncate(descriptor, static_cast<off_t>(records.good_bytes)) != 0) {
    return fail(system_error(errno, file, "cut its torn end off"));
  }
  TRY(const CutOff run, read_journal(file, text));
  journal.lasts_ = lasts_of(run);
  journal.open_units_ = static_cast<std::size_t>(std::count_if(
      run.units.begin(), run.units.end(), [](const CutOff::OneUnit& unit) { return !unit.ended; }));
  return journal;
}

Result<void> Journal::append(const std::string& bytes) {
  TRY_VOID(append_bytes(descriptor_, bytes, file_));
  if (lasts_ && ::fdatasync(descriptor_) != 0) {
    return fail(system_error(errno, file_, "sync it"));
  }
  struct stat ours{};
  if (::fstat(descriptor_, &ours) == 0 && ours.st_nlink == 0) {
    return fail({.kind = ErrorKind::io,
                 .os_error = ENOENT,
                 .subject = file_.string(),
                 .why = "the run's journal was removed while it ran: nobody could recover it"});
  }
  return {};
}

Result<void> Journal::begin(std::size_t unit, const Change& change) {
  Footprint one;
  one.add(change);
  const std::string number = std::to_string(unit);
  std::string bytes;
  for (const auto& [place, may] : one.may) {
    std::vector<std::string> fields{"may", number, to_string(place)};
    if (may.any) {
      fields.emplace_back(kAny);
    }
    fields.insert(fields.end(), may.values.begin(), may.values.end());
    bytes += encode_record(fields);
  }
  for (const Place& wiped : one.below) {
    bytes += encode_record({"wipes", number, to_string(wiped)});
  }
  return append(bytes + encode_record({"begin", number, change.what}));
}

Result<void> Journal::done(std::size_t unit) {
  return append(encode_record({"done", std::to_string(unit)}));
}
Result<void> Journal::reached(std::size_t unit) {
  return append(encode_record({"reached", std::to_string(unit)}));
}

Result<void> Journal::end(std::size_t unit) {
  TRY_VOID(append(encode_record({"end", std::to_string(unit)})));
  --open_units_;
  return {};
}

void Journal::close() {
  if (open_units_ == 0 && descriptor_ >= 0) {
    std::error_code ignored;  // a journal in which every unit ended asks for nothing, there or not
    std::filesystem::remove(file_, ignored);
  }
  if (descriptor_ >= 0) {
    ::close(std::exchange(descriptor_, -1));
  }
}

namespace {

/// A journal whose run was killed before it was in place: nothing was begun.
bool is_left_unfinished(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  const auto process = decimal(name.substr(0, name.find('-')));
  return name.ends_with(std::string(kSuffix) + std::string(kUnfinished)) && process &&
         ::kill(static_cast<pid_t>(*process), 0) != 0 && errno == ESRCH;
}

}  // namespace

namespace {

/// Adds those in one folder.
Result<void> find_cut_off(const std::filesystem::path& folder, std::vector<CutOff>& runs) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (is_left_unfinished(entry.path())) {
      std::filesystem::remove(entry.path(), none);
    }
    if (!entry.path().string().ends_with(kSuffix)) {
      continue;
    }
    const auto descriptor = open_file(entry.path(), false);
    if (!descriptor) {
      continue;  // its run ended between the listing and now
    }
    const bool dead = ::flock(*descriptor, LOCK_SH | LOCK_NB) == 0;
    ::close(*descriptor);
    if (!dead) {
      continue;
    }
    auto text = read_file(entry.path());
    if (!text) {
      continue;
    }
    TRY(CutOff run, read_journal(entry.path(), *text));
    const bool open = std::ranges::any_of(run.units, [](const auto& unit) { return !unit.ended; });
    if (open) {
      runs.push_back(std::move(run));
    } else {
      std::filesystem::remove(entry.path(), none);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<CutOff>> cut_off_runs(const StateDir& state) {
  std::vector<CutOff> runs;
  for (const bool lasts : {false, true}) {
    TRY_VOID(find_cut_off(journal_folder(state, lasts), runs));
  }
  std::ranges::sort(runs, {}, &CutOff::file);
  return runs;
}

}  // namespace vfmgr
