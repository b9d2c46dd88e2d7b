// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/history.hpp"
#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/step_event.hpp"
#include "vfmgr/units.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// Which functions a call is about.
struct Scope {
  bool all_classes = false;       ///< else only display controllers and accelerators exist
  std::vector<std::string> gpus;  ///< addresses, or models when unique; empty: all
};

/// How closely a look at what is there looks.
enum class Detail {
  plain,  ///< what can be read at once, by anybody; who uses a VF is unknown
  users,  ///< also who uses each VF, as far as that can be seen from here: every process is looked
          ///< into
  whole,  ///< all that, and what is dear to read: it takes GPUs' locks, and privileges; what is not
          ///< permitted is unknown
};

/// How a run that changes something goes about it.
struct RunOptions {
  Scope scope;
  Milliseconds lock_timeout{0};  ///< how long to wait for other runs' locks
  bool keep_going = false;       ///< leave refused units out and do the rest
  bool allow_missing = false;    ///< fewer GPUs than expected: do the rest
  /// Functions that may be taken away though somebody uses them: a VF's address, "GPU/N", or a GPU
  /// for it and all its VFs. Of a VM that has one through vfio the kernel asks its guest to give
  /// the device up, which can't be recalled, and waits until it has.
  std::vector<std::string> allow_in_use;
  Milliseconds wait{0};  ///< how long to wait for users to go before a run is refused
  bool adopt = false;  ///< change and remove what others made, too; it is this tool's from then on
  bool allow_driver_reload = false;    ///< Danger::driver_reload
  bool allow_reset = false;            ///< Danger::reset
  bool allow_register_writes = false;  ///< Danger::register_writes
  bool explain = false;         ///< plan: say of each value where in the profile it comes from
  bool refuse_claimed = false;  ///< a VM that is off, and whose definition names a VF, refuses, too
  /// How often the run has been asked to stop; none: it never is. Once: what is under way is taken
  /// back, and the report says so. Twice: it stops at the next safe point, and `recover` is next.
  /// Asked from any thread of the run, often.
  std::function<unsigned()> asked_to_stop;
  OnStep on_step;  ///< hears of every step of the run; none: nobody does
  /// Whether, and for how long, what the run changes waits to be confirmed; 0: it is kept. Whoever
  /// sets it has started a process that is in Manager::revert_unconfirmed() for this one.
  Milliseconds confirm_within{0};
  std::string by, what;  ///< what the history says of the run: who, and what he asked for
};

/// What a profile that is proposed shall ask of each GPU; what is not said is chosen.
struct InitWish {
  std::optional<std::uint32_t> vfs;
  std::optional<Bytes> vram;  ///< of each VF
  std::string type;           ///< vgpu_type of each VF; empty: the largest of which enough fit
};

/// The library's front: everything that the command line does. Thread-compatible; blocks.
/// Nothing is printed or logged; every failure is a value.
class Manager {
 public:
  /// This machine. Errors: unreadable (no sysfs).
  static Result<Manager> for_this_host();
  /// A tree that looks like a machine: `root` stands for "/", state is kept under `state`. For
  /// tests and benchmarks.
  static Result<Manager> for_tree(const std::filesystem::path& root,
                                  const std::filesystem::path& state);
  /// The simulated host in a host file; its state folder is FILE.state beside it.
  /// Errors: syntax (a damaged file, with its line), unreadable, not_permitted.
  static Result<Manager> for_host_file(const std::filesystem::path& file);

  Manager(Manager&&) noexcept;
  Manager& operator=(Manager&&) noexcept;
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager();

  /// Whether this is a simulated host.
  [[nodiscard]] bool simulated() const;

  /// What is there. Errors: no_match (a GPU named that is not there), not_a_pf (a VF named as a
  /// GPU).
  [[nodiscard]] Result<Inventory> inventory(const Scope& scope,
                                            Detail detail = Detail::plain) const;

