// SPDX-License-Identifier: Apache-2.0
#include "core/resolve_tables.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/profile_model.hpp"
#include "core/resolve.hpp"
#include "core/resolve_layers.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
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

/// "1 GPU matches, 2 or 4 expected".
std::string counted(std::size_t found, const Expect& expect) {
  return fmt::format(
      "{} {}, {} expected", found, found == 1 ? "GPU matches" : "GPUs match", wanted(expect));
}

std::string drivers_to_come(std::span<const GpuFacts* const> unknown) {
  return "not known without their driver: " + listed(unknown);
}

/// A serial number that may be the one that is named, and can't be read.
std::optional<Error> hidden_serial(const GpuTable& table, std::span<const GpuFacts> gpus) {
  if (!table.match.serial) {
    return std::nullopt;
  }
  MatchKeys others = table.match;
  others.serial.reset();
  for (const GpuFacts* const facts : matching(others, gpus).sure) {
    if (facts->serial_hidden) {
      Error error = *facts->serial_hidden;
      error.spot = table.match.serial->where;
      return error;
    }
  }
  return std::nullopt;
}

Error nothing_found(const GpuTable& table,
                    std::span<const GpuFacts* const> but_nth,
                    std::span<const GpuFacts> gpus) {
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
  error.help = near_addresses("", gpus) + "; optional = true lets it match none";
  return error;
}

/// Where the table says how many there must be.
Found expected_matches(const GpuTable& table, const Matching& all, std::span<const GpuFacts> gpus) {
  Error error{.subject = "expect",
              .why = counted(all.sure.size(), *table.expect),
              .help = all.sure.empty() ? std::string() : "matching: " + listed(all.sure),
              .spot = table.expect->where};
  Found found;
  switch (fit(*table.expect, all.sure.size())) {
    case Fit::too_many:
      error.kind = ErrorKind::no_match;
      found.faults.push_back(std::move(error));
      return found;
    case Fit::too_few:
      if (!all.sure.empty() || !all.unknown.empty() || !table.optional) {
        error.kind = ErrorKind::missing;
        error.help += all.unknown.empty()
                          ? ""
                          : (error.help.empty() ? "" : "; ") + drivers_to_come(all.unknown);
        found.missing.push_back(std::move(error));
      }
      // With one of them missing, the nth would be another one.
      found.gpus = table.match.nth ? std::vector<const GpuFacts*>{} : all.sure;
      return found;
    case Fit::good:
      break;
  }
  found.gpus = matches(table.match, gpus);
  if (found.gpus.empty() && !all.sure.empty()) {
    found.faults.push_back(nothing_found(table, all.sure, gpus));
  }
  return found;
}

/// Where any number will do, but none only where the table is optional.
Found any_matches(const GpuTable& table, const Matching& all, std::span<const GpuFacts> gpus) {
  Found found{.gpus = matches(table.match, gpus), .faults = {}, .missing = {}};
  if (!found.gpus.empty() || table.optional) {
    return found;
  }
  if (all.unknown.empty()) {
    found.faults.push_back(nothing_found(table, all.sure, gpus));
  } else {
    found.missing.push_back({.kind = ErrorKind::missing,
                             .subject = "match",
                             .why = "no GPU here matches yet",
                             .help = drivers_to_come(all.unknown),
                             .spot = table.match.where});
  }
  return found;
}

}  // namespace

Found find_gpus_of(const GpuTable& table, std::span<const GpuFacts> gpus) {
  if (auto wrong = wrong_address(table.match, gpus)) {
    // An optional table may be about a card that is not there, never about a VF.
    Found found;
    if (!table.optional || wrong->kind != ErrorKind::no_match) {
      found.faults.push_back(std::move(*wrong));
    }
    return found;
  }
  if (auto hidden = hidden_serial(table, gpus)) {
    return {.gpus = {}, .faults = {std::move(*hidden)}, .missing = {}};
  }
  // `expect` is about all the cards that the other keys match.
  const Matching all = matching(table.match, gpus);
  if (table.match.nth && !all.unknown.empty()) {
    Error error{.kind = ErrorKind::missing,
                .subject = "nth",
                .why = "which GPU has this number can't be told yet",
                .help = drivers_to_come(all.unknown),
                .spot = table.match.nth->where};
    return {.gpus = {}, .faults = {}, .missing = {std::move(error)}};
  }
  return table.expect ? expected_matches(table, all, gpus) : any_matches(table, all, gpus);
}

}  // namespace vfmgr
