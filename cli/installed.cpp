// SPDX-License-Identifier: Apache-2.0
#include "installed.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "files.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::ProfileText;
using vfmgr::Result;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kFolders{"etc", "run", "usr/lib"};
constexpr std::string_view kSuffix = ".toml";

/// A link to /dev/null says that there is nothing; so does an empty file.
bool is_masked(const fs::path& file) {
  std::error_code failed;
  if (fs::is_symlink(file, failed)) {
    return fs::read_symlink(file, failed) == "/dev/null";
  }
  return fs::file_size(file, failed) == 0 && !failed;
}

/// Whether something has this name: a link that leads nowhere, too, since it hides what is below.
bool is_there(const fs::path& file) {
  std::error_code failed;
  return fs::symlink_status(file, failed).type() != fs::file_type::not_found && !failed;
}

/// The main file that counts; none: there is none, or it is masked.
std::optional<fs::path> main_file(const fs::path& root) {
  for (const std::string_view folder : kFolders) {
    const fs::path file = root / folder / kProfileName;
    if (is_there(file)) {
      return is_masked(file) ? std::nullopt : std::optional(file);
    }
  }
  return std::nullopt;
}

bool is_drop_in(const std::string& name) {
  return name.size() > kSuffix.size() && name.ends_with(kSuffix) && !name.starts_with('.');
}

std::vector<fs::path> folders(const fs::path& root, const std::string& name) {
  std::vector<fs::path> all;
  for (const std::string_view top : kFolders) {
    all.push_back(root / top / name);
  }
  return all;
}

/// The drop-ins of these folders that count, by their names; masked ones have an empty path.
Result<std::map<std::string, fs::path>> drop_ins(const std::vector<fs::path>& folders) {
  std::map<std::string, fs::path> found;
  for (const fs::path& directory : folders) {
    std::error_code failed;
    fs::directory_iterator entry(directory, failed);
    if (failed == std::errc::no_such_file_or_directory || failed == std::errc::not_a_directory) {
      continue;
    }
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      const std::string name = entry->path().filename();
      if (is_drop_in(name)) {
        found.emplace(name, is_masked(entry->path()) ? fs::path() : entry->path());
      }
    }
    if (failed) {
      return vfmgr::fail({.kind = vfmgr::kind_of_errno(failed.value()),
                          .os_error = failed.value(),
                          .subject = directory,
                          .why = "it cannot be read: " + failed.message()});
    }
  }
  return found;
}

Result<ProfileText> text_of(const fs::path& file) {
  TRY(std::string text, read_file(file));
  return ProfileText{.file = file, .text = std::move(text)};
}

}  // namespace

Result<std::vector<ProfileText>> installed_profile(const fs::path& root,
                                                   const std::optional<InPlaceOf>& instead) {
  const fs::path name = fs::path(kProfileName).filename();
  std::vector<ProfileText> texts;
  if (instead && instead->name == name) {
    texts.push_back(instead->text);
  } else if (const auto file = main_file(root)) {
    TRY(ProfileText text, text_of(*file));
    texts.push_back(std::move(text));
  }
  TRY(auto files, drop_ins(folders(root, std::string(kProfileName) + ".d")));
  const std::string dropped = instead ? fs::path(instead->name).filename() : fs::path();
  const bool drops_in = instead && instead->name != name;
  if (drops_in) {
    files[dropped] = instead->name;
  }
  for (const auto& [base, file] : files) {
    if (drops_in && base == dropped) {
      texts.push_back(instead->text);
    } else if (!file.empty()) {
      TRY(ProfileText text, text_of(file));
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

Result<std::vector<ProfileText>> installed_resources(const fs::path& root) {
  constexpr const char* kResources = "vgpuctl/resources.d";
  std::vector<fs::path> all = folders(root, kResources);
  if (root != "/") {
    // A simulated host has the resources that come with this program, too.
    all.push_back(fs::path("/usr/lib") / kResources);
  }
  std::vector<ProfileText> texts;
  TRY(const auto files, drop_ins(all));
  for (const auto& [base, file] : files) {
    if (!file.empty()) {
      TRY(ProfileText text, text_of(file));
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

}  // namespace vgpuctl
