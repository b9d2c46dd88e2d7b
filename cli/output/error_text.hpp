// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// An error and all that was found with it, each with its place, the line itself with a caret, and
/// what to do now.
std::string error_text(const vfmgr::Error& error, const Style& style);

/// "subject: why 'value'" of one error, without what was found with it.
std::string sentence_of(const vfmgr::Error& error);

}  // namespace vgpuctl
