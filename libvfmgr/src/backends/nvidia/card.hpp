// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/type_list.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

struct VgpuType {
  std::uint32_t id = 0;
  std::string name;          ///< as the driver prints it: "NVIDIA L40S-8Q"
  std::uint64_t bytes = 0;   ///< of frame buffer: the profile size; 0: its name does not say
  std::uint32_t gib = 0;     ///< what it takes of the card's memory where placements count
  char series = 0;           ///< 'A', 'B', 'C', 'Q', or 0
  std::uint32_t slices = 0;  ///< of its GPU instance; 0: time-sliced
  std::string instance;      ///< its GPU instance profile; empty: time-sliced
  std::uint32_t most = 0;    ///< on a GPU, all of this size; 0: not known
  std::uint32_t most_in_instance = 0;  ///< in one GPU instance; 0: time-sliced or not known
  bool inferred = false;  ///< no source gives the id: it fits between those that are known
};

/// A profile of GPU instances: how many slices of memory one takes and where it may begin.
struct InstanceProfile {
  std::uint32_t id = 0;  ///< what the driver creates it by; larger ones have smaller ids
  std::string name;      ///< "3g.20gb"
  std::uint32_t size = 0;
  std::vector<std::uint32_t> starts;
  std::uint32_t most = 0;
};

struct Card {
  std::string name;       ///< what its types' names begin with: "NVIDIA L40S"
  std::uint32_t gib = 0;  ///< 0: not known
  bool mixes = false;     ///< may hold vGPUs of several sizes at a time
  std::vector<VgpuType> types;
  std::vector<InstanceProfile> profiles;  ///< larger first
  bool shares_instances = false;          ///< several vGPUs of one size in a GPU instance
  std::uint64_t vram = 0;                 ///< in bytes, nominal; 0: not known
  bool ada = false;  ///< Ada Lovelace places 1 GB vGPUs elsewhere than Ampere does
};

/// The card with these PCI ids, aliases included; nullptr where no table has it. It lives as long
/// as the program.
const Card* card_of(std::uint16_t device_id, std::uint16_t subsystem_id);

/// Every card that the tables have.
std::span<const Card> known_cards();

/// The card with the ids and names that its driver prints: they win over the table's. A list holds
/// only what can be created at that moment, so what it lacks stays.
Card with_listed(Card card, std::span<const Listed> types);

/// A card that no table has: what the names of its types tell. Its memory and the most of each type
/// are not known then: a list may be short because of what is there already.
Card card_of_list(std::span<const Listed> types);

/// By id in decimal, whole name, or short name; in other case too where that is only one.
const VgpuType* find_type(const Card& card, std::string_view wish);

/// Short names, for help with one that is not there.
std::vector<std::string_view> type_names(const Card& card);

/// How many vGPUs of this type one GPU instance takes.
std::uint32_t room_in_instance(const Card& card, const VgpuType& type);

}  // namespace vfmgr::nvidia
