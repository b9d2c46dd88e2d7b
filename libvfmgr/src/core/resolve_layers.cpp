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
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

/// One GPU with the faults found for it.
struct Laying {
  const GpuFacts& facts;
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
  if (number == nullptr ||
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
  return Error{.kind = ErrorKind::does_not_fit,
               .subject = std::string(row.name),
               .value = spelled(row.type, *number),
               .why = fmt::format("out of the range of {}", named(facts.gpu)),
               .help = offer.read_from.empty()
                           ? range
                           : fmt::format("{}; read from {}", range, offer.read_from),
               .spot = given.where};
}

/// Puts a layer over what is there already.
void put_over(const Laying& laying, const Settings& layer, std::uint8_t scope, Settings& below) {
  for (const auto& [key, given] : layer) {
    if (!has(laying.facts, key, scope)) {
      const Error* const why = reason(laying.facts, key, scope);
      const bool not_known = why != nullptr && why->kind == ErrorKind::unreadable;
      if (given.layer != Layer::defaults || not_known) {
        laying.faults.push_back(lacking(laying.facts, key, scope, given));
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
    below[key] = given;
  }
}

void set_count(const Laying& laying, const GpuTable& table, Desired& desired) {
  const Gpu& gpu = laying.facts.gpu;
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

/// How many VFs there will be, where a count that can't be had is not faulted a second time.
std::uint32_t coming(const GpuTable& table, const GpuFacts& facts) {
  if (table.vfs) {
    return table.vfs->value;
  }
  return table.vfs_max ? facts.gpu.total_vfs.value_or(0) : facts.num_vfs;
}

void lay_vf_tables(const Laying& laying, const GpuTable& table, Desired& desired) {
  const std::uint32_t count = coming(table, laying.facts);
  const std::uint32_t total = laying.facts.gpu.total_vfs.value_or(0);
  for (const VfTable& vf : table.vf) {
    Settings own;
    put_over(laying, vf.settings, kScopeVf, own);
    for (const VfRange& range : vf.index) {
      if (range.last.index >= count) {
        laying.faults.push_back(
            {.kind = ErrorKind::does_not_fit,
             .subject = "index",
             .value = std::to_string(range.last.index),
             .why = fmt::format("{} {} {} VFs",
                                named(laying.facts.gpu),
                                table.vfs_max ? "can have" : "has",
                                count),
             .help = table.vfs_max ? "" : "vfs = N in its [[gpu]] asks for more",
             .spot = range.where});
        continue;
      }
      for (std::uint32_t index = range.first.index; index <= range.last.index && index < total;
           ++index) {
        Settings settings = desired.every_vf;
        for (const auto& [key, given] : own) {
          settings[key] = given;
        }
        desired.vf.insert_or_assign(vf_at(index), std::move(settings));
      }
    }
  }
}

}  // namespace

std::string named(const Gpu& gpu) {
  const std::string name =
      gpu.vendor.empty() || gpu.model.empty() ? gpu.model : gpu.vendor + " " + gpu.model;
  return name.empty() ? to_string(gpu.address)
                      : fmt::format("{} ({})", to_string(gpu.address), name);
}

Desired lay_over(const ProfileModel& profile,
                 const GpuTable& table,
                 const GpuFacts& facts,
                 std::vector<Error>& faults) {
  const Laying laying{.facts = facts, .faults = faults};
  Desired desired;
  desired.gpu = facts.gpu.address;
  desired.where = table.where;
  desired.adopt = table.adopt;
  set_count(laying, table, desired);
  put_over(laying, profile.defaults, kScopeVf, desired.every_vf);
  if (table.resources) {
    const auto found = profile.resources.find(table.resources->value);
    if (found != profile.resources.end()) {
      put_over(laying, found->second, kScopeVf, desired.every_vf);
    }
  }
  put_over(laying, table.settings, kScopeVf, desired.every_vf);
  put_over(laying, table.pf, kScopePf, desired.pf);
  lay_vf_tables(laying, table, desired);
  return desired;
}

}  // namespace vfmgr
