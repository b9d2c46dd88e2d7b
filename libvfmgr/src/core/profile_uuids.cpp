// SPDX-License-Identifier: Apache-2.0
#include "core/profile_uuids.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/faults.hpp"
#include "core/letters.hpp"
#include "core/profile_model.hpp"
#include "core/settings.hpp"
#include "core/uuid.hpp"

#include <fmt/format.h>

#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

Error fault_of(const Given& given, const std::string& uuid, std::string why, std::string help) {
  return {.kind = ErrorKind::invalid,
          .subject = "uuid",
          .value = uuid,
          .why = std::move(why),
          .help = std::move(help),
          .spot = given.where};
}

/// The text that is given for a UUID; nullptr: none is, or it is "default".
const std::string* uuid_of(const Given* given) {
  return given == nullptr ? nullptr : std::get_if<std::string>(&given->value);
}

void check_for_several(const Settings& settings, std::vector<Error>& faults) {
  if (const Given* const given = given_for(settings, Key::uuid)) {
    const std::string* const uuid = uuid_of(given);
    faults.push_back(
        fault_of(*given,
                 uuid == nullptr ? std::string() : *uuid,
                 "one UUID can't be that of several VFs",
                 "put it into a [[gpu.vf]] with one index, or leave it out: then one is derived"));
  }
}

bool is_one_vf(const VfTable& table) {
  return table.index.size() == 1 && table.index.front().first == table.index.front().last;
}

void check_table(const GpuTable& gpu, std::vector<Error>& faults) {
  std::map<std::string, const Given*> seen;
  for (const VfTable& table : gpu.vf) {
    const Given* const given = given_for(table.settings, Key::uuid);
    if (given == nullptr) {
      continue;
    }
    if (!is_one_vf(table)) {
      check_for_several(table.settings, faults);
      continue;
    }
    const std::string* const uuid = uuid_of(given);
    if (uuid == nullptr) {
      continue;
    }
    if (!is_uuid(*uuid)) {
      faults.push_back(
          fault_of(*given,
                   *uuid,
                   "not a UUID",
                   "write it as 8 hexadecimal digits, three times 4, and 12, with '-' between"));
      continue;
    }
    const auto [first, is_new] = seen.emplace(fold_case(*uuid), given);
    if (!is_new) {
      faults.push_back(
          fault_of(*given,
                   *uuid,
                   "two VFs would have it; the other is " + to_string(first->second->where),
                   "give each its own, or leave it out: then one is derived"));
    }
  }
}

}  // namespace

void check_uuids(const ProfileModel& profile, std::vector<Error>& faults) {
  check_for_several(profile.defaults, faults);
  for (const auto& [name, settings] : profile.resources) {
    if (enough(faults)) {
      return;
    }
    check_for_several(settings, faults);
  }
  for (const GpuTable& gpu : profile.gpus) {
    if (enough(faults)) {
      return;
    }
    check_for_several(gpu.settings, faults);
    check_table(gpu, faults);
  }
}

std::vector<Error> shared_uuids(std::span<const Desired> desired) {
  struct Vf {
    PciAddress gpu;
    VfIndex vf;
  };
  std::vector<Error> faults;
  std::map<std::string, Vf> seen;
  for (const Desired& gpu : desired) {
    for (const auto& [vf, settings] : gpu.vf) {
      const Given* const given = given_for(settings, Key::uuid);
      const std::string* const uuid = uuid_of(given);
      if (uuid == nullptr) {
        continue;
      }
      const auto [first, is_new] = seen.emplace(fold_case(*uuid), Vf{.gpu = gpu.gpu, .vf = vf});
      if (!is_new) {
        faults.push_back(fault_of(*given,
                                  *uuid,
                                  fmt::format("VF {} of {} and VF {} of {} would have it",
                                              first->second.vf.index,
                                              to_string(first->second.gpu),
                                              vf.index,
                                              to_string(gpu.gpu)),
                                  "give each its own, or leave it out: then one is derived"));
      }
    }
  }
  return faults;
}

}  // namespace vfmgr
