// SPDX-License-Identifier: Apache-2.0
#include "backends/pci_vectors.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/toolkit.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/config_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

Value total_of(const Kernel& kernel, const PciAddress& pf) {
  const Place place = pci::of(pci::kTotalMsix, pf);
  return observed(place, std::move(kernel.read_slowly(std::array{place}, kSlowReadLimit).front()));
}

/// Why a PF's VFs have no vectors to be given.
Error no_vectors(const Gpu& pf, const Value& total) {
  Error error{.kind = ErrorKind::unsupported};
  if (const auto* const unreadable = std::get_if<Unreadable>(&total.is)) {
    error.kind = ErrorKind::unreadable;
    error.os_error = unreadable->os_error;
    error.why = fmt::format("{} can't be read", to_string(pci::of(pci::kTotalMsix, pf.address)));
    error.help = unreadable->os_error == ETIMEDOUT
                     ? "somebody is at work on this GPU and holds its lock: try again later"
                     : "";
    return error;
  }
  if (total.absent()) {
    error.why = "this kernel does not let the MSI-X vectors of VFs be set";
    error.help = "Linux does since 5.13, with CONFIG_PCI_MSI";
    return error;
  }
  error.why = fmt::format("'{}' does not let the MSI-X vectors of its VFs be set: {} reads {}",
                          pf.driver.value_or("its driver"),
                          to_string(pci::of(pci::kTotalMsix, pf.address)),
                          total.text());
  error.help = "leave 'msix' out for this GPU";
  return error;
}

/// As many as the device gives unasked.
Value drivers_choice() {
  Value value;
  value.match = Match::any;
  value.origin = Origin::own;
  return value;
}

/// Why one VF that stays can't be given any; nothing: it can.
Error vf_problem(const PciAddress& pf, VfIndex vf, const Value& now) {
  Error error{.kind = ErrorKind::unsupported,
              .subject = fmt::format("{} vf{}", to_string(pf), vf.index)};
  if (const auto* const unreadable = std::get_if<Unreadable>(&now.is)) {
    error.kind = ErrorKind::unreadable;
    error.os_error = unreadable->os_error;
    error.why = unreadable->os_error == EPERM ? "only root is shown how many MSI-X vectors a VF has"
                                              : "how many MSI-X vectors it has can't be read";
    error.help = unreadable->os_error == EPERM ? "run it as root" : "";
  } else {
    error.why = "it has no MSI-X capability";
    error.help = "leave 'msix' out for it";
  }
  return error;
}

}  // namespace

void ask_vectors(const Kernel& kernel, GpuFacts& facts) {
  const Gpu& pf = facts.gpu;
  const Value total = total_of(kernel, pf.address);
  const std::uint64_t most = decimal(total.text()).value_or(0);
  if (most == 0) {
    facts.lacks.insert_or_assign(Key::msix, no_vectors(pf, total));
    return;
  }
  const bool table_is_less = most > kMostVectors;
  facts.offers.push_back({.key = Key::msix,
                          .scope = kScopeVf,
                          .least = 1,
                          .most = std::min<std::uint64_t>(most, kMostVectors),
                          .read_from = table_is_less
                                           ? "the size of an MSI-X table (PCI, Message Control)"
                                           : to_string(pci::of(pci::kTotalMsix, pf.address))});
}

void probe_vectors(const Kernel& kernel, const Gpu& pf, std::uint32_t count, State& into) {
  Value total = total_of(kernel, pf.address);
  if (decimal(total.text()).value_or(0) == 0) {
    return;
  }
  total.origin = Origin::own;
  into[pci::of(pci::kTotalMsix, pf.address)] = std::move(total);
  std::vector<Place> places;
  places.reserve(count);
  for (std::uint32_t index = 0; index < count; ++index) {
    places.push_back(pci::of(pci::kVfMsix, pf.address, vf_at(index)));
  }
  auto read = kernel.read_slowly(places, kSlowReadLimit);
  for (std::size_t at = 0; at < places.size(); ++at) {
    Value value = observed(places[at], std::move(read[at]));
    value.origin = Origin::unknown;  // nothing in sysfs tells who chose it
    into[places[at]] = std::move(value);
  }
}

bool has_vectors(const State& state, const PciAddress& pf) {
  return state.contains(pci::of(pci::kTotalMsix, pf));
}

void complete_vectors(const PciAddress& pf,
                      const State& now,
                      const Desired& desired,
                      std::uint32_t count,
                      bool made_anew,
                      State& target) {
  for (std::uint32_t index = 0; index < count; ++index) {
    const Place place = pci::of(pci::kVfMsix, pf, vf_at(index));
    const Given* const asked = given_for(desired.of(vf_at(index)), Key::msix);
    if (asked == nullptr) {
      if (made_anew && has_vectors(now, pf)) {
        target[place] = drivers_choice();
      }
      continue;
    }
    const auto* const number = std::get_if<std::uint64_t>(&asked->value);
    Value& wish = target[place];
    wish = number == nullptr ? drivers_choice() : text_value(std::to_string(*number));
    wish.source =
        fmt::format("{}:{}:{}", asked->where.file.view(), asked->where.line, asked->where.column);
  }
}

std::vector<Error> fits_vectors(const PciAddress& pf,
                                const State& now,
                                const Desired& desired,
                                std::uint32_t count,
                                bool made_anew) {
  std::vector<Error> faults;
  std::uint64_t sum = 0;
  const Given* last = nullptr;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Given* const asked = given_for(desired.of(vf_at(index)), Key::msix);
    if (asked == nullptr) {
      continue;
    }
    if (const auto* const number = std::get_if<std::uint64_t>(&asked->value)) {
      sum += *number;
      last = asked;
    }
    const auto here = now.find(pci::of(pci::kVfMsix, pf, vf_at(index)));
    const bool told =
        std::ranges::any_of(faults, [&](const Error& fault) { return fault.spot == asked->where; });
    if (!made_anew && !told && here != now.end() &&
        (here->second.absent() || here->second.unreadable())) {
      faults.push_back(vf_problem(pf, vf_at(index), here->second));
      faults.back().spot = asked->where;
    }
  }
  const auto total = now.find(pci::of(pci::kTotalMsix, pf));
  const std::uint64_t most = total == now.end() ? 0 : decimal(total->second.text()).value_or(0);
  if (last != nullptr && total != now.end() && sum > most) {
    // ABI/testing/sysfs-bus-pci: "the total number of MSI-X vectors available for distribution to
    // all VFs".
    faults.push_back(
        {.kind = ErrorKind::does_not_fit,
         .subject = to_string(pf),
         .value = std::to_string(sum),
         .why = fmt::format(
             "the VFs would have {} MSI-X vectors, and there are {} for all of them", sum, most),
         .help = "give some of them fewer; read from " + to_string(total->first),
         .spot = last->where});
  }
  return faults;
}

}  // namespace vfmgr
