// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/mig_layout.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/packing.hpp"
#include "core/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

namespace {

using Counts = std::map<std::string, std::uint32_t, std::less<>>;

// A GPU has at most fifteen GPU instances (the numbers of /proc/driver/nvidia-caps/mig-minors,
// NVIDIA open-gpu-kernel-modules 595.45.04); it bounds the search for what to keep.
constexpr std::size_t kMostInstances = 15;

const InstanceProfile* profile_of(const Card& card, std::string_view name) {
  const auto found = std::ranges::find(card.profiles, name, &InstanceProfile::name);
  return found == card.profiles.end() ? nullptr : &*found;
}

Counts counted(std::span<const std::string> wanted) {
  Counts counts;
  for (const std::string& name : wanted) {
    ++counts[name];
  }
  return counts;
}

std::string profile_words(const Counts& counts) {
  std::vector<std::string> words;
  for (const auto& [name, count] : counts) {
    words.push_back(fmt::format("{} of {}", count, name));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

/// Takes one off; false where none is left.
bool take_one(Counts& counts, const std::string& profile) {
  const auto entry = counts.find(profile);
  if (entry == counts.end() || entry->second == 0) {
    return false;
  }
  --entry->second;
  return true;
}

/// Where the instances go that are not kept; none where they don't fit beside those that are.
std::optional<std::vector<Instance>> created(const Card& card,
                                             std::span<const Instance> keep,
                                             const Counts& missing) {
  Ground ground;
  for (const Instance& one : keep) {
    const InstanceProfile* const profile = profile_of(card, one.profile);
    if (profile != nullptr) {
      ground.take(one.start, profile->size);
    } else if (std::ranges::any_of(missing, [](const auto& left) { return left.second > 0; })) {
      return std::nullopt;  // nobody knows how much of the GPU that one takes
    }
  }
  std::vector<Pieces> pieces;
  std::vector<std::string_view> names;
  for (const InstanceProfile& profile : card.profiles) {
    const auto entry = missing.find(profile.name);
    if (entry != missing.end() && entry->second > 0) {
      pieces.push_back({.size = profile.size, .starts = profile.starts, .count = entry->second});
      names.emplace_back(profile.name);
    }
  }
  const auto places = pack(ground, pieces);
  if (!places) {
    return std::nullopt;
  }
  std::vector<Instance> instances;
  for (std::size_t kind = 0; kind < pieces.size(); ++kind) {
    for (const std::uint32_t start : (*places)[kind]) {
      instances.push_back({std::string(names[kind]), start});
    }
  }
  return instances;
}

bool is_one_of(std::span<const Instance> instances, const Instance& one) {
  return std::ranges::find(instances, one) != instances.end();
}

/// The plan that keeps these of what is there, if it can be carried out.
std::optional<LayoutPlan> keeping(const Card& card,
                                  std::span<const Instance> now,
                                  std::uint32_t kept,
                                  Counts missing) {
  LayoutPlan plan;
  for (std::size_t index = 0; index < now.size(); ++index) {
    if ((kept >> index & 1U) == 0) {
      plan.destroy.push_back(now[index]);
      continue;
    }
    if (!take_one(missing, now[index].profile)) {
      return std::nullopt;
    }
    plan.keep.push_back(now[index]);
  }
  auto create = created(card, plan.keep, missing);
  if (!create) {
    return std::nullopt;
  }
  plan.create = std::move(*create);
  return plan;
}

std::optional<LayoutPlan> best_plan(const Card& card,
                                    std::span<const Instance> now,
                                    const Counts& wanted,
                                    std::span<const Instance> pinned) {
  std::uint32_t must = 0;
  for (std::size_t index = 0; index < now.size(); ++index) {
    must |= is_one_of(pinned, now[index]) ? 1U << index : 0U;
  }
  for (auto most = static_cast<int>(now.size()); most >= 0; --most) {
    for (std::uint32_t kept = 0; kept < 1U << now.size(); ++kept) {
      if (std::popcount(kept) != most || (kept & must) != must) {
        continue;
      }
      if (auto plan = keeping(card, now, kept, wanted)) {
        return plan;
      }
    }
  }
  return std::nullopt;
}

LayoutPlan refused(std::string why, std::string help) {
  return {.why = std::move(why), .help = std::move(help)};
}

/// What is wrong with a wish whatever is there now.
std::optional<LayoutPlan> wrong_wish(const Card& card,
                                     const Counts& missing,
                                     const Counts& wanted) {
  for (const auto& [name, count] : missing) {
    if (count == 0 || profile_of(card, name) != nullptr) {
      continue;
    }
    if (card.profiles.empty()) {
      return refused(fmt::format("no public table tells the GPU instances of {}", card.name),
                     "make them by hand: those that are there already are accepted");
    }
    std::vector<std::string_view> names;
    names.reserve(card.profiles.size());
    for (const InstanceProfile& profile : card.profiles) {
      names.emplace_back(profile.name);
    }
    const auto near = nearest(name, names);
    return refused(fmt::format("{} has no GPU instances '{}'", card.name, name),
                   near ? fmt::format("did you mean '{}'?", *near)
                        : fmt::format("it has {}", fmt::join(names, ", ")));
  }
  for (const auto& [name, count] : wanted) {
    const InstanceProfile* const profile = profile_of(card, name);
    if (profile != nullptr && count > profile->most) {
      return refused(fmt::format("{} of {} are asked for, and {} has at most {}",
                                 count,
                                 name,
                                 card.name,
                                 profile->most),
                     fmt::format("ask for {} or fewer", profile->most));
    }
  }
  return std::nullopt;
}

/// The first that could be left out for the rest to fit.
std::string what_to_leave(const Card& card,
                          std::span<const Instance> now,
                          const Counts& wanted,
                          std::span<const Instance> pinned) {
  for (const auto& [name, count] : wanted) {
    Counts fewer = wanted;
    if (take_one(fewer, name) && best_plan(card, now, fewer, pinned)) {
      return fmt::format("with one {} less they do", name);
    }
  }
  return "ask for fewer or smaller ones";
}

}  // namespace

LayoutPlan lay_out(const Card& card,
                   std::span<const Instance> now,
                   std::span<const std::string> wanted,
                   std::span<const Instance> pinned) {
  if (now.size() > kMostInstances) {
    return refused(fmt::format("{} GPU instances are there: more than a GPU can have", now.size()),
                   {});
  }
  const Counts counts = counted(wanted);
  Counts missing = counts;
  for (const Instance& one : pinned) {
    if (!take_one(missing, one.profile)) {
      return refused(
          fmt::format("the {} at {} hosts a vGPU that stays, and the layout has no place for it",
                      one.profile,
                      one.start),
          fmt::format("add \"{}\" to the layout, or free its vGPU first", one.profile));
    }
  }
  for (const Instance& one : now) {
    if (!is_one_of(pinned, one)) {
      take_one(missing, one.profile);
    }
  }
  if (auto wrong = wrong_wish(card, missing, counts)) {
    return std::move(*wrong);
  }
  if (auto plan = best_plan(card, now, counts, pinned)) {
    return std::move(*plan);
  }
  const std::string beside =
      pinned.empty() ? "" : fmt::format(", {} of which host vGPUs that stay", pinned.size());
  return refused(
      fmt::format("{} do not fit on {} together{}", profile_words(counts), card.name, beside),
      what_to_leave(card, now, counts, pinned));
}

std::vector<std::string> instances_for(const Card& card, std::span<const VgpuType* const> wanted) {
  // By profile and size, in the order of the profiles: what a table does not have comes last.
  std::map<std::tuple<std::size_t, std::string, std::uint64_t>, std::vector<const VgpuType*>>
      groups;
  for (const VgpuType* const type : wanted) {
    if (type != nullptr && !type->instance.empty()) {
      const auto place = std::ranges::find(card.profiles, type->instance, &InstanceProfile::name);
      const auto rank = static_cast<std::size_t>(place - card.profiles.begin());
      groups[{rank, type->instance, type->bytes}].push_back(type);
    }
  }
  std::vector<std::string> profiles;
  for (const auto& [group, types] : groups) {
    const std::size_t room = room_in_instance(card, *types.front());
    profiles.insert(profiles.end(), (types.size() + room - 1) / room, std::get<1>(group));
  }
  return profiles;
}

}  // namespace vfmgr::nvidia
