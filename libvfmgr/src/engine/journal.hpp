// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "engine/footprint.hpp"
#include "kernel/kernel.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr {

/// What a run writes down before it acts, so that whoever comes after it knows how far it got. One
/// file a run; a unit is known in it by its number. Records are core/record.hpp's; what tears is
/// the last one. Units that run side by side write to one: each record is one write(2) to its end.
/// Where an effect outlives a reboot, so does the journal: it lies with what lasts, and each record
/// is on the disk before the write that it announces.
class Journal {
 public:
  /// Begins a run: each unit with its record and its target. Errors: io, not_permitted.
  static Result<Journal> create(const StateDir& state,
                                const std::string& boot_id,
                                const std::vector<UnitPlan>& units);
  /// Goes on in a cut-off run's journal: what is taken back is written down as well. Errors: locked
  /// (its run is alive), io.
  static Result<Journal> reopen(const std::filesystem::path& file);

  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// Before a write: its places and what it may leave there. Errors: io; then the write must not
  /// happen.
  Result<void> begin(std::size_t unit, const Change& change);
  /// The write has returned and its effects were read back.
  Result<void> done(std::size_t unit);
  /// The unit reached its target and that was verified.
  Result<void> reached(std::size_t unit);
  /// The unit is over, one way or the other: nothing is left to take back.
  Result<void> end(std::size_t unit);
  /// The run is over. Units that did not end keep the journal for recover.
  void close();

 private:
  Journal(std::filesystem::path file, int descriptor, std::size_t open_units, bool lasts)
      : file_(std::move(file)), descriptor_(descriptor), open_units_(open_units), lasts_(lasts) {}
  Result<void> append(const std::string& bytes);

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::atomic<std::size_t> open_units_ = 0;
  bool lasts_ = false;  ///< over a reboot
};

/// A run as its journal tells it.
struct CutOff {
  struct OneUnit {
    UnitPlan plan;
    Footprint begun;
    bool write_open = false;  ///< the last write announced has no record of its end
    std::size_t writes_done = 0;
    bool reached = false;
    bool ended = false;
  };
  std::filesystem::path file;
  std::string boot_id;
  std::vector<OneUnit> units;
};

/// Whether what stands in a place outlives a reboot: a file of /etc, a mode that a GPU keeps.
bool outlives_reboot(const Place& place);

/// Leaves of a run that another boot cut off what the reboot did not take back; a unit that began
/// nothing of that kind has ended.
void keep_what_lasts(CutOff& run);

/// What a journal says, from its bytes; a torn last record says nothing. Errors: syntax (damaged,
/// with its line).
Result<CutOff> read_journal(const std::filesystem::path& file, const std::string& text);

/// Journals whose runs are dead and that hold a unit which did not end. Errors: syntax (damaged,
/// with its line).
Result<std::vector<CutOff>> cut_off_runs(const StateDir& state);

}  // namespace vfmgr
