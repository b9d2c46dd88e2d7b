// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// What became of a run that was to be taken back unless somebody confirmed it.
enum class Confirmation {
  not_asked,       ///< it was kept from the beginning
  awaited,         ///< nobody has confirmed it yet
  kept,            ///< somebody did
  taken_back,      ///< nobody did, or somebody undid it
  not_taken_back,  ///< nobody did, and it could not be taken back: PastRun::why_not
};

/// A run that changed something, as it is remembered until the next boot.
struct PastRun {
  struct OneGpu {
    PciAddress gpu;
    std::uint32_t vfs_before = 0, vfs_after = 0;
  };
  std::uint64_t id = 0;  ///< counted from 1
  std::string when;      ///< when it ended, in UTC: "2026-11-24T21:11:42Z"
  std::string by;        ///< who asked for it; empty: it was not said
  std::string what;      ///< what was asked for: "apply lab.toml"; empty: it was not said
  std::string plan;      ///< the plan's fingerprint
  std::optional<std::uint64_t> undoes;  ///< the run that it took back: undo goes past such a one
  bool undone = false;                  ///< it was taken back
  std::string confirm_by;               ///< in UTC; empty: it was not to be confirmed
  Confirmation confirmation = Confirmation::not_asked;
  std::string why_not;  ///< why it could not be taken back when its time was over
  std::vector<OneGpu> gpus;
};

/// "not_asked", "awaited", "kept", "taken_back", "not_taken_back".
std::string_view to_string(Confirmation confirmation);

}  // namespace vfmgr
#pragma GCC visibility pop
