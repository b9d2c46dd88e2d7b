// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What an i915 with SR-IOV shows of a card below `drm/cardN/prelim_iov/`, and where. "Backports" is
// intel-gpu-i915-backports (backport/main), "DKMS" strongtz/i915-sriov-dkms; both have it in
// drivers/gpu/drm/i915/i915_sriov_sysfs.c and gt/iov/. VFs count from 1, 0 is the PF.
namespace vfmgr::sim::i915 {

/// One GT: a tile's own, or the media GT of Meteor Lake, which has no memory of its own.
struct Gt {
  std::string name;  ///< "gt", "gt0", …
  bool media = false;
};

/// A PF in PF mode.
struct Card {
  PciAddress pf;
  std::string home;     ///< "devices/…/drm/card0/prelim_iov"
  bool dkms = false;    ///< the DKMS form; else backports
  std::uint32_t vfs{};  ///< that have a directory: sriov_totalvfs when it was probed
  std::uint64_t ggtt_page = 4096;
  std::uint64_t lmem = 0;  ///< bytes on each tile; 0: none of its own
  std::vector<Gt> gts;
};

/// Nothing: the driver has no VFs to give here (a VF, or a PF that it runs natively).
std::optional<Card> card_of(const Machine& machine, const PciAddress& pf);
/// `drm/cardN` of a function that is bound; empty: none.
std::string drm_directory(const Machine& machine, const PciAddress& function);

/// "pf", "vf3".
std::string function_name(std::uint32_t function);
/// Where a file of a function's GT is; `name` may have a folder: "policies/engine_reset".
std::string gt_path(const Card& card, std::uint32_t function, const Gt& gt, std::string_view name);
/// A number in such a file; 0 when it is not there.
std::uint64_t value(const Machine& machine,
                    const Card& card,
                    std::uint32_t function,
                    const Gt& gt,
                    std::string_view name);
void set_value(Machine& machine,
               const Card& card,
               std::uint32_t function,
               const Gt& gt,
               std::string_view name,
               std::uint64_t number);

/// "vf3/gt0/ggtt_quota" and the like, split.
struct File {
  bool known = false;
  std::uint32_t function = 0;
  const Gt* gt = nullptr;  ///< of the card; nullptr: of the function itself
  std::string name;        ///< "ggtt_quota", "policies/engine_reset", "auto_provisioning"
};
/// What a path below the card's home is.
File file_at(const Card& card, std::string_view path);

}  // namespace vfmgr::sim::i915
