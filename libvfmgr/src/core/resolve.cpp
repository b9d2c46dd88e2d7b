// SPDX-License-Identifier: Apache-2.0
#include "core/resolve.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/faults.hpp"
#include "core/profile_model.hpp"
#include "core/profile_uuids.hpp"
#include "core/resolve_layers.hpp"
#include "core/resolve_tables.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// Whether the table asks for anything of its own; [defaults] are for whoever has them.
bool asks_for_something(const ProfileModel& profile, const GpuTable& table) {
  const auto resources =
      table.resources ? profile.resources.find(table.resources->value) : profile.resources.end();
  return table.vfs || table.vfs_max || !table.settings.empty() || !table.pf.empty() ||
         (resources != profile.resources.end() && !resources->second.empty()) ||
         std::ranges::any_of(table.vf, [](const VfTable& vf) { return !vf.settings.empty(); });
}

/// A GPU with the tables that are about it, in their order.
struct Claimed {
  const GpuFacts* facts = nullptr;
  std::vector<const GpuTable*> tables;
};

/// Goes through the tables, one after the other.
class Resolver {
 public:
  Resolver(const ProfileModel& profile, std::span<const GpuFacts> gpus)
      : profile_(profile), gpus_(gpus) {}

  /// Whether there are so many faults that nobody needs more.
  [[nodiscard]] bool done() const { return enough(resolved_.faults) || enough(resolved_.missing); }

  void take(const GpuTable& table) {
    Found found = find_gpus_of(table, gpus_);
    std::ranges::move(found.faults, std::back_inserter(resolved_.faults));
    std::ranges::move(found.missing, std::back_inserter(resolved_.missing));
    for (const GpuFacts* const facts : found.gpus) {
      Claimed& claimed = claimed_[facts->gpu.address];
      claimed.facts = facts;
      claimed.tables.push_back(&table);
    }
  }

  Resolved result() && {
    for (const auto& [address, claimed] : claimed_) {
      if (is_layered(claimed)) {
        take_gpu(claimed);
      }
    }
    std::ranges::move(unlike(resolved_.desired, gpus_), std::back_inserter(resolved_.faults));
    std::ranges::move(shared_uuids(resolved_.desired), std::back_inserter(resolved_.faults));
    return std::move(resolved_);
  }

 private:
  /// Whether each table after the first says how it goes with the earlier ones.
  bool is_layered(const Claimed& claimed) {
    const std::size_t before = resolved_.faults.size();
    const Spot& earlier = claimed.tables.front()->where;
    for (std::size_t at = 1; at < claimed.tables.size(); ++at) {
      if (done()) {
        break;
      }
      const GpuTable& table = *claimed.tables[at];
      if (table.overrides || table.replaces) {
        continue;
      }
      resolved_.faults.push_back(
          {.kind = ErrorKind::no_match,
           .subject = "match",
           .why = fmt::format("{} is matched by two tables; the other is {}:{}",
                              named(claimed.facts->gpu),
                              earlier.file.view(),
                              earlier.line),
           .help = "let each GPU be matched by one [[gpu]], or say in the later one overrides = "
                   "true (a layer over the other) or replaces = true",
           .spot = table.match.where});
    }
    return resolved_.faults.size() == before;
  }

  void take_gpu(const Claimed& claimed) {
    const GpuFacts& facts = *claimed.facts;
    const auto last_to_replace = std::ranges::find_if(
        claimed.tables.rbegin(), claimed.tables.rend(), [](const GpuTable* table) {
          return table->replaces.has_value();
        });
    const std::span all(claimed.tables);
    const std::span tables =
        last_to_replace == claimed.tables.rend()
            ? all
            : all.last(static_cast<std::size_t>(last_to_replace - claimed.tables.rbegin()) + 1);
    if (facts.cannot || facts.backend.empty() || !facts.gpu.total_vfs) {
      const auto asking = std::ranges::find_if(
          tables, [this](const GpuTable* table) { return asks_for_something(profile_, *table); });
      if (asking != tables.end()) {
        // What lost its driver, or has not got it yet, is missing: it can come. The rest can't.
        const bool can_come = facts.gpu.total_vfs && !facts.gpu.driver;
        Error error = cannot(**asking, facts);
        error.kind = can_come ? ErrorKind::missing : error.kind;
        (can_come ? resolved_.missing : resolved_.faults).push_back(std::move(error));
      }
      return;
    }
    resolved_.desired.push_back(vfmgr::lay_over(profile_, tables, facts, resolved_.faults));
  }

  static Error cannot(const GpuTable& table, const GpuFacts& facts) {
    Error error = facts.cannot.value_or(
        Error{.kind = ErrorKind::unsupported,
              .why = facts.gpu.total_vfs ? "nothing here manages its VFs" : "it has no SR-IOV",
              .help = "leave it out of the match"});
    if (error.subject.empty()) {
      error.subject = named(facts.gpu);
    }
    error.spot = table.where;
    return error;
  }

  const ProfileModel& profile_;
  std::span<const GpuFacts> gpus_;
  std::map<PciAddress, Claimed> claimed_;
  Resolved resolved_;
};

}  // namespace

std::vector<PciAddress> asked_dearly(const ProfileModel& profile, std::span<const GpuFacts> gpus) {
  const auto names = [](const Settings& settings) { return names_dear(settings); };
  std::vector<PciAddress> found;
  for (const GpuTable& table : profile.gpus) {
    const auto resources =
        table.resources ? profile.resources.find(table.resources->value) : profile.resources.end();
    const bool dear = names(profile.defaults) || names(table.settings) || names(table.pf) ||
                      (resources != profile.resources.end() && names(resources->second)) ||
                      std::ranges::any_of(table.vf, names, &VfTable::settings);
    if (!dear) {
      continue;
    }
    for (const GpuFacts* const facts : matches(table.match, gpus)) {
      if (std::ranges::find(found, facts->gpu.address) == found.end()) {
        found.push_back(facts->gpu.address);
      }
    }
  }
  return found;
}

Resolved resolve(const ProfileModel& profile, std::span<const GpuFacts> gpus) {
  Resolver resolver(profile, gpus);
  for (const GpuTable& table : profile.gpus) {
    if (resolver.done()) {
      break;
    }
    resolver.take(table);
  }
  return std::move(resolver).result();
}

}  // namespace vfmgr
