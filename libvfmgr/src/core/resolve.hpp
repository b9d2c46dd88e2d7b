// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"
#include "core/settings.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace vfmgr {

/// A profile laid over the functions of a host.
struct Resolved {
  std::vector<Desired> desired;  ///< in address order, one for each GPU that a table matches
  std::vector<Error>
      faults;  ///< wrong on this host: matches, counts, keys the device lacks, ranges
  std::vector<Error> missing;  ///< fewer matches than `expect` says; PFs without their driver
};

/// Which GPUs a table is about, in address order, whatever `nth` says.
struct Matching {
  std::vector<const GpuFacts*> sure;
  std::vector<const GpuFacts*> unknown;  ///< may be, once they have a driver that tells
};
Matching matching(const MatchKeys& keys, std::span<const GpuFacts> gpus);

/// What tells a GPU from others of its kind, and costs something to look for.
enum class Identity : std::uint8_t {
  slot,
  serial,
  of_driver  ///< its UUID and its model's name, as its driver tells them
};
/// Whether a profile's `match` needs it to be looked for.
bool names(const ProfileModel& profile, Identity which);

/// Which of these GPUs a table matches, in address order. VFs never match.
std::vector<const GpuFacts*> matches(const MatchKeys& keys, std::span<const GpuFacts> gpus);

/// Whether a table is about this GPU, or may be once it has a driver: then it is not unlisted.
/// Which `nth` it is does not matter.
bool may_be_listed(const ProfileModel& profile, const GpuFacts& facts);

/// Those GPUs for which a table gives an attribute that is dear to ask for, each once.
std::vector<PciAddress> asked_dearly(const ProfileModel& profile, std::span<const GpuFacts> gpus);

/// Matches tables to GPUs and lays the layers over each other. Pure. Where several tables are about
/// one GPU, each after the first has to override or replace. A key in [defaults] that a GPU
/// does not have is skipped there; in every other layer it is a fault, with the nearest name and
/// those that exist. Faults carry the spot in the profile and name the GPU; nothing is left out at
/// the first fault.
Resolved resolve(const ProfileModel& profile, std::span<const GpuFacts> gpus);

}  // namespace vfmgr
