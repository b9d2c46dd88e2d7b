// SPDX-License-Identifier: Apache-2.0
// Those of the tools that change a host: each is one record of its log.
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "sim/command.hpp"
#include "sim/driver.hpp"
#include "sim/faults.hpp"
#include "sim/group_hold.hpp"
#include "sim/host_file.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"
#include "sim/tools.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim {

namespace {

Result<Done> change(const std::filesystem::path& file, const Command& command, Drivers also) {
  TRY(const auto host, HostFile::open(file, also));
  return host->change([&](const Machine&) { return std::optional(command); });
}

std::unexpected<Error> no_such(std::string_view name) {
  return fail({.kind = ErrorKind::no_match,
               .subject = std::string(name),
               .why = "there is no such function on this host",
               .help = "name a VF by its address, or as GPU/N with N as in virtfnN"});
}

/// "0000:03:00.1", or "0000:03:00.0/0".
Result<PciAddress> function_named(const std::filesystem::path& file,
                                  std::string_view name,
                                  Drivers also) {
  const std::size_t slash = name.find('/');
  const auto first = parse_address(name.substr(0, slash));
  const auto index =
      slash == std::string_view::npos ? std::nullopt : stored_number(name.substr(slash + 1));
  if (!first || (slash != std::string_view::npos && !index)) {
    return no_such(name);
  }
  TRY(const auto host, HostFile::open(file, also));
  std::optional<PciAddress> found;
  TRY_VOID(host->look([&](const Machine& machine) {
    found = *first;
    if (index) {
      constexpr std::uint64_t kMost = 0xFFFF;
      found = machine.vf_address(*first, static_cast<std::uint32_t>(std::min(*index, kMost)));
      if (found && machine.pf_of(*found) != *first) {
        found.reset();
      }
    }
    if (found && !machine.exists(*found)) {
      found.reset();
    }
  }));
  if (!found) {
    return no_such(name);
  }
  return *found;
}

}  // namespace

Result<void> arm_fault(const std::filesystem::path& file, const Fault& fault, Drivers also) {
  const auto invalid = [&fault](const char* why) {
    return fail({.kind = ErrorKind::invalid, .subject = to_string(fault.place), .why = why});
  };
  if (fault.turn == 0) {
    return invalid("turns count from 1");
  }
  if (fault.os_error == 0 && fault.stop == Stop::none) {
    return invalid("a fault needs an errno or a stop");
  }
  if (fault.half && fault.os_error == 0) {
    return invalid("half of a write comes with an errno");
  }
  Command command = fault_fields(fault);
  command.insert(command.begin(), "f");
  TRY_VOID(change(file, command, also));
  return {};
}

Result<void> disarm_faults(const std::filesystem::path& file, Drivers also) {
  TRY_VOID(change(file, {"d"}, also));
  return {};
}

Result<void> hold_vf(const std::filesystem::path& file,
                     std::string_view vf,
                     int pid,
                     const std::string& vm,
                     Drivers also) {
  TRY(const PciAddress function, function_named(file, vf, also));
  TRY(const auto host, HostFile::open(file, also));
  std::string group;
  TRY_VOID(host->look([&](const Machine& machine) { group = vfio_group_of(machine, function); }));
  const Place node{.in = In::dev, .path = "vfio/" + group};
  if (!group.empty() && is_held(file.string() + ".state/groups", node)) {
    return fail({.kind = ErrorKind::in_use,
                 .os_error = EBUSY,
                 .subject = to_string(node),
                 .why = "another process has this VF's group open"});
  }
  const Command command{"hold", to_string(function), std::to_string(std::max(pid, 0)), vm};
  TRY(const Done done, host->change([&](const Machine&) { return std::optional(command); }));
  if (done.error == EBUSY) {
    return fail({.kind = ErrorKind::in_use,
                 .os_error = EBUSY,
                 .subject = to_string(function),
                 .why = "a VM already holds it"});
  }
  if (done.error == EPERM) {
    return fail({.kind = ErrorKind::in_use,
                 .os_error = EPERM,
                 .subject = to_string(function),
                 .why = "a host driver has another function of its IOMMU group",
                 .help = "take that one off its driver first"});
  }
  if (done.error != 0) {
    return fail({.kind = ErrorKind::unsupported,
                 .os_error = done.error,
                 .subject = to_string(function),
                 .why = "a VM can only hold what is on a vfio driver",
                 .help = "bind it to vfio-pci first"});
  }
  return {};
}

Result<void> release_vf(const std::filesystem::path& file, std::string_view vf, Drivers also) {
  TRY(const PciAddress function, function_named(file, vf, also));
  TRY(const Done done, change(file, {"release", to_string(function)}, also));
  if (done.error != 0) {
    return fail({.kind = ErrorKind::no_match,
                 .os_error = done.error,
                 .subject = to_string(function),
                 .why = "no VM holds it"});
  }
  return {};
}

Result<void> vanish(const std::filesystem::path& file,
                    const PciAddress& function,
                    Milliseconds after,
                    Drivers also) {
  const std::string time = std::to_string(std::max(after, Milliseconds(0)).count());
  TRY(const Done done, change(file, {"vanish", to_string(function), time}, also));
  if (done.error != 0) {
    return no_such(to_string(function));
  }
  return {};
}

Result<void> poke(const std::filesystem::path& file,
                  const Place& place,
                  std::string_view bytes,
                  Drivers also) {
  TRY(const Done done, change(file, {"poke", to_string(place), std::string(bytes)}, also));
  if (done.error != 0) {
    return fail({.kind = ErrorKind::invalid,
                 .os_error = done.error,
                 .subject = to_string(place),
                 .why = "nothing can be put there"});
  }
  return {};
}

Result<int> parse_errno(std::string_view text) {
  constexpr int kMost = 4095;  // include/linux/err.h: MAX_ERRNO
  if (const auto number = stored_number(text); number && *number >= 1 && *number <= kMost) {
    return static_cast<int>(*number);
  }
  for (int number = 1; number <= kMost; ++number) {
    const char* name = strerrorname_np(number);
    if (name != nullptr && text == name) {
      return number;
    }
  }
  return fail({.kind = ErrorKind::invalid,
               .subject = "errno",
               .value = std::string(text),
               .why = "no such errno",
               .help = "name it as errno(3) does, e.g. EBUSY"});
}

}  // namespace vfmgr::sim
