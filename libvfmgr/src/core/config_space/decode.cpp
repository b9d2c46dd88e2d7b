// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/decode.hpp"

#include "vfmgr/registers.hpp"

#include "core/config_space/capabilities.hpp"
#include "core/config_space/names.hpp"
#include "core/config_space/reader.hpp"
#include "core/config_space/walk.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace vfmgr::config_space {

namespace {

constexpr std::uint16_t kExpressId = 0x10;  // PCI_CAP_ID_EXP
constexpr const char* kAsRoot = "run it as root, with CAP_SYS_ADMIN";

void add(std::string_view config, const List& list, bool extended, ConfigSpace& space) {
  for (const Entry& entry : list.entries) {
    const Known* const known = extended ? known_extended(entry.id) : known_classic(entry.id);
    Capability capability{
        .extended = extended,
        .id = entry.id,
        .offset = entry.at,
        .version = extended ? std::optional<std::uint32_t>(entry.version) : std::nullopt};
    if (known != nullptr) {
      capability.name = known->name;
      capability.decoded = known->read != nullptr;
    }
    if (capability.decoded) {
      Reader reader(config, entry.at);
      known->read(reader);
      capability.fields = reader.take();
    }
    space.capabilities.push_back(std::move(capability));
  }
}

/// What kept a list from being read to its end.
void tell_end(const List& list, std::string_view which, std::size_t bytes, ConfigSpace& space) {
  if (list.end == End::broken) {
    space.findings.push_back(
        {.what = fmt::format("the list of {} breaks off at {:#x}: it leads nowhere, back, or reads "
                             "all ones",
                             which,
                             list.at),
         .help = "the device does not answer, or its firmware is at fault"});
  } else if (list.end == End::not_read) {
    space.findings.push_back(
        {.what = fmt::format(
             "the list of {} goes on at {:#x}, and {} bytes were to be had", which, list.at, bytes),
         .help = bytes <= kHeaderBytes ? kAsRoot : ""});
  }
}

}  // namespace

ConfigSpace decode(std::string_view config) {
  config = config.substr(0, kMostBytes);
  ConfigSpace space{.bytes = config.size(), .header = {}, .capabilities = {}, .findings = {}};
  Reader header(config, 0);
  read_header(header);
  space.header = header.take();
  if (!config.empty() && config.find_first_not_of('\xff') == std::string_view::npos) {
    space.findings.push_back({.what = "the function does not answer: all of it reads ones",
                              .help = "look at its power state and at the kernel's log"});
    return space;
  }
  const List classic = classic_list(config);
  add(config, classic, false, space);
  tell_end(classic, "capabilities", config.size(), space);
  const List extended = extended_list(config);
  add(config, extended, true, space);
  tell_end(extended, "extended capabilities", config.size(), space);
  // Only PCI Express has more than 256 bytes; without that capability it is not known what it is.
  if (config.size() <= kExtendedBegin && find(classic, kExpressId)) {
    space.findings.push_back(
        {.what = fmt::format("extended capabilities, SR-IOV among them, begin at {:#x}, and {} "
                             "bytes were to be had",
                             kExtendedBegin,
                             config.size()),
         .help = config.size() <= kHeaderBytes
                     ? kAsRoot
                     : "the kernel does not reach them: it may lack MMCONFIG (pci=mmconf)"});
  }
  return space;
}

}  // namespace vfmgr::config_space
