// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/attr.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr {

/// An errno that the kernel gave at this place, as an Error: subject the place, value the bytes
/// that were written (empty: none were), why the errno's words and name. Every door says it alike.
Error kernel_error(const Place& place, int os_error, std::string_view value = {});

/// "device or resource busy (EBUSY)".
std::string words_of_errno(int os_error);

/// What the error of a write to this place means there, by the table that names the place: EBUSY of
/// one file is not EBUSY of another. Words that the door has from somebody else (modprobe, NVML)
/// stay, and only the help is added.
void add_meaning(std::span<const std::span<const Attr>> tables, const Place& place, Error& error);

/// Why this place can't be read, in the same way: "words (EUCLEAN)".
std::string why_unreadable(std::span<const std::span<const Attr>> tables,
                           const Place& place,
                           int os_error);

/// What a write(2) came to: `taken` is the number of bytes that the kernel took, or a negative
/// errno. Fewer than all is an error, too: io without an errno.
Result<void> outcome_of_write(const Place& place, std::string_view bytes, std::int64_t taken);

/// The attribute by which a write to this place is answered in the file itself (Attr::errno_in);
/// nullptr: it is not.
const Attr* answering(std::span<const std::span<const Attr>> tables, const Place& place);
/// What such an answer comes to: nothing, or the errno that it stands for, in the driver's own
/// words.
Result<void> outcome_of_answer(const Attr& attr,
                               const Place& place,
                               std::string_view bytes,
                               std::string_view answer);

/// The error for a place that no attribute table names (or that is named for reading only).
Error not_named(const Place& place, std::string_view value = {});

}  // namespace vfmgr
