// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

/// The lines of a text that is broken at blanks; only a word that is too long for a line makes one
/// longer than `width` (0: as wide as it takes). The first begins in column `begun`. A newline in
/// the text ends a line.
std::vector<std::string> wrapped_lines(std::string_view text,
                                       std::size_t width,
                                       std::size_t begun = 0);

/// The same as a text, each line but the first begun by `indent` spaces. The first begins in column
/// `begun`, which is not before `indent`. Ends with a newline.
std::string wrapped(std::string_view text,
                    std::size_t width,
                    std::size_t indent,
                    std::size_t begun);

/// "note: what" and what to do, in lines of that width, each begun by `indent` spaces.
std::string noted(const vfmgr::Finding& finding,
                  std::size_t width,
                  const Style& style,
                  std::size_t indent = 0);

}  // namespace vgpuctl
