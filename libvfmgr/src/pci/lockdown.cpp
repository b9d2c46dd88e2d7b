// SPDX-License-Identifier: Apache-2.0
#include "pci/lockdown.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace vfmgr::pci {

std::string lockdown_in(std::string_view text) {
  const std::size_t from = text.find('[');
  const std::size_t to = text.find(']', from);
  if (from == std::string_view::npos || to == std::string_view::npos) {
    return {};
  }
  const std::string_view mode = text.substr(from + 1, to - from - 1);
  return mode == "none" ? std::string() : std::string(mode);
}

}  // namespace vfmgr::pci
