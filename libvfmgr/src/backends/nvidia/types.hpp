// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/type_list.hpp"

namespace vfmgr::nvidia {

/// The type of this id and name on a card whose memory and profiles stand already.
VgpuType type_of(const Card& card, const Listed& listed);

}  // namespace vfmgr::nvidia
