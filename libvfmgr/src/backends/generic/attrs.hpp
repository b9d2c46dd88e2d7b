// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"

#include <array>

namespace vfmgr::generic {

// Nothing of its own: the PCI core's files (pci/attrs.hpp) are all there is.
inline constexpr std::array<Attr, 0> kAttrs{};

}  // namespace vfmgr::generic
