// SPDX-License-Identifier: Apache-2.0
#include "core/resolve.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/profile_model.hpp"
#include "core/resolve_layers.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// As many candidates as a person reads; the rest is counted.
constexpr std::size_t kMostNames = 8;

std::string listed(std::span<const GpuFacts* const> gpus) {
  std::string text;
  for (std::size_t at = 0; at < gpus.size() && at < kMostNames; ++at) {
    text += (at == 0 ? "" : ", ") + named(gpus[at]->gpu);
  }
  if (gpus.size() > kMostNames) {
    text += fmt::format(" and {} more", gpus.size() - kMostNames);
  }
  return text;
}

/// How many characters two addresses share at their start: those nearby in the machine come first.
std::size_t shared_prefix(std::string_view left, std::string_view right) {
  const auto [end, unused] = std::ranges::mismatch(left, right);
  return static_cast<std::size_t>(end - left.begin());
}

std::string near_addresses(const std::string& address, std::span<const GpuFacts> gpus) {
  std::vector<const GpuFacts*> near;
  for (const GpuFacts& facts : gpus) {
    if (!facts.gpu.physfn && facts.gpu.is_gpu_class()) {
      near.push_back(&facts);
    }
  }
  std::ranges::stable_sort(near, std::greater{}, [&address](const GpuFacts* facts) {
    return shared_prefix(address, to_string(facts->gpu.address));
  });
  return near.empty() ? "no GPU is here" : "here are: " + listed(near);
}

/// Why an address, given in full, is not one that a table can be about; none: it may be.
std::optional<Error> wrong_address(const MatchKeys& keys, std::span<const GpuFacts> gpus) {
  if (!keys.address) {
    return std::nullopt;
  }
  const auto address = parse_address(keys.address->value);
  if (!address) {
    return std::nullopt;  // a glob
  }
  const auto found = std::ranges::find_if(
      gpus, [&address](const GpuFacts& facts) { return facts.gpu.address == *address; });
  Error error{.subject = "address", .value = keys.address->value, .spot = keys.address->where};
  if (found == gpus.end()) {
    error.kind = ErrorKind::no_match;
    error.why = "no such PCI function here";
    error.help = near_addresses(keys.address->value, gpus);
    return error;
  }
  const Gpu& gpu = found->gpu;
  error.kind = ErrorKind::not_a_pf;
  if (gpu.physfn) {
    error.why = fmt::format("a VF of {}", to_string(*gpu.physfn));
    error.help = "name the PF, and the VF by its index in [[gpu.vf]]";
    return error;
  }
  if (!gpu.total_vfs) {
    error.why = "a function without SR-IOV";
    error.help = found->cannot ? found->cannot->help : std::string();
    return error;
  }
  if (!gpu.is_gpu_class() && !keys.any_class && !keys.class_code) {
    error.kind = ErrorKind::no_match;
    error.why = fmt::format("not a GPU: its class is 0x{:06x}", gpu.class_code);
    error.help = R"(if it is meant all the same, add class = "any")";
    return error;
  }
  return std::nullopt;
}

enum class Fit { good, too_few, too_many };

Fit fit(const Expect& expect, std::size_t found) {
  bool more_expected = false;
  for (const Expect::Range& range : expect.any_of) {
    if (found >= range.least && (!range.most || found <= *range.most)) {
      return Fit::good;
    }
    more_expected = more_expected || found < range.least;
  }
  return more_expected ? Fit::too_few : Fit::too_many;
}

std::string wanted(const Expect& expect) {
  std::string text;
  for (const Expect::Range& range : expect.any_of) {
    text += text.empty() ? "" : " or ";
    if (!range.most) {
      text += fmt::format("at least {}", range.least);
    } else if (*range.most == range.least) {
      text += std::to_string(range.least);
    } else {
      text += fmt::format("{} to {}", range.least, *range.most);
    }
  }
  return text;
}

/// Whether the table asks for anything of its own; [defaults] are for whoever has them.
bool asks_for_something(const ProfileModel& profile, const GpuTable& table) {
  const auto resources =
      table.resources ? profile.resources.find(table.resources->value) : profile.resources.end();
  return table.vfs || table.vfs_max || !table.settings.empty() || !table.pf.empty() ||
         (resources != profile.resources.end() && !resources->second.empty()) ||
         std::ranges::any_of(table.vf, [](const VfTable& vf) { return !vf.settings.empty(); });
}

