// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/card_rows.hpp"
#include "backends/nvidia/type_name.hpp"

#include <string>
#include <vector>

namespace vfmgr::nvidia {

/// The profile that a type's name asks for: "3g.20gb" for "A100-3-20C", "1g.5gb+me" for
/// "A100-1-5CME". Where instances are shared the name's size is the vGPU's own, so the profile is
/// found among `profiles` by its slices. Empty for a time-sliced type.
std::string instance_of(const TypeName& type,
                        const std::vector<InstanceProfile>& profiles,
                        bool shared);

/// The profiles of a card: the larger first. Empty where they are not public.
std::vector<InstanceProfile> profiles_of(Instances kind, const std::vector<TypeName>& types);

}  // namespace vfmgr::nvidia
