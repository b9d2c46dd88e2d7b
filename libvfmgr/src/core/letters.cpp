// SPDX-License-Identifier: Apache-2.0
#include "core/letters.hpp"

#include <string>
#include <string_view>

namespace vfmgr {

std::string fold_case(std::string_view text) {
  std::string folded(text);
  for (char& letter : folded) {
    if (letter >= 'A' && letter <= 'Z') {
      letter = static_cast<char>(letter - 'A' + 'a');
    }
  }
  return folded;
}

}  // namespace vfmgr
