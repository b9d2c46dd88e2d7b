// SPDX-License-Identifier: Apache-2.0
#include "kernel/module_file.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "kernel/errors.hpp"
#include "kernel/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

constexpr std::string_view kFileOf = "/file";

/// "extra/some-name.ko.xz": some_name, as the kernel spells it (scripts/Makefile.lib: name-fix).
std::string name_of_file(std::string_view path) {
  std::string name(path.substr(path.rfind('/') + 1));
  name.resize(std::min(name.find('.'), name.size()));
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace

bool is_module_file(const Place& place) {
  return place.in == In::module && place.path.ends_with(kFileOf);
}

Result<std::string> read_module_file(const Files& files, const Place& place) {
  std::string name = place.path.substr(0, place.path.size() - kFileOf.size());
  std::ranges::replace(name, '-', '_');
  auto release = files.read({.in = In::proc, .path = "sys/kernel/osrelease"});
  if (!release) {
    release.error().subject = to_string(place);
    return release;
  }
  while (release->ends_with('\n')) {
    release->pop_back();
  }
  // depmod(8) writes there what modprobe(8) goes by: "FILE: what it needs". Without it there is
  // none.
  const std::string list = "lib/modules/" + *release + "/modules.dep";
  TRY(const std::string path, files.program_path(place, list.c_str()));
  std::ifstream lines(path);
  if (!lines) {
    return fail(kernel_error(place, errno));
  }
  for (std::string line; std::getline(lines, line);) {
    const std::string_view file = std::string_view(line).substr(0, line.find(':'));
    if (name_of_file(file) == name) {
      return std::string(file);
    }
  }
  return fail(kernel_error(place, ENOENT));
}

}  // namespace vfmgr
