// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/answers.hpp"

#include "vfmgr/units.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace vfmgr::amd_gim_s7150 {

namespace {

struct Sentence {
  std::string_view words;
  int os_error;
};
// gim_monitor.c:amdgim_error_monitor, as they are spelled there; amdgim_op_getvf.
constexpr std::array kSentences{
    Sentence{.words = "still in use", .os_error = EBUSY},
    Sentence{.words = "Detected Active VFs", .os_error = EBUSY},
    Sentence{.words = "should be managed with three", .os_error = EBUSY},
    Sentence{.words = "Can't find an availible VF", .os_error = EBUSY},
    Sentence{.words = "Can't find available VF", .os_error = EBUSY},
    Sentence{.words = "Can not allocate a frame buffer", .os_error = ENOSPC},
    Sentence{.words = "cannot be satisfied", .os_error = ENOSPC},
    Sentence{.words = "Not enough quota", .os_error = ENOSPC},
    Sentence{.words = "Invalid", .os_error = EINVAL}};

int errno_of_sentence(std::string_view answer) {
  const auto* const found = std::ranges::find_if(kSentences, [answer](const Sentence& sentence) {
    return answer.find(sentence.words) != std::string_view::npos;
  });
  return found == kSentences.end() ? EIO : found->os_error;
}

/// Without what is behind it: gim_monitor.c:amdgim_put_info ends a line that has ended already.
std::string_view said(std::string_view answer) {
  return answer.substr(0, answer.find('\n'));
}

}  // namespace

int errno_of_getvf(std::string_view answer) {
  return parse_address(said(answer)) ? 0 : errno_of_sentence(answer);
}

int errno_of_relvf(std::string_view answer) {
  const bool done =
      said(answer) == "OK" || answer.find("has not been set") != std::string_view::npos;
  return done ? 0 : errno_of_sentence(answer);
}

}  // namespace vfmgr::amd_gim_s7150
