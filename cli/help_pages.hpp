// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace vgpuctl {

/// What --help says of a command beside what its options say of themselves.
struct HelpPage {
  std::string_view command;   ///< "sim create"
  std::string_view more;      ///< what it does, and what it never does
  std::string_view examples;  ///< command lines, one a line
  std::string_view codes;     ///< "3 why", one a line: the exit codes that scripts ask for
};

/// nullptr where none is written. Each row is a page, in the order of the commands.
const HelpPage* help_page(std::string_view command);

}  // namespace vgpuctl
