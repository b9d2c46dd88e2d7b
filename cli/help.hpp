// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

/// The group of options that say how a run goes about it, not what it does.
inline constexpr const char* kRunning = "Running";

/// A topic of `help` that is no command.
inline constexpr std::string_view kAttributesTopic = "attributes";

/// "vgpuctl sim create".
std::string full_name(const CLI::App& command);

/// The commands that people are told of, in the order they were added.
std::vector<const CLI::App*> shown_commands(const CLI::App& app);

/// What --help prints: usage, what it does and what it never does, arguments and options by group,
/// examples, exit codes. The first page has the commands by group instead.
class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app,
                        std::string name,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace vgpuctl
