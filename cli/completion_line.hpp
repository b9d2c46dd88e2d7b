// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace vgpuctl {

/// Options and arguments with the values that a line gives them.
using Given = std::map<const CLI::Option*, std::vector<std::string>>;

/// What the last word of a line, which is still being typed, may become.
struct LineEnd {
  const CLI::App* command = nullptr;       ///< the innermost one that was named
  Given given;                             ///< by the words before
  std::vector<const CLI::Option*> takers;  ///< it may be a value of any of these
  std::string lead;                        ///< "--color=": what precedes that value in the word
  bool commands = false;                   ///< it may name one of `command`'s commands
  bool options = false;                    ///< it may name an option
};

/// Reads a line, without the program's name, by the same rules as the program would: wrong words in
/// it are passed over. Not empty: what nothing was typed of yet is an empty last word.
LineEnd end_of_line(const CLI::App& app, std::span<const std::string> words);

/// Whether words follow an option.
bool takes_value(const CLI::Option& option);

}  // namespace vgpuctl
