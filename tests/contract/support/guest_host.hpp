// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "contract/support/case.hpp"

#include <string>

namespace vfmgr::contract {

/// What a guest's host is made of for a case: tests/vm/module/layout.c reads it.
/// Errors: invalid (a given that makes no sense).
Result<std::string> layout_of(const Case& story);

/// Whether these modules are here to be loaded.
bool has_test_modules();

/// Makes the host anew: two PFs as that layout says, the plain driver and vfio-pci loaded, nothing
/// left of what was before. Errors: io (a module that did not go or come), missing.
Result<void> remake_host(const std::string& layout);

/// Returns when no write is under way any more. A bridge is not taken away before:
/// sriov_numvfs_store takes the PF's lock and then the kernel-wide rescan lock, removal the other
/// way round, and both then wait for ever (seen on 6.1.192 and 7.2.13 with one count queued behind
/// another).
void wait_for_helpers();

/// All that a write to the kernel's PCI core can change on this host, as text.
std::string host_text();

}  // namespace vfmgr::contract
