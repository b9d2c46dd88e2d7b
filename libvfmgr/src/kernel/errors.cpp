// SPDX-License-Identifier: Apache-2.0
#include "kernel/errors.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/attr.hpp"
#include "core/refusal.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

/// What this errno means here; nullptr: no table says. `errnos` are those of writing or of reading.
const Refusal* refusal_of(std::span<const std::span<const Attr>> tables,
                          const Place& place,
                          int os_error,
                          std::span<const Refusal> Attr::* errnos) {
  for (const std::span<const Attr> table : tables) {
    for (const Attr& attr : table) {
      if ((attr.*errnos).empty() || !match(attr, place)) {
        continue;
      }
      const auto found = std::ranges::find(attr.*errnos, os_error, &Refusal::os_error);
      if (found != (attr.*errnos).end()) {
        return &*found;
      }
    }
  }
  return nullptr;
}

std::string with_name(const Refusal& refusal) {
  const char* const name = strerrorname_np(refusal.os_error);
  return std::string(refusal.why) + (name == nullptr ? "" : " (" + std::string(name) + ")");
}

}  // namespace

std::string words_of_errno(int os_error) {
  // glibc's own, untranslated and safe with threads, which strerror is not.
  const char* const words = strerrordesc_np(os_error);
  const char* const name = strerrorname_np(os_error);
  if (words == nullptr || name == nullptr) {
    return "error " + std::to_string(os_error);
  }
  std::string text = words;
  text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  return text + " (" + name + ")";
}

Error kernel_error(const Place& place, int os_error, std::string_view value) {
  return {.kind = kind_of_errno(os_error),
          .os_error = os_error,
          .subject = to_string(place),
          .value = std::string(value),
          .why = words_of_errno(os_error),
          .help = {},
          .spot = {},
          .also = {}};
}

void add_meaning(std::span<const std::span<const Attr>> tables, const Place& place, Error& error) {
  const Refusal* const refusal =
      error.os_error == 0 ? nullptr : refusal_of(tables, place, error.os_error, &Attr::errnos);
  if (refusal == nullptr) {
    return;
  }
  if (error.why == words_of_errno(error.os_error)) {
    error.why = with_name(*refusal);
  }
  if (error.help.empty()) {
    error.help = refusal->help;
  }
}

std::string why_unreadable(std::span<const std::span<const Attr>> tables,
                           const Place& place,
                           int os_error) {
  const Refusal* const refusal = refusal_of(tables, place, os_error, &Attr::read_errnos);
  return refusal == nullptr ? words_of_errno(os_error) : with_name(*refusal);
}

Result<void> outcome_of_write(const Place& place, std::string_view bytes, std::int64_t taken) {
  if (taken < 0) {
    return fail(kernel_error(place, static_cast<int>(-taken), bytes));
  }
  if (static_cast<std::size_t>(taken) != bytes.size()) {
    return fail({.kind = ErrorKind::io,
                 .subject = to_string(place),
                 .value = std::string(bytes),
                 .why = "the kernel took " + std::to_string(taken) + " of " +
                        std::to_string(bytes.size()) + " bytes"});
  }
  return {};
}

const Attr* answering(std::span<const std::span<const Attr>> tables, const Place& place) {
  const Attr* const attr = find_attr(tables, place);
  return attr == nullptr || attr->errno_in == nullptr ? nullptr : attr;
}

Result<void> outcome_of_answer(const Attr& attr,
                               const Place& place,
                               std::string_view bytes,
                               std::string_view answer) {
  const int os_error = attr.errno_in(answer);
  if (os_error == 0) {
    return {};
  }
  constexpr std::size_t kMostWords = 200;
  std::string said(answer.substr(0, std::min(answer.size(), kMostWords)));
  said.erase(said.find_last_not_of("\n ") + 1);
  Error error = kernel_error(place, os_error, bytes);
  error.why = "the driver answers: " + said;
  return fail(std::move(error));
}

Error not_named(const Place& place, std::string_view value) {
  return {.kind = ErrorKind::not_permitted,
          .os_error = EPERM,
          .subject = to_string(place),
          .value = std::string(value),
          .why = value.empty() ? "no attribute table names this place, so it is not opened"
                               : "no attribute table names this place as one that is written",
          .help = {},
          .spot = {},
          .also = {}};
}

}  // namespace vfmgr
