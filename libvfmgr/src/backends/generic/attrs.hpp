// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"
#include "mdev/attrs.hpp"

#include <array>

namespace vfmgr::generic {

// Nothing of its own: the PCI core's files (pci/attrs.hpp), and of VFs whose driver offers mediated
// devices the mdev core's.
inline constexpr std::array kAttrs{mdev::kTypes,
                                   mdev::kTypeName,
                                   mdev::kCreate,
                                   mdev::kMdevs,
                                   mdev::kMdevType,
                                   mdev::kRemove,
                                   mdev::kMdevGroup,
                                   mdev::kDefinitions,
                                   mdev::kDefinition};

}  // namespace vfmgr::generic
