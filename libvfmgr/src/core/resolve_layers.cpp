// SPDX-License-Identifier: Apache-2.0
#include "core/resolve_layers.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/nearest.hpp"
#include "core/profile_model.hpp"
#include "core/settings.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

/// One GPU, what is asked of it, and the faults found.
struct Laying {
  const GpuFacts& facts;
  Desired& desired;
  std::vector<Error>& faults;
};

const Offer* find_offer(const GpuFacts& facts, Key key, std::uint8_t scope) {
  const auto found = std::ranges::find_if(facts.offers, [key, scope](const Offer& offer) {
    return offer.key == key && (offer.scope & scope) != 0;
  });
  return found == facts.offers.end() ? nullptr : &*found;
}

bool has(const GpuFacts& facts, Key key, std::uint8_t scope) {
  // The PCI core binds VFs, whatever their driver.
  return (key == Key::vf_driver && scope == kScopeVf) || find_offer(facts, key, scope) != nullptr;
}

/// Where the device itself tells why it lacks something.
const Error* reason(const GpuFacts& facts, Key key, std::uint8_t scope) {
  const auto found = facts.lacks.find(key);
  return found == facts.lacks.end() || (row_of(key).scope & scope) == 0 ? nullptr : &found->second;
}

Error lacking(const GpuFacts& facts, Key key, std::uint8_t scope, const Given& given) {
  if (const Error* const why = reason(facts, key, scope)) {
    Error error = *why;
    error.subject = std::string(row_of(key).name);
    error.why = fmt::format("{} has none: {}", named(facts.gpu), why->why);
    error.spot = given.where;
    return error;
  }
  std::vector<std::string_view> names;
  for (const AttributeRow& row : kAttributes) {
    if (has(facts, row.key, scope)) {
      names.push_back(row.name);
    }
  }
  const std::string_view name = row_of(key).name;
  const auto meant = nearest(name, names);
  std::string help = meant ? fmt::format("did you mean '{}'? ", *meant) : std::string();
  help += names.empty() ? "it has none" : fmt::format("it has: {}", fmt::join(names, ", "));
  return {.kind = ErrorKind::unsupported,
          .subject = std::string(name),
          .why = fmt::format("{} has no such attribute{}",
                             named(facts.gpu),
                             scope == kScopePf ? " of its PF" : " of its VFs"),
          .help = std::move(help),
          .spot = given.where};
}

std::string spelled(Type type, std::uint64_t number) {
  if (type == Type::bytes) {
    return spell(Bytes{number});
  }
  return type == Type::duration ? spell(Microseconds{number}) : std::to_string(number);
}

std::optional<Error> out_of_range(const GpuFacts& facts, const Offer& offer, const Given& given) {
  const auto* const number = std::get_if<std::uint64_t>(&given.value);
  const bool infinite = number != nullptr && *number == std::numeric_limits<std::uint64_t>::max();
  if (number == nullptr || (infinite && offer.or_infinite) ||
      ((!offer.least || *number >= *offer.least) && (!offer.most || *number <= *offer.most))) {
    return std::nullopt;
  }
  const AttributeRow& row = row_of(offer.key);
  std::string range;
  if (offer.least) {
    range = "at least " + spelled(row.type, *offer.least);
  }
  if (offer.most) {
    range += (range.empty() ? "at most " : ", at most ") + spelled(row.type, *offer.most);
  }
  range += offer.or_infinite ? R"(, or "infinite")" : "";
  return Error{.kind = ErrorKind::does_not_fit,
               .subject = std::string(row.name),
               .value = spelled(row.type, *number),
               .why = fmt::format("out of the range of {}", named(facts.gpu)),
               .help = offer.read_from.empty()
                           ? range
                           : fmt::format("{}; read from {}", range, offer.read_from),
               .spot = given.where};
}

/// A layer without what the GPU can't take.
Settings taken(const Laying& laying, const Settings& layer, std::uint8_t scope) {
  Settings good;
  for (const auto& [key, given] : layer) {
    if (!has(laying.facts, key, scope)) {
      const Error* const why = reason(laying.facts, key, scope);
      const bool not_known = why != nullptr && why->kind == ErrorKind::unreadable;
      if (given.layer != Layer::defaults || not_known) {
        laying.faults.push_back(lacking(laying.facts, key, scope, given));
      } else {
        laying.desired.skipped.push_back({.key = key, .where = given.where});
      }
      continue;
    }
    const Offer* const offer = find_offer(laying.facts, key, scope);
    if (offer != nullptr) {
      if (auto fault = out_of_range(laying.facts, *offer, given)) {
        laying.faults.push_back(std::move(*fault));
        continue;
      }
    }
    good.emplace(key, given);
  }
  return good;
}

void put_over(const Settings& layer, Settings& below) {
  for (const auto& [key, given] : layer) {
    below.insert_or_assign(key, given);
  }
}

/// A layer for every VF lies over those that some VFs have from an earlier table, too.
void put_over_all(const Laying& laying, const Settings& layer) {
  const Settings good = taken(laying, layer, kScopeVf);
  put_over(good, laying.desired.every_vf);
  for (auto& [index, settings] : laying.desired.vf) {
    put_over(good, settings);
  }
}

