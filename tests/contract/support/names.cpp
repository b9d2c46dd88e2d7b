// SPDX-License-Identifier: Apache-2.0
#include "contract/support/names.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/kernel_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
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

/// The addresses in a "START END FLAGS" line of a resource file, PF's line 7 + BAR: its window for
/// that BAR of all its VFs (pci-sysfs.c:resource_show, iov.c:sriov_init).
constexpr std::size_t kVfBar0Line = 7;

/// VF n's slice of the window for VF BAR 0, as its own resource file has it:
/// iov.c:pci_iov_add_virtfn.
std::string slice_of(std::string_view resource, std::uint64_t total, std::uint64_t vf) {
  for (std::size_t line = 0; line < kVfBar0Line; ++line) {
    resource.remove_prefix(std::min(resource.find('\n'), resource.size() - 1) + 1);
  }
  const std::uint64_t start = std::stoull(std::string(resource.substr(0, 18)), nullptr, 16);
  const std::uint64_t end = std::stoull(std::string(resource.substr(19, 18)), nullptr, 16);
  const std::uint64_t bytes = (end - start + 1) / total;
  return fmt::format("0x{:016x} 0x{:016x}", start + (vf * bytes), start + ((vf + 1) * bytes) - 1);
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

/// The functions that are neither of the two PFs nor a VF, with spaces between them.
Result<std::string> others(const Kernel& kernel, const PciAddress& pf, const PciAddress& pf2) {
  TRY(const auto names, kernel.list(pci::named(pci::kFunctions, {})));
  std::string text;
  for (const std::string& name : names) {
    TRY(const PciAddress function, parse_address(name));
    if (function != pf && function != pf2 && !kernel.link(pci::of(pci::kPhysfn, function))) {
      text += (text.empty() ? "" : " ") + name;
    }
  }
  return text;
}

constexpr std::string_view kDigits = "0123456789";

}  // namespace

Result<std::string> Names::host_value_of(std::string_view word,
                                         std::optional<std::uint64_t> number) {
  const Kernel& kernel = stage_->kernel();
  const PciAddress pf = stage_->pf(1);
  if (word == "slice" && number) {
    TRY(const std::string resource, kernel.read(pci::of(pci::kResource, pf)));
    TRY(const std::string total, kernel.read(pci::of(pci::kTotalVfs, pf)));
    return slice_of(resource, sim::stored_number(sim::without_newline(total)).value_or(1), *number);
  }
  if (word == "others") {
    return others(kernel, pf, stage_->pf(2));
  }
  Place place = pci::of(pci::kFunctionDir, pf);
  TRY(const std::string link, kernel.link(place));
  constexpr std::string_view kDevices = "/devices/";
  const std::size_t from = link.find(kDevices) + kDevices.size();
  const std::string parent = link.substr(from, link.rfind('/') - from);
  if (word == "parent") {
    return parent;
  }
  return word == "port" ? parent.substr(parent.rfind('/') + 1) : Result<std::string>(unknown(word));
}

Result<std::string> Names::value_of(const std::string& name) {
  const std::size_t letters = run_of(name, "abcdefghijklmnopqrstuvwxyz");
  const std::string_view word = std::string_view(name).substr(0, letters);
  const auto number = sim::stored_number(std::string_view(name).substr(letters));
  const PciAddress pf = stage_->pf(1);
  if (word == "bus") {
    return std::to_string(pf.bus);
  }
  if (word == "pf") {
    return to_string(stage_->pf(static_cast<std::uint32_t>(number.value_or(1))));
  }
  Place place;
  if (word == "vf" && number) {
    place = pci::of(pci::kVf, pf, vf_at(*number));
  } else if (word == "group" && number) {
    place = pci::of(pci::kVfIommuGroup, pf, vf_at(*number));
  } else if (word == "group") {
    place = pci::of(pci::kIommuGroup, pf);
  } else {
    if (const auto value = host_value_of(word, number)) {
      seen_[name] = *value;
    }
    const auto known = seen_.find(name);
    return known == seen_.end() ? Result<std::string>(unknown(name)) : known->second;
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
