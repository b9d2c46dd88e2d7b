// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// No product's: `simple`, and VFs that are on it offer mediated devices of made-up types. The fact
/// "mdev_types" of the PF has them: "ID:MOST:NAME" with "|" between; MOST is how many mdevs one VF
/// takes, whatever their types.
const SimDriver& mdev_parent_driver();

}  // namespace vfmgr::sim
