// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vgpuctl {

/// A word of a POSIX shell as it was typed, read.
struct ShellWord {
  std::string text;          ///< what it stands for; nothing is expanded
  char quote = 0;            ///< ' or " where that was opened and not closed
  std::string before_quote;  ///< the part of `text` that stands before that
};
ShellWord read_shell_word(std::string_view typed);

/// A text as it is typed so that the shell gets just that, behind an opened `quote` (' or ", which
/// stays open) or without one (0).
std::string shell_word(std::string_view text, char quote);

}  // namespace vgpuctl
