// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/profile.hpp"

#include "vfmgr/result.hpp"

#include "core/profile_check.hpp"
#include "core/profile_model.hpp"
#include "core/profile_toml.hpp"

#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace vfmgr {

Result<Profile> Profile::parse(const std::vector<ProfileText>& texts) {
  ParsedProfile parsed = parse_profile(texts);
  std::vector<Error> broken_rules = check_profile(parsed.model);
  parsed.faults.insert(parsed.faults.end(),
                       std::make_move_iterator(broken_rules.begin()),
                       std::make_move_iterator(broken_rules.end()));
  if (!parsed.faults.empty()) {
    return fail(join_faults(std::move(parsed.faults), texts));
  }
  Profile profile;
  profile.model_ = std::make_shared<const ProfileModel>(std::move(parsed.model));
  return profile;
}

}  // namespace vfmgr
