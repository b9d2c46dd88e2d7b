// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"

namespace vfmgr {

/// Reads JSON (RFC 8259) that a person or a program wrote as a configuration: each value with its
/// place, a key only once in an object. Hands out the outermost entries, a list of objects element
/// by element. Of a text that can't be read only the first fault is known, and what was handed out
/// can't be trusted. Errors: syntax, with its spot.
Result<void> read_json(const SourceText& source, const TakeEntry& take);

}  // namespace vfmgr
