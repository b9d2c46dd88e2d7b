// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/setting.hpp"

#include "core/refusal.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr {

/// A file of the kernel's, described once: where it is, what people call what it holds, how its
/// writes fail, and who says so. Lives in an `attrs.hpp`; the door opens only what such a
/// description names.
///
/// The pattern's holes: {gpu} an address, {vf} a VF's index as virtfnN counts (from 0), {vf1} the
/// same as drivers count (from 1), {name} any one path component; {vf@42c-468} the hexadecimal
/// offset of a register that each VF has, four bytes apart: that of VF 0, and that of the last one.
struct Attr {
  In in = In::sys;
  As as = As::text;
  std::string_view pattern;
  std::string_view name;  ///< attribute name ("vram"), or what people call it ("autoprobe")
  std::uint64_t unit =
      1;  ///< one in the file is this many of the attribute's units (ms file: 1000 us)
  bool zero_is_infinite =
      false;  ///< 0 in the file means no limit: "infinite" in the attribute's units
  std::span<const Refusal> errnos;  ///< what a write can fail with; empty: never written
  std::string_view source;          ///< of the format and the errnos, with the kernel version
  bool slow_read = false;           ///< reading can block as long as another writer is at work
  /// What reading can fail with beside what it can fail with everywhere.
  std::span<const Refusal> read_errnos;
  /// What people call the text in it; none: as it stands, or a number of `unit`.
  Setting (*spelled)(std::string_view text) = nullptr;
  bool is_part = false;  ///< of a number that several places hold together
  /// A write is answered in the file itself, and the driver may keep others waiting until the
  /// answer is read: the door reads it right behind the write, as one act that may block. The errno
  /// that the answer stands for; 0: it is none. nullptr: there are no answers.
  int (*errno_in)(std::string_view answer) = nullptr;
};

/// What stands in a pattern's holes.
struct Holes {
  std::optional<PciAddress> gpu;
  std::optional<VfIndex> vf;
  std::string name;
  friend bool operator==(const Holes&, const Holes&) = default;
};

/// The place that an attribute has for these.
Place place_of(const Attr& attr, const Holes& holes);
/// The holes' contents if this place is one of the attribute's, whatever it is looked at as.
std::optional<Holes> match(const Attr& attr, const Place& place);

/// Finds the attribute that a place is one of: text or link or count alike, else any of the same
/// path.
const Attr* find_attr(std::span<const std::span<const Attr>> tables, const Place& place);

}  // namespace vfmgr
