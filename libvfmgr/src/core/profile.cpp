// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/profile.hpp"

#include "vfmgr/result.hpp"

#include "core/profile_check.hpp"
#include "core/profile_model.hpp"
#include "core/profile_text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

Result<Profile> Profile::parse(const std::vector<ProfileText>& texts,
                               const std::vector<ProfileText>& resources) {
  ParsedProfile parsed = parse_profile(texts, resources);
  std::vector<Error> broken_rules = check_profile(parsed.model);
  parsed.faults.insert(parsed.faults.end(),
                       std::make_move_iterator(broken_rules.begin()),
                       std::make_move_iterator(broken_rules.end()));
  if (!parsed.faults.empty()) {
    std::vector<std::string_view> files;
    for (const auto* const set : {&texts, &resources}) {
      std::ranges::transform(*set, std::back_inserter(files), &ProfileText::file);
    }
    return fail(join_faults(std::move(parsed.faults), files));
  }
  Profile profile;
  profile.model_ = std::make_shared<const ProfileModel>(std::move(parsed.model));
  return profile;
}

std::size_t Profile::tables() const {
  return model_->gpus.size();
}

}  // namespace vfmgr
