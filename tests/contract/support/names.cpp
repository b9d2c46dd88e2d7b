// SPDX-License-Identifier: Apache-2.0
#include "contract/support/names.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/kernel_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace vfmgr::contract {

namespace {

std::unexpected<Error> unknown(std::string_view name) {
  return fail({.kind = ErrorKind::no_match,
               .subject = std::string(name),
               .why = "this stands for nothing on this host"});
}

std::size_t run_of(std::string_view text, std::string_view letters) {
  return std::min(text.find_first_not_of(letters), text.size());
}

/// The function whose routing id is `more` behind this one's.
PciAddress further(const PciAddress& from, std::uint64_t more) {
  const std::uint64_t id =
      (std::uint64_t{from.bus} << 8U) + (std::uint64_t{from.device} << 3U) + from.function + more;
  return {.domain = from.domain,
          .bus = static_cast<std::uint8_t>(id >> 8U),
          .device = static_cast<std::uint8_t>((id >> 3U) & 0x1FU),
          .function = static_cast<std::uint8_t>(id & 7U)};
}

constexpr std::string_view kDigits = "0123456789";

}  // namespace

Result<std::string> Names::value_of(const std::string& name) {
  const std::size_t letters = run_of(name, "abcdefghijklmnopqrstuvwxyz");
  const std::string_view word = std::string_view(name).substr(0, letters);
  const auto number = sim::stored_number(std::string_view(name).substr(letters));
  const PciAddress pf = stage_->pf(1);
  if (word == "pf") {
    return to_string(stage_->pf(static_cast<std::uint32_t>(number.value_or(1))));
  }
  Place place;
  if (word == "vf" && number) {
    place = pci::of(pci::kVf, pf, VfIndex{static_cast<std::uint16_t>(*number)});
  } else if (word == "group" && number) {
    place = pci::of(pci::kVfIommuGroup, pf, VfIndex{static_cast<std::uint16_t>(*number)});
  } else if (word == "group") {
    place = pci::of(pci::kIommuGroup, pf);
  } else {
    return unknown(name);
  }
  if (const auto target = stage_->kernel().link(place)) {
    seen_[name] = target->substr(target->rfind('/') + 1);
  }
  const auto known = seen_.find(name);
  return known == seen_.end() ? Result<std::string>(unknown(name)) : known->second;
}

Result<std::string> Names::expand(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      return out;
    }
    text.remove_prefix(dollar + 1);
    const std::size_t letters = run_of(text, "abcdefghijklmnopqrstuvwxyz");
    const std::size_t end = letters + run_of(text.substr(letters), kDigits);
    TRY(std::string value, value_of(std::string(text.substr(0, end))));
    text.remove_prefix(end);
    const std::size_t more = text.starts_with('+') ? run_of(text.substr(1), kDigits) : 0;
    if (more > 0) {
      TRY(const PciAddress from, parse_address(value));
      value = to_string(further(from, sim::stored_number(text.substr(1, more)).value_or(0)));
      text.remove_prefix(more + 1);
    }
    out += value;
  }
}

Result<Place> Names::place(std::string_view text) {
  if (text.starts_with("$vf")) {
    const std::size_t digits = run_of(text.substr(3), kDigits);
    TRY(const std::string leaf, expand(text.substr(3 + digits)));
    return Place{.in = In::sys,
                 .path = "bus/pci/devices/" + to_string(stage_->pf(1)) + "/virtfn" +
                         std::string(text.substr(3, digits)) + leaf};
  }
  const bool of_function = text.starts_with("$");
  TRY(const std::string plain, expand(text));
  if (of_function) {
    return Place{.in = In::sys, .path = "bus/pci/devices/" + plain};
  }
  if (plain.find(':') == std::string::npos || plain.starts_with("drivers") ||
      plain.starts_with("devices")) {
    return Place{.in = In::sys, .path = "bus/pci/" + plain};
  }
  return parse_place(plain);
}

Result<PciAddress> Names::address(std::string_view text) {
  TRY(const std::string plain, expand(text));
  return parse_address(plain);
}

}  // namespace vfmgr::contract