  /// What stands in a GPU's configuration space, decoded: its address, or its model when unique.
  /// Reads only, and wakes a GPU that sleeps; who lacks CAP_SYS_ADMIN is given the first 64 bytes,
  /// and a finding says so. Errors: no_match, not_a_pf (a VF), unreadable, not_permitted.
  [[nodiscard]] Result<Registers> registers(const std::string& gpu, bool all_classes = false) const;

  /// What apply would do. Takes no lock and writes nothing. Blocked units are part of the plan.
  /// Errors: all faults of profile against host at once (no_match, not_a_pf, unsupported,
  /// does_not_fit, invalid).
  [[nodiscard]] Result<Plan> plan(const Profile& profile, const RunOptions& options) const;
  /// What teardown would do.
  [[nodiscard]] Result<Plan> plan_teardown(const RunOptions& options) const;

  /// Brings the host to the profile. Errors: those before any unit was reached (faults, locked, an
  /// earlier run that was cut off: not_restored). What happens to units stands in the report, a
  /// refusal because of users too (Outcome::refused, in_use).
  Result<Report> apply(const Profile& profile, const RunOptions& options);
  /// Applies exactly a saved plan. Errors: as above, and stale.
  Result<Report> apply(const Plan& saved, const RunOptions& options);
  /// Removes VFs in the right order and gives back what apply had changed beside them.
  Result<Report> teardown(const RunOptions& options);
  /// Takes back what a cut-off run left. Nothing left: a report without units.
  Result<Report> recover(const RunOptions& options);

  /// The runs of this boot that changed something, the last ones, oldest first. Errors:
  /// not_permitted; syntax (damaged).
  [[nodiscard]] Result<std::vector<PastRun>> history() const;
  /// What undo would do; without units: there is nothing to undo.
  [[nodiscard]] Result<Plan> plan_undo(const RunOptions& options) const;
  /// Takes the last run back that is not undone yet: GPU by GPU to the state that was recorded
  /// before it. A report without units: there is none. Errors: as for apply; stale, with the first
  /// difference, where a GPU is not as that run left it: then nothing is touched.
  Result<Report> undo(const RunOptions& options);

  /// Keeps what waits to be confirmed. Those runs, oldest first; none: nothing waited. Errors:
  /// stale: the last that did was taken back already; locked; not_permitted.
  Result<std::vector<PastRun>> confirm(const RunOptions& options);
  /// Waits for the run with RunOptions::confirm_within that this process makes, and for its being
  /// confirmed or undone. Takes it back, as undo does, where neither happens in its time. `after`:
  /// the last run that was remembered when the process began. `ended`: a descriptor that is
  /// readable once the process has ended (pidfd_open(2)). A report without units: there was nothing
  /// to take back. What stood in the way is remembered, too.
  Result<Report> revert_unconfirmed(std::int64_t process,
                                    std::uint64_t after,
                                    int ended,
                                    const RunOptions& options);

  /// Compares host and profile; reads only.
  [[nodiscard]] Result<CheckReport> check(const Profile& profile, const RunOptions& options) const;
  /// The present state as a profile in TOML. Applying it changes nothing.
  [[nodiscard]] Result<std::string> export_toml(const Scope& scope) const;
  /// The same profile in JSON, without the comments that TOML has.
  [[nodiscard]] Result<std::string> export_json(const Scope& scope) const;
  /// A commented profile in TOML for the GPUs of this host, or those named: matched by the most
  /// durable identity, and planned before it is returned. Errors: as plan; unsupported (a GPU named
  /// makes no VFs, or lacks what is wished); no_match (no GPU does).
  [[nodiscard]] Result<std::string> propose_toml(const Scope& scope, const InitWish& wish) const;

 private:
  struct Inside;
  explicit Manager(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

/// A plan as JSON (the document of `vgpuctl plan --json`, whole), and back.
std::string plan_to_json(const Plan& plan);
/// Errors: syntax, invalid (with what is wrong and where).
Result<Plan> plan_from_json(std::string_view text);

}  // namespace vfmgr
#pragma GCC visibility pop
