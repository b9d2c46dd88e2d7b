// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/bench.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::contract {

/// What names in a case stand for on a stage: $pf, $pf2, $vf0 …, $group (of $pf), $group0 … (of
/// $vf0 …), each with +N behind an address for the function whose routing id is N more; $port (the
/// bridge above $pf), $parent (its folder below sys/devices), $bus (of $pf, decimal), $others (all
/// functions but PFs and VFs), $slice0 … (of $vf0 …: what it has of the window for VF BAR 0). What
/// was once seen is remembered, so a VF that is gone can still be named.
class Names {
 public:
  explicit Names(Stage& stage) : stage_(&stage) {}

  /// The text with all names replaced. Errors: no_match.
  Result<std::string> expand(std::string_view text);
  /// "$pf/LEAF", "$vf0/LEAF" (by the PF's link), "drivers/…", "devices/…", "bus:…" as in sysfs'
  /// bus/pci, or a place as parse_place takes it. Errors: no_match, syntax.
  Result<Place> place(std::string_view text);
  /// "$vf0", "0000:03:00.0".
  Result<PciAddress> address(std::string_view text);

 private:
  Result<std::string> value_of(const std::string& name);
  Result<std::string> host_value_of(std::string_view word, std::optional<std::uint64_t> number);

  Stage* stage_;
  std::map<std::string, std::string> seen_;
};

}  // namespace vfmgr::contract
