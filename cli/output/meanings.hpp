// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vgpuctl {

/// How wide text that nobody's window was asked about may be.
inline constexpr std::size_t kPageWidth = 80;

/// Names with what they mean beside them, from `column` on, in lines of kPageWidth: of names that
/// leave no room for it, it stands below.
struct Meaning {
  std::string name, means;
};
std::string meanings_text(const std::vector<Meaning>& meanings, std::size_t column);

}  // namespace vgpuctl
