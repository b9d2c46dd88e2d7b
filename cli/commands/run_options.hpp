// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/units.hpp"

#include "context.hpp"
#include "output/report_text.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

/// Longer than any run, and far below what overflows a clock.
inline constexpr vfmgr::Milliseconds kAsLongAsItTakes = std::chrono::years(10);

/// Options of the commands that change something; each command adds those that it has.
struct RunArguments {
  std::vector<std::string> only;
  std::vector<std::string> allow_in_use;
  std::string lock_timeout;
  std::string wait;
  std::string confirm_within;
  bool keep_going = false;
  bool allow_missing = false;
  bool dry_run = false;
  bool adopt = false;
  bool refuse_claimed = false;
  bool allow_driver_reload = false;
  bool allow_reset = false;
  bool allow_register_writes = false;

  void add_only(CLI::App& command);
  void add_lock_timeout(CLI::App& command);
  void add_keep_going(CLI::App& command);
  void add_adopt(CLI::App& command);
  void add_allow_missing(CLI::App& command);
  void add_dry_run(CLI::App& command);
  void add_confirm_within(CLI::App& command);
  void add_wait(CLI::App& command);
  /// --allow-in-use and --refuse-claimed.
  void add_users(CLI::App& command);
  /// --allow-driver-reload, --allow-reset, --allow-register-writes: a switch for each danger that
  /// has a name.
  void add_dangers(CLI::App& command);

  /// Gives a FILE back that an option of several words has swallowed.
  void give_back(std::string& file);

  /// Errors: syntax, invalid (a duration that is none).
  [[nodiscard]] vfmgr::Result<vfmgr::RunOptions> options(const Context& context) const;
};

/// Whether what a run brought about is what the installed profile brings about at the next boot.
enum class Kept { no, yes };

/// Prints how a run ended, and tells the system's journal. `spare`: the command that does the GPUs
/// named after it alone.
vfmgr::ExitCode print_report(Context& context,
                             const vfmgr::RunOptions& options,
                             const vfmgr::Report& report,
                             Run run,
                             std::string_view spare,
                             Kept kept = Kept::no);

/// Prints a plan that is not applied.
vfmgr::ExitCode print_plan(Context& context, const vfmgr::Plan& plan);

}  // namespace vgpuctl
