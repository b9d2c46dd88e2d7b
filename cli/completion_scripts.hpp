// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace vgpuctl {

/// The script that makes a shell ask `vgpuctl complete-words` what may follow; empty: no such
/// shell. All that is known of commands, options and hosts is in that answer: "files" or "words"
/// on the first line, then a candidate a line, for zsh and fish with a tab and what it means.
std::string_view completion_script(std::string_view shell);

}  // namespace vgpuctl
