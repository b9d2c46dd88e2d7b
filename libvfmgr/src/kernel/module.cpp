// SPDX-License-Identifier: Apache-2.0
#include "kernel/module.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "core/words.hpp"
#include "kernel/errors.hpp"
#include "kernel/files.hpp"
#include "kernel/helper.hpp"
#include "kernel/named.hpp"
#include "kernel/program.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// The path that the kernel itself calls by default (kernel/module/kmod.c, CONFIG_MODPROBE_PATH).
constexpr const char* kModprobe = "sbin/modprobe";

/// The module's folder in sysfs. The kernel spells names with underscores (kernel/module/main.c,
/// scripts/Makefile.lib: name-fix), people and files with either.
Place folder_of(const Place& place, std::string_view below = {}) {
  std::string name = place.path;
  std::ranges::replace(name, '-', '_');
  return {.in = In::sys, .path = "module/" + name + std::string(below)};
}

/// As if it had happened at the module's place.
Error at(const Place& place, Error error) {
  error.subject = to_string(place);
  return error;
}

bool is_module_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

std::string without_newline(std::string text) {
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  return text;
}

/// The errno behind modprobe's last words, which end in strerror's, or say one of two things of
/// their own (kmod 30, tools/modprobe.c: insmod_insert, rmmod_do_module; libkmod/libkmod-module.c).
int errno_in(std::string_view said) {
  constexpr std::array kKnown{
      EPERM, EACCES, ENOENT, ENOEXEC, ENOMEM, EBUSY, EAGAIN, EINVAL, ENODEV, EIO, EEXIST};
  if (said.ends_with("is in use.")) {
    return EBUSY;
  }
  if (said.find(" not found") != std::string_view::npos) {
    return ENOENT;
  }
  const auto* const found = std::ranges::find_if(
      kKnown, [said](int os_error) { return said.ends_with(strerrordesc_np(os_error)); });
  return found == kKnown.end() ? 0 : *found;
}

}  // namespace

Result<std::string> read_module(const Files& files, const Named& named, const Place& place) {
  if (!is_module_name(place.path)) {
    return fail(kernel_error(place, EINVAL));
  }
  auto names = files.list(folder_of(place));
  if (!names) {
    return fail(at(place, std::move(names.error())));
  }
  // What is built in has a folder, too, and no state (kernel/module/main.c: modinfo_attrs).
  if (std::ranges::binary_search(*names, "initstate")) {
    auto state = files.read(folder_of(place, "/initstate"));
    if (!state) {
      return fail(at(place, std::move(state.error())));
    }
    if (std::string text = without_newline(std::move(*state)); text != "live") {
      return text;
    }
  }
  std::string text = "loaded";
  if (!std::ranges::binary_search(*names, "parameters")) {
    return text;
  }
  auto parameters = files.list(folder_of(place, "/parameters"));
  if (!parameters) {
    return fail(at(place, std::move(parameters.error())));
  }
  for (const std::string& parameter : *parameters) {
    const Place where = folder_of(place, "/parameters/" + parameter);
    if (named.may_look(where)) {
      TRY(const std::string value, files.read(where));
      text += ' ';
      text += parameter;
      text += '=';
      text += without_newline(value);
    }
  }
  return text;
}

Result<std::vector<std::string>> list_module(const Files& files, const Place& place) {
  if (!is_module_name(place.path)) {
    return fail(kernel_error(place, EINVAL));
  }
  auto drivers = files.list(folder_of(place, "/drivers"));
  if (!drivers && drivers.error().os_error == ENOENT && files.list(folder_of(place))) {
    return std::vector<std::string>{};  // loaded, and a driver of nothing
  }
  if (!drivers) {
    return fail(at(place, std::move(drivers.error())));
  }
  return drivers;
}

Result<void> write_module(const Files& files,
                          Helpers& helpers,
                          const Place& place,
                          std::string_view bytes,
                          Milliseconds limit) {
  const std::vector<std::string> words = words_of(bytes);
  const bool load = !words.empty() && words.front() == "load";
  const bool unload = words.size() == 1 && words.front() == "unload";
  if (!is_module_name(place.path) || (!load && !unload)) {
    return fail(kernel_error(place, EINVAL, bytes));
  }
  // kmod 30 removes with O_NONBLOCK and without O_TRUNC: never by force, never waiting for users.
  std::vector<std::string> arguments;
  if (unload) {
    arguments.emplace_back("-r");
  }
  arguments.emplace_back("--");
  arguments.push_back(place.path);
  arguments.insert(arguments.end(), words.begin() + 1, words.end());
  TRY(const auto failed, run_program(files, helpers, place, kModprobe, arguments, limit));
  if (!failed) {
    return {};
  }
  const int os_error = failed->os_error != 0 ? failed->os_error : errno_in(failed->said);
  Error error = kernel_error(place, os_error, bytes);
  error.why = "modprobe " + failed->how + (failed->said.empty() ? "" : ": " + failed->said);
  return fail(std::move(error));
}

}  // namespace vfmgr
