// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

/// Text broken at blanks into lines of at most `width` columns (0: as wide as it takes), each but
/// the first begun by `indent` spaces. The first begins in column `begun`. Ends with a newline.
std::string wrapped(std::string_view text,
                    std::size_t width,
                    std::size_t indent,
                    std::size_t begun);

/// "note: what" and what to do, in lines of that width.
std::string noted(const vfmgr::Finding& finding, std::size_t width, const Style& style);

}  // namespace vgpuctl
