// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/walk.hpp"

#include "core/config_space/bytes.hpp"

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::config_space {

namespace {

// include/uapi/linux/pci_regs.h
constexpr std::size_t kStatus = 0x06;              // PCI_STATUS
constexpr std::uint64_t kHasList = 0x10;           // PCI_STATUS_CAP_LIST
constexpr std::size_t kType = 0x0e;                // PCI_HEADER_TYPE
constexpr std::uint64_t kCardbus = 2;              // PCI_HEADER_TYPE_CARDBUS …
constexpr std::size_t kFirstOfCardbus = 0x14;      // … which has PCI_CB_CAPABILITY_LIST
constexpr std::size_t kFirst = 0x34;               // PCI_CAPABILITY_LIST
constexpr std::uint64_t kPointer = 0xfc;           // the two bits below are reserved
constexpr std::uint64_t kExtendedPointer = 0xffc;  // PCI_EXT_CAP_NEXT
constexpr std::uint16_t kNoCapability = 0xff;      // drivers/pci/pci.h: the end of a broken list

/// Where a list has been, in steps of four bytes.
using Been = std::bitset<kMostBytes / 4>;

/// Whether a list may go on to this place; else how it ends is set.
bool goes_on(List& list, Been& been, std::size_t at, std::size_t least) {
  if (at == 0) {
    return false;
  }
  list.at = at;
  if (at < least || been.test(at / 4)) {
    list.end = End::broken;
    return false;
  }
  been.set(at / 4);
  return true;
}

}  // namespace

List classic_list(std::string_view config) {
  List list;
  const auto status = number(config, kStatus, 2);
  const auto type = number(config, kType, 1);
  const bool cardbus = type && (*type & 0x7fU) == kCardbus;
  const auto first = number(config, cardbus ? kFirstOfCardbus : kFirst, 1);
  if (!status || !first || is_unanswered(config, kStatus, 2)) {
    list.end = status && first ? End::broken : End::not_read;
    list.at = kFirst;
    return list;
  }
  Been been;
  std::size_t at = (*status & kHasList) != 0 ? *first & kPointer : 0;
  while (goes_on(list, been, at, kHeaderBytes)) {
    const auto header = number(config, at, 2);
    if (!header) {
      list.end = End::not_read;
      return list;
    }
    const auto id = static_cast<std::uint16_t>(*header & 0xffU);
    if (id == kNoCapability) {
      list.end = End::broken;
      return list;
    }
    list.entries.push_back({.id = id, .at = static_cast<std::uint16_t>(at)});
    at = (*header >> 8U) & kPointer;
  }
  return list;
}

List extended_list(std::string_view config) {
  List list;
  // drivers/pci/probe.c:pci_ext_cfg_is_aliased: behind some bridges all 4 KiB are the first 256
  // bytes again.
  const auto ids = number(config, 0, 4);
  if (ids && *ids != 0 && !is_unanswered(config, 0, 4) &&
      ids == number(config, kExtendedBegin, 4)) {
    return list;
  }
  Been been;
  std::size_t at = config.size() > kExtendedBegin ? kExtendedBegin : 0;
  while (goes_on(list, been, at, kExtendedBegin)) {
    const auto header = number(config, at, 4);
    if (!header) {
      list.end = End::not_read;
      return list;
    }
    // drivers/pci/pci.c:pci_find_next_ext_capability: 0 where the list would begin, there is none.
    if (*header == 0) {
      list.end = at == kExtendedBegin ? End::whole : End::broken;
      return list;
    }
    if (is_unanswered(config, at, 4)) {
      list.end = End::broken;
      return list;
    }
    list.entries.push_back({.id = static_cast<std::uint16_t>(*header & 0xffffU),
                            .at = static_cast<std::uint16_t>(at),
                            .version = static_cast<std::uint8_t>(bits_of(*header, 16, 4))});
    at = (*header >> 20U) & kExtendedPointer;
  }
  return list;
}

std::optional<std::size_t> find(const List& list, std::uint16_t id) {
  const auto found = std::ranges::find(list.entries, id, &Entry::id);
  return found == list.entries.end() ? std::nullopt : std::optional<std::size_t>(found->at);
}

}  // namespace vfmgr::config_space
