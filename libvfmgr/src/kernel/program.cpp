// SPDX-License-Identifier: Apache-2.0
#include "kernel/program.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "core/words.hpp"
#include "kernel/errors.hpp"
#include "kernel/files.hpp"
#include "kernel/helper.hpp"
#include "kernel/helper_message.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::string_view last_line(std::string_view text) {
  while (text.ends_with('\n')) {
    text.remove_suffix(1);
  }
  const std::size_t newline = text.rfind('\n');
  return newline == std::string_view::npos ? text : text.substr(newline + 1);
}

}  // namespace

Result<std::optional<Failed>> run_program(const Files& files,
                                          Helpers& helpers,
                                          const Place& place,
                                          const std::string& path,
                                          const std::vector<std::string>& arguments,
                                          Milliseconds limit) {
  Errand errand{.what = helper::Do::run, .place = &place, .root = -1, .path = {}, .bytes = {}};
  // By its real name: links below a relocated root must not lead the kernel out of it.
  TRY(errand.path, files.program_path(place, path.c_str()));
  // Multi-call programs such as kmod look at the name they were called by.
  errand.bytes = path + '\0';
  for (const std::string& argument : arguments) {
    if (argument.find('\0') != std::string::npos) {
      return fail(kernel_error(place, EINVAL, argument));
    }
    errand.bytes += argument + '\0';
  }
  TRY(const Done done, helpers.run(errand, limit));
  const int status = done.answer.wait_status;
  if (done.answer.result < 0) {
    const int os_error = static_cast<int>(-done.answer.result);
    return Failed{.os_error = os_error, .how = words_of_errno(os_error), .said = {}};
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return std::nullopt;
  }
  return Failed{.os_error = 0,
                .how = WIFSIGNALED(status)
                           ? "was ended by signal " + std::to_string(WTERMSIG(status))
                           : "ended with exit status " + std::to_string(WEXITSTATUS(status)),
                .said = std::string(last_line(done.bytes))};
}

Result<std::string> read_program(const Files& files, const Place& place) {
  TRY_VOID(files.program_path(place, place.path.c_str()));
  return std::string("installed");
}

Result<void> write_program(const Files& files,
                           Helpers& helpers,
                           const Place& place,
                           std::string_view bytes,
                           Milliseconds limit) {
  TRY(const auto failed, run_program(files, helpers, place, place.path, words_of(bytes), limit));
  if (!failed) {
    return {};
  }
  Error error = kernel_error(place, failed->os_error, bytes);
  error.why = failed->how + (failed->said.empty() ? "" : ": " + failed->said);
  return fail(std::move(error));
}

}  // namespace vfmgr
