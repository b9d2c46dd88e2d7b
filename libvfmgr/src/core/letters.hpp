// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vfmgr {

/// The text with its ASCII letters as small ones; every other byte stands.
std::string fold_case(std::string_view text);

/// Whether it is one of ASCII's ten.
inline bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

}  // namespace vfmgr
