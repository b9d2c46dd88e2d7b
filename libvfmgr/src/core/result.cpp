// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {
// In the order of ErrorKind.
constexpr std::array<std::string_view, 17> kWords{"syntax",
                                                  "invalid",
                                                  "no_match",
                                                  "not_a_pf",
                                                  "unsupported",
                                                  "does_not_fit",
                                                  "in_use",
                                                  "foreign",
                                                  "locked",
                                                  "stale",
                                                  "drifted",
                                                  "missing",
                                                  "not_permitted",
                                                  "unreadable",
                                                  "io",
                                                  "in_flight",
                                                  "not_restored"};

constexpr std::size_t kMostLength = std::numeric_limits<std::uint32_t>::max();
}  // namespace

SharedText::SharedText(std::string text)
    : whole_(std::make_shared<const std::string>(std::move(text))),
      length_(static_cast<std::uint32_t>(std::min(whole_->size(), kMostLength))) {}

SharedText::SharedText(const char* text) : SharedText(std::string(text)) {}

SharedText SharedText::part(std::size_t begin, std::size_t length) const {
  SharedText part = *this;
  const std::size_t skipped = std::min<std::size_t>(begin, length_);
  part.begin_ += static_cast<std::uint32_t>(skipped);
  part.length_ = static_cast<std::uint32_t>(std::min(length, length_ - skipped));
  return part;
}

std::string_view SharedText::view() const {
  return whole_ == nullptr ? std::string_view() : std::string_view(*whole_).substr(begin_, length_);
}

std::string_view to_string(ErrorKind kind) {
  return kWords.at(static_cast<std::size_t>(kind));
}

std::string to_string(const Spot& spot) {
  return spot.line == 0 ? std::string()
                        : spot.file.str() + ":" + std::to_string(spot.line) + ":" +
                              std::to_string(spot.column);
}

ErrorKind kind_of_errno(int os_error) {
  return os_error == EPERM || os_error == EACCES || os_error == EROFS ? ErrorKind::not_permitted
                                                                      : ErrorKind::io;
}

std::string to_string(const Error& error) {
  std::string text = error.subject;
  if (!text.empty()) {
    text += ": ";
  }
  text += error.why;
  if (!error.value.empty()) {
    text += " '" + error.value + "'";
  }
  if (!error.help.empty()) {
    text += " (" + error.help + ")";
  }
  return text;
}

}  // namespace vfmgr