void set_count(const Laying& laying, const GpuTable& table) {
  const Gpu& gpu = laying.facts.gpu;
  Desired& desired = laying.desired;
  if (table.vfs_max) {
    desired.vfs_max = true;
    desired.vfs_where = *table.vfs_max;
  }
  if (!table.vfs) {
    return;
  }
  desired.vfs_where = table.vfs->where;
  if (table.vfs->value > gpu.total_vfs.value_or(0)) {
    laying.faults.push_back({.kind = ErrorKind::does_not_fit,
                             .subject = "vfs",
                             .value = std::to_string(table.vfs->value),
                             .why = fmt::format("more VFs than {} can have", named(gpu)),
                             .help = fmt::format("0 to {}; read from {}",
                                                 gpu.total_vfs.value_or(0),
                                                 to_string(pci::of(pci::kTotalVfs, gpu.address))),
                             .spot = table.vfs->where});
    return;
  }
  desired.vfs = table.vfs->value;
}

/// The last table that says how many VFs; none: no one does.
const GpuTable* counting(std::span<const GpuTable* const> tables) {
  const GpuTable* last = nullptr;
  for (const GpuTable* const table : tables) {
    last = table->vfs || table->vfs_max ? table : last;
  }
  return last;
}

/// How many VFs there will be, where a count that can't be had is not faulted a second time.
std::uint32_t coming(const GpuTable* counts, const GpuFacts& facts) {
  if (counts != nullptr && counts->vfs) {
    return counts->vfs->value;
  }
  return counts != nullptr ? facts.gpu.total_vfs.value_or(0)
                           : std::max(facts.num_vfs, facts.coming_vfs);
}

void lay_vf_tables(const Laying& laying, const GpuTable& table, const GpuTable* counts) {
  const std::uint32_t count = coming(counts, laying.facts);
  const std::uint32_t total = laying.facts.gpu.total_vfs.value_or(0);
  const bool as_many_as_possible = counts != nullptr
                                       ? counts->vfs_max.has_value()
                                       : laying.facts.coming_vfs > laying.facts.num_vfs;
  for (const VfTable& vf : table.vf) {
    const Settings own = taken(laying, vf.settings, kScopeVf);
    for (const VfRange& range : vf.index) {
      if (range.last.index >= count) {
        laying.faults.push_back(
            {.kind = ErrorKind::does_not_fit,
             .subject = "index",
             .value = std::to_string(range.last.index),
             .why = fmt::format("{} {} {} VFs",
                                named(laying.facts.gpu),
                                as_many_as_possible ? "can have" : "has",
                                count),
             .help = as_many_as_possible ? "" : "vfs = N in its [[gpu]] asks for more",
             .spot = range.where});
        continue;
      }
      for (std::uint32_t index = range.first.index; index <= range.last.index && index < total;
           ++index) {
        Settings& settings =
            laying.desired.vf.emplace(vf_at(index), laying.desired.every_vf).first->second;
        put_over(own, settings);
      }
    }
  }
}

void lay_table(const Laying& laying,
               const ProfileModel& profile,
               const GpuTable& table,
               const GpuTable* counts) {
  if (table.resources) {
    const auto found = profile.resources.find(table.resources->value);
    if (found != profile.resources.end()) {
      put_over_all(laying, found->second);
    }
  }
  put_over_all(laying, table.settings);
  put_over(taken(laying, table.pf, kScopePf), laying.desired.pf);
  lay_vf_tables(laying, table, counts);
  laying.desired.adopt = table.adopt.value_or(laying.desired.adopt);
}

}  // namespace

std::string named(const Gpu& gpu) {
  const std::string name =
      gpu.vendor.empty() || gpu.model.empty() ? gpu.model : gpu.vendor + " " + gpu.model;
  return name.empty() ? to_string(gpu.address)
                      : fmt::format("{} ({})", to_string(gpu.address), name);
}

Desired lay_over(const ProfileModel& profile,
                 std::span<const GpuTable* const> tables,
                 const GpuFacts& facts,
                 std::vector<Error>& faults) {
  Desired desired;
  desired.gpu = facts.gpu.address;
  desired.where = tables.back()->where;
  const Laying laying{.facts = facts, .desired = desired, .faults = faults};
  const GpuTable* const counts = counting(tables);
  if (counts != nullptr) {
    set_count(laying, *counts);
  }
  put_over_all(laying, profile.defaults);
  for (const GpuTable* const table : tables) {
    lay_table(laying, profile, *table, counts);
  }
  return desired;
}

std::vector<Error> unlike(std::span<const Desired> desired, std::span<const GpuFacts> gpus) {
  std::vector<Error> faults;
  std::map<std::pair<std::string, Key>, const Given*> first;
  for (const Desired& one : desired) {
    const auto facts = std::ranges::find_if(
        gpus, [&one](const GpuFacts& known) { return known.gpu.address == one.gpu; });
    for (const auto& [key, given] : one.pf) {
      if (!row_of(key).is(kShared) || facts == gpus.end()) {
        continue;
      }
      const auto [other, is_first] =
          first.emplace(std::pair(facts->gpu.driver.value_or(std::string()), key), &given);
      if (!is_first && other->second->value != given.value) {
        faults.push_back(
            {.kind = ErrorKind::invalid,
             .subject = std::string(row_of(key).name),
             .why = fmt::format("all GPUs of driver '{}' have one; another is asked for at {}",
                                facts->gpu.driver.value_or("none"),
                                to_string(other->second->where)),
             .help = "ask for the same in both",
             .spot = given.where});
      }
    }
  }
  return faults;
}

}  // namespace vfmgr
