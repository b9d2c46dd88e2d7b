// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/units.hpp"

#include "core/letters.hpp"
#include "core/nearest.hpp"
#include "core/profile_model.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

namespace {

bool class_matches(const MatchKeys& keys, const Gpu& gpu) {
  if (keys.any_class) {
    return true;
  }
  if (!keys.class_code) {
    return gpu.is_gpu_class();
  }
  const std::uint32_t code = keys.class_code->value;
  if (code <= 0xffU) {
    return gpu.class_code >> 16U == code;
  }
  return code <= 0xffffU ? gpu.class_code >> 8U == code : gpu.class_code == code;
}

bool model_matches(std::string_view glob, const Gpu& gpu) {
  const std::string pattern = fold_case(glob);
  const std::string model = fold_case(gpu.model);
  return !model.empty() &&
         (glob_match(pattern, model) || glob_match(pattern, fold_case(gpu.vendor) + " " + model));
}

bool matches_one(const MatchKeys& keys, const Gpu& gpu) {
  return !gpu.physfn && class_matches(keys, gpu) &&
         (!keys.address || glob_match(keys.address->value, to_string(gpu.address))) &&
         (!keys.vendor || keys.vendor->value == gpu.vendor_id) &&
         (!keys.device || keys.device->value == gpu.device_id) &&
         (!keys.model || model_matches(keys.model->value, gpu)) &&
         (!keys.driver || gpu.driver == keys.driver->value) &&
         (!keys.numa_node || gpu.numa_node == keys.numa_node->value);
}

}  // namespace

std::vector<const GpuFacts*> matches(const MatchKeys& keys, std::span<const GpuFacts> gpus) {
  std::vector<const GpuFacts*> found;
  for (const GpuFacts& facts : gpus) {
    if (matches_one(keys, facts.gpu)) {
      found.push_back(&facts);
    }
  }
  std::ranges::sort(found, {}, [](const GpuFacts* facts) { return facts->gpu.address; });
  if (keys.nth) {
    const std::size_t nth = keys.nth->value;
    found = nth < found.size() ? std::vector{found[nth]} : std::vector<const GpuFacts*>{};
  }
  return found;
}

bool may_be_listed(const ProfileModel& profile, const GpuFacts& facts) {
  return std::ranges::any_of(profile.gpus, [&](const GpuTable& table) {
    MatchKeys keys = table.match;
    keys.nth.reset();
    if (!facts.gpu.driver) {
      keys.driver.reset();
    }
    return matches_one(keys, facts.gpu);
  });
}

}  // namespace vfmgr
