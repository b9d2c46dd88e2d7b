// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
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
}  // namespace

SharedText::SharedText(std::string text)
    : whole_(std::make_shared<const std::string>(std::move(text))), part_(*whole_) {}

SharedText::SharedText(const char* text) : SharedText(std::string(text)) {}

SharedText::SharedText(std::shared_ptr<const std::string> whole, std::string_view part)
    : whole_(std::move(whole)), part_(part) {}

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