std::string drivers_to_come(std::span<const GpuFacts* const> unknown) {
  return "not known without their driver: " + listed(unknown);
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

  void take(const GpuTable& table) {
    if (auto wrong = wrong_address(table.match, gpus_)) {
      // An optional table may be about a card that is not there, never about a VF.
      if (!table.optional || wrong->kind != ErrorKind::no_match) {
        resolved_.faults.push_back(std::move(*wrong));
      }
      return;
    }
    if (auto hidden = hidden_serial(table)) {
      resolved_.faults.push_back(std::move(*hidden));
      return;
    }
    for (const GpuFacts* const facts : counted_matches(table)) {
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
    return std::move(resolved_);
  }

 private:
  /// A serial number that may be the one that is named, and can't be read.
  [[nodiscard]] std::optional<Error> hidden_serial(const GpuTable& table) const {
    if (!table.match.serial) {
      return std::nullopt;
    }
    MatchKeys others = table.match;
    others.serial.reset();
    for (const GpuFacts* const facts : matching(others, gpus_).sure) {
      if (facts->serial_hidden) {
        Error error = *facts->serial_hidden;
        error.spot = table.match.serial->where;
        return error;
      }
    }
    return std::nullopt;
  }

  /// The matches, if there are as many as there should be.
  std::vector<const GpuFacts*> counted_matches(const GpuTable& table) {
    // `expect` is about all the cards that the other keys match: with one of them missing, the
    // nth would be another one.
    const Matching all = matching(table.match, gpus_);
    if (table.match.nth && !all.unknown.empty()) {
      resolved_.missing.push_back({.kind = ErrorKind::missing,
                                   .subject = "nth",
                                   .why = "which GPU has this number can't be told yet",
                                   .help = drivers_to_come(all.unknown),
                                   .spot = table.match.nth->where});
      return {};
    }
    if (table.expect) {
      return expected_matches(table, all);
    }
    auto found = matches(table.match, gpus_);
    if (found.empty() && !table.optional) {
      if (all.unknown.empty()) {
        resolved_.faults.push_back(nothing_found(table, all.sure));
      } else {
        resolved_.missing.push_back({.kind = ErrorKind::missing,
                                     .subject = "match",
                                     .why = "no GPU here matches yet",
                                     .help = drivers_to_come(all.unknown),
                                     .spot = table.match.where});
      }
    }
    return found;
  }

  std::vector<const GpuFacts*> expected_matches(const GpuTable& table, const Matching& all) {
    Error error{
        .subject = "expect",
        .why = fmt::format("{} GPUs match, {} expected", all.sure.size(), wanted(*table.expect)),
        .help = all.sure.empty() ? std::string() : "matching: " + listed(all.sure),
        .spot = table.expect->where};
    switch (fit(*table.expect, all.sure.size())) {
      case Fit::too_many:
        error.kind = ErrorKind::no_match;
        resolved_.faults.push_back(std::move(error));
        return {};
      case Fit::too_few:
        if (!all.sure.empty() || !all.unknown.empty() || !table.optional) {
          error.kind = ErrorKind::missing;
          error.help += all.unknown.empty()
                            ? ""
                            : (error.help.empty() ? "" : "; ") + drivers_to_come(all.unknown);
          resolved_.missing.push_back(std::move(error));
        }
        return table.match.nth ? std::vector<const GpuFacts*>{} : all.sure;
      case Fit::good:
        break;
    }
    auto found = matches(table.match, gpus_);
    if (found.empty() && !all.sure.empty()) {
      resolved_.faults.push_back(nothing_found(table, all.sure));
    }
    return found;
  }

  [[nodiscard]] Error nothing_found(const GpuTable& table,
                                    std::span<const GpuFacts* const> but_nth) const {
    Error error{.kind = ErrorKind::no_match,
                .subject = "match",
                .why = "no GPU here matches",
                .spot = table.match.where};
    if (table.match.nth && !but_nth.empty()) {
      error.why = fmt::format("there is no GPU number {}: {} match, counted from 0",
                              table.match.nth->value,
                              but_nth.size());
      error.help = "matching: " + listed(but_nth);
      error.spot = table.match.nth->where;
      return error;
    }
    error.help = near_addresses("", gpus_) + "; optional = true lets it match none";
    return error;
  }

  /// Whether each table after the first says how it goes with the earlier ones.
  bool is_layered(const Claimed& claimed) {
    const std::size_t before = resolved_.faults.size();
    const Spot& earlier = claimed.tables.front()->where;
    for (std::size_t at = 1; at < claimed.tables.size(); ++at) {
      const GpuTable& table = *claimed.tables[at];
      if (table.overrides || table.replaces) {
        continue;
      }
      resolved_.faults.push_back(
          {.kind = ErrorKind::no_match,
           .subject = "match",
           .why = fmt::format("{} is matched by two tables; the other is {}:{}",
                              named(claimed.facts->gpu),
                              earlier.file,
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
    resolver.take(table);
  }
  return std::move(resolver).result();
}

}  // namespace vfmgr
