// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/attributes.hpp"
#include "core/profile_check.hpp"
#include "core/profile_text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

Result<std::vector<NamedResources>> named_resources(const std::vector<ProfileText>& texts) {
  ParsedProfile parsed = parse_installed(texts);
  std::ranges::move(check_profile(parsed.model), std::back_inserter(parsed.faults));
  std::vector<std::string_view> files(texts.size());
  std::ranges::transform(texts, files.begin(), &ProfileText::file);
  if (!parsed.faults.empty()) {
    return fail(join_faults(std::move(parsed.faults), files));
  }
  std::vector<NamedResources> all;
  for (const auto& [name, settings] : parsed.model.resources) {
    NamedResources& one = all.emplace_back(NamedResources{.name = name});
    for (const std::string_view file : files) {
      const auto is_of_file = [file](const auto& given) { return given.second.where.file == file; };
      if (std::ranges::any_of(settings, is_of_file)) {
        one.files.emplace_back(file);
      }
    }
    for (const auto& [key, given] : settings) {
      one.values[std::string(row_of(key).name)] = given.value;
    }
  }
  return all;
}

}  // namespace vfmgr
