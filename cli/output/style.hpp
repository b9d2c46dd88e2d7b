// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

/// What a piece of text is shown as. Colour only says again what the text says.
enum class Paint { none, bold, faint, good, changed, bad };

/// How text for people is laid out.
struct Style {
  bool colour = false;
  std::size_t width = 0;  ///< columns; 0: as wide as it takes

  /// The text with its colour around it, where there is colour.
  [[nodiscard]] std::string paint(Paint paint, std::string_view text) const;
};

/// How many columns a text takes on a terminal: East Asian characters two, marks on others none.
std::size_t columns(std::string_view text);

/// Text that came from a device, a file or a user, fit for a terminal: control characters, what
/// turns the order of a text around, and bytes that are no UTF-8 become visible escapes ("\x1b"),
/// so that nothing can move the cursor or look like something else.
std::string plain(std::string_view text);

/// plain(), shortened to `most` columns with "…" at its end.
std::string brief(std::string_view text, std::size_t most);

/// The end of a text that is plain already, shortened to `most` columns with "…" before it.
std::string brief_end(std::string_view text, std::size_t most);

/// "1 GPU", "2 GPUs".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace vgpuctl
