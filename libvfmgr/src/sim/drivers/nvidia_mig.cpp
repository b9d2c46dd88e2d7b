// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_mig.hpp"

#include "sim/drivers/nvidia_card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::nvidia {

namespace {

/// Slices of memory, as a profile's placements count them.
bool overlaps(const Card& card, const Instance& instance, std::uint64_t at, std::uint64_t size) {
  const Profile* profile = card.profile(instance.profile);
  const std::uint64_t taken = profile == nullptr ? 0 : profile->size;
  return instance.start < at + size && at < instance.start + taken;
}

/// Ids are the driver's choice. Here: the lowest free one, but never the start, so that whoever
/// takes one for the other is found out.
std::uint32_t next_id(const Card& card, std::uint32_t start) {
  std::uint32_t id = 1;
  while (id == start || card.instance(id) != nullptr) {
    ++id;
  }
  return id;
}

}  // namespace

std::string mig_text(const Card& card) {
  if (!card.mig || card.instances.empty()) {
    return card.mig ? "on" : "off";
  }
  std::string text;
  for (const Instance& instance : card.instances) {
    text += fmt::format("{}{}@{}{}",
                        text.empty() ? "" : " ",
                        instance.profile,
                        instance.start,
                        instance.bare ? "/bare" : "");
  }
  return text;
}

int create_instance(Card& card, std::string_view profile, std::uint32_t start, bool bare) {
  if (!card.mig) {
    return EOPNOTSUPP;
  }
  const Profile* kind = card.profile(profile);
  if (kind == nullptr || std::ranges::find(kind->starts, start) == kind->starts.end()) {
    return EINVAL;
  }
  const auto same = std::ranges::count(card.instances, profile, &Instance::profile);
  const bool taken = std::ranges::any_of(card.instances, [&](const Instance& other) {
    return overlaps(card, other, start, kind->size);
  });
  if (taken || same >= kind->most) {
    return ENOSPC;
  }
  card.instances.push_back(
      {.id = next_id(card, start), .profile = kind->name, .start = start, .bare = bare});
  std::ranges::sort(card.instances, {}, &Instance::start);
  return 0;
}

int destroy_instance(Card& card, std::uint32_t start, bool half) {
  const auto found = std::ranges::find(card.instances, start, &Instance::start);
  if (found == card.instances.end()) {
    return EINVAL;
  }
  if (std::ranges::find(card.vgpus, found->id, &Vgpu::instance) != card.vgpus.end()) {
    return EBUSY;
  }
  if (half) {
    found->bare = true;
  } else {
    card.instances.erase(found);
  }
  return 0;
}

}  // namespace vfmgr::sim::nvidia
