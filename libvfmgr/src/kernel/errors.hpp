// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include <string>
#include <string_view>

namespace vfmgr {

/// An errno that the kernel gave at this place, as an Error: subject the place, value the bytes
/// that were written (empty: none were), why the errno's words and name. Every door says it alike.
Error kernel_error(const Place& place, int os_error, std::string_view value = {});

/// "device or resource busy (EBUSY)".
std::string words_of_errno(int os_error);

/// The error for a place that no attribute table names (or that is named for reading only).
Error not_named(const Place& place, std::string_view value = {});

}  // namespace vfmgr
