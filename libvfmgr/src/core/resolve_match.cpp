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
#include <utility>
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

/// Whether a table is about a GPU, as far as that is known yet.
enum class Answer : std::uint8_t { no, unknown, yes };

Answer answer(bool holds) {
  return holds ? Answer::yes : Answer::no;
}

/// Of what a driver has to tell: without one nobody knows.
Answer told_by_driver(const Gpu& gpu, bool holds) {
  return holds ? Answer::yes : gpu.driver ? Answer::no : Answer::unknown;
}

Answer model_answer(std::string_view glob, const GpuFacts& facts) {
  const std::string pattern = fold_case(glob);
  const auto holds = [&pattern](const std::string& name) {
    return !name.empty() && glob_match(pattern, fold_case(name));
  };
  const Gpu& gpu = facts.gpu;
  if (holds(gpu.model) || holds(gpu.vendor + " " + gpu.model) || holds(facts.driver_model)) {
    return Answer::yes;
  }
  // A name that the tables have is a name, though its driver might have another for it.
  return gpu.model.empty() ? told_by_driver(gpu, false) : Answer::no;
}

bool ids_match(const MatchKeys& keys, const Gpu& gpu) {
  return (!keys.vendor || keys.vendor->value == gpu.vendor_id) &&
         (!keys.device || keys.device->value == gpu.device_id) &&
         (!keys.subsystem_vendor || keys.subsystem_vendor->value == gpu.subsystem_vendor_id) &&
         (!keys.subsystem_device || keys.subsystem_device->value == gpu.subsystem_device_id);
}

bool place_matches(const MatchKeys& keys, const Gpu& gpu) {
  return (!keys.address || glob_match(keys.address->value, to_string(gpu.address))) &&
         (!keys.slot || gpu.slot == keys.slot->value) &&
         (!keys.numa_node || gpu.numa_node == keys.numa_node->value);
}

/// What a driver calls a GPU often has the kind of thing before it: "GPU-1a2b…" is meant by
/// "1a2b…", too.
bool is_uuid_of(std::string_view wanted, std::string_view uuid) {
  const std::string folded = fold_case(uuid);
  return folded == wanted || folded.ends_with("-" + std::string(wanted));
}

Answer identity_answer(const MatchKeys& keys, const GpuFacts& facts) {
  const Gpu& gpu = facts.gpu;
  Answer least = Answer::yes;
  if (keys.driver) {
    least = std::min(least, told_by_driver(gpu, gpu.driver == keys.driver->value));
  }
  if (keys.backend) {
    // One that is managed without a driver waits for none.
    const bool managed_as_it_is = gpu.driver || facts.needs_no_driver;
    // While there is no driver, who manages it now may not be who manages it then.
    least = std::min(least,
                     managed_as_it_is ? answer(facts.backend == keys.backend->value)
                                      : told_by_driver(gpu, false));
  }
  if (keys.model) {
    least = std::min(least, model_answer(keys.model->value, facts));
  }
  if (keys.serial) {
    least = std::min(
        least, told_by_driver(gpu, gpu.serial && fold_case(*gpu.serial) == keys.serial->value));
  }
  if (keys.uuid) {
    least =
        std::min(least, told_by_driver(gpu, gpu.uuid && is_uuid_of(keys.uuid->value, *gpu.uuid)));
  }
  return least;
}

/// By all keys but `nth`.
Answer answer_for(const MatchKeys& keys, const GpuFacts& facts) {
  if (facts.gpu.physfn || !class_matches(keys, facts.gpu) || !ids_match(keys, facts.gpu) ||
      !place_matches(keys, facts.gpu)) {
    return Answer::no;
  }
  return identity_answer(keys, facts);
}

}  // namespace

Matching matching(const MatchKeys& keys, std::span<const GpuFacts> gpus) {
  Matching found;
  for (const GpuFacts& facts : gpus) {
    const Answer is = answer_for(keys, facts);
    if (is != Answer::no) {
      (is == Answer::yes ? found.sure : found.unknown).push_back(&facts);
    }
  }
  for (auto* const those : {&found.sure, &found.unknown}) {
    std::ranges::sort(*those, {}, [](const GpuFacts* facts) { return facts->gpu.address; });
  }
  return found;
}

std::vector<const GpuFacts*> matches(const MatchKeys& keys, std::span<const GpuFacts> gpus) {
  Matching found = matching(keys, gpus);
  if (keys.nth) {
    const std::size_t nth = keys.nth->value;
    return nth < found.sure.size() ? std::vector{found.sure[nth]} : std::vector<const GpuFacts*>{};
  }
  return std::move(found.sure);
}

bool may_be_listed(const ProfileModel& profile, const GpuFacts& facts) {
  return std::ranges::any_of(profile.gpus, [&facts](const GpuTable& table) {
    return answer_for(table.match, facts) != Answer::no;
  });
}

bool names(const ProfileModel& profile, Identity which) {
  return std::ranges::any_of(profile.gpus, [which](const GpuTable& table) {
    switch (which) {
      case Identity::slot:
        return table.match.slot.has_value();
      case Identity::serial:
        return table.match.serial.has_value();
      case Identity::of_driver:
        return table.match.uuid || table.match.model;
    }
    return false;
  });
}

}  // namespace vfmgr
