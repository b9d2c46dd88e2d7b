// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace vgpuctl {

/// "vgpuctl sim create".
std::string full_name(const CLI::App& command);

/// What --help prints: usage, what it is, arguments, options, commands; the options of all commands
/// stand on the first page only.
class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app,
                        std::string name,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace vgpuctl
