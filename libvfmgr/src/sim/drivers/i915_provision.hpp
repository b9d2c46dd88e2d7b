// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/i915_card.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <string_view>

// Who provisions VFs: the driver, as long as nobody else has (backports: i915_sriov.c, sections of
// auto_provisioning; gt/iov/intel_iov_provisioning.c, pf_auto_provision, pf_auto_unprovision and
// pf_mark_manual_provisioning).
namespace vfmgr::sim::i915 {

bool is_automatic(const Machine& machine, const Card& card);
/// A write to auto_provisioning. Errors: ESTALE (some VF has something).
int set_automatic(Machine& machine, const Card& card, bool on);
/// Somebody gave a VF something: the driver shares out no more. What it shared out before it takes
/// back all the same, and what somebody gave beside it along with it.
void mark_manual(Machine& machine, const Card& card);

/// What VFs 1 to `vfs` need before they are made. Errors: ENOKEY (a VF has some of it), EUCLEAN (a
/// VF has something, others nothing), ENOSPC (nothing to share out), and those of set_quota.
int provision(Machine& machine, const Card& card, std::uint32_t vfs);
/// Takes everything from all VFs of each GT on which the driver shared out by itself.
void release(Machine& machine, const Card& card);

}  // namespace vfmgr::sim::i915
