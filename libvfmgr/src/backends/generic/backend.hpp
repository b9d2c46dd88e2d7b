// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// Any device with an SR-IOV capability whose driver makes VFs through the PCI core: count,
/// autoprobe, drivers.
const Backend& generic_backend();

}  // namespace vfmgr
