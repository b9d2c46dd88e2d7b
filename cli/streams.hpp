// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output/style.hpp"

#include <string_view>

namespace vgpuctl {

/// Standard output or standard error. Writing never raises a signal; the first failure is kept.
class Stream {
 public:
  explicit Stream(int descriptor) : descriptor_(descriptor) {}

  void write(std::string_view text);
  /// errno of the first write that failed; 0: none did.
  [[nodiscard]] int failure() const { return failure_; }
  /// How to lay out text for people here. `color` is "auto", "always" or "never"; auto is a
  /// terminal without NO_COLOR. COLUMNS goes before the terminal's own width.
  [[nodiscard]] Style style(std::string_view color) const;

 private:
  int descriptor_;
  int failure_ = 0;
};

}  // namespace vgpuctl
