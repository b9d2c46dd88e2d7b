// SPDX-License-Identifier: Apache-2.0
#include "streams.hpp"

#include "output/style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace vgpuctl {

namespace {

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  return value == nullptr ? "" : value;
}

std::size_t width_of(int descriptor) {
  std::size_t width = 0;
  const std::string_view said = environment("COLUMNS");
  std::from_chars(said.data(), said.data() + said.size(), width);
  winsize size{};
  if (width == 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    width = size.ws_col;
  }
  return width;
}

}  // namespace

void Stream::write(std::string_view text) {
  while (!text.empty() && failure_ == 0) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      failure_ = errno;
    }
  }
}

Style Stream::style(std::string_view color) const {
  const bool terminal = isatty(descriptor_) == 1;
  const bool wanted = terminal && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return {.colour = color == "always" || (color == "auto" && wanted),
          .width = width_of(descriptor_)};
}

}  // namespace vgpuctl
