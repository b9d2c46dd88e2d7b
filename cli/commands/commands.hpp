// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "context.hpp"

#include <CLI/CLI.hpp>
#include <functional>

namespace vgpuctl {

/// What a command does once the command line has been read. An error is printed by the caller.
using Action = std::function<vfmgr::Result<vfmgr::ExitCode>(Context&)>;

// Each adds one command with its options; parsing it sets `chosen`.
void add_list(CLI::App& app, Action& chosen);
void add_show(CLI::App& app, Action& chosen);
void add_registers(CLI::App& app, Action& chosen);
void add_plan(CLI::App& app, Action& chosen);
void add_apply(CLI::App& app, Action& chosen);
void add_check(CLI::App& app, Action& chosen);
void add_export(CLI::App& app, Action& chosen);
void add_validate(CLI::App& app, Action& chosen);
void add_teardown(CLI::App& app, Action& chosen);
void add_recover(CLI::App& app, Action& chosen);
void add_history(CLI::App& app, Action& chosen);
void add_undo(CLI::App& app, Action& chosen);
void add_confirm(CLI::App& app, Action& chosen);
void add_init(CLI::App& app, Action& chosen);
void add_schema(CLI::App& app, Action& chosen);
void add_sim(CLI::App& app, Action& chosen);
void add_help(CLI::App& app, Action& chosen);
void add_completion(CLI::App& app, Action& chosen);

}  // namespace vgpuctl
