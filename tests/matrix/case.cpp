// SPDX-License-Identifier: Apache-2.0
#include "case.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/numbers.hpp"
#include "core/try.hpp"
#include "engine/files.hpp"
#include "sim/tools.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::matrix {

namespace {

Result<std::optional<Profile>> profile_in(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    return std::optional<Profile>();
  }
  TRY(std::string text, read_file(file));
  TRY(Profile profile, Profile::parse({{.file = file.string(), .text = std::move(text)}}));
  return std::optional(std::move(profile));
}

/// "MODEL", or "MODEL of N": with no more VFs than that, where every one of them costs.
sim::ModelCount model_of(const std::string& line) {
  const std::size_t of = line.find(" of ");
  sim::ModelCount gpu{.model = line.substr(0, of)};
  if (of != std::string::npos) {
    gpu.total_vfs = static_cast<std::uint32_t>(decimal(line.substr(of + 4)).value());
  }
  return gpu;
}

}  // namespace

Result<std::vector<Case>> load_cases(const std::filesystem::path& folder, const Cast& cast) {
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_directory()) {
      continue;
    }
    Case story{.name = entry.path().filename().string(),
               .folder = entry.path(),
               .cast = cast,
               .before = {},
               .profile = {}};
    TRY(story.before, profile_in(entry.path() / "before.toml"));
    TRY(story.profile, profile_in(entry.path() / "profile.toml"));
    if (!story.profile && !std::filesystem::exists(entry.path() / "teardown")) {
      return fail({.kind = ErrorKind::invalid,
                   .subject = entry.path().string(),
                   .why = "neither profile.toml nor teardown"});
    }
    cases.push_back(std::move(story));
  }
  std::ranges::sort(cases, {}, &Case::name);
  return cases;
}

Result<std::string> host_text_of(const Case& story) {
  TRY(std::string text, read_file(story.folder / "host"));
  if (text.starts_with("vfhost ")) {
    return text;
  }
  std::vector<sim::ModelCount> models;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    models.push_back(model_of(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return sim::host_text(models);
}

}  // namespace vfmgr::matrix
