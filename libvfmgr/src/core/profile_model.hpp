// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/profile.hpp"

#include "core/settings.hpp"
#include "core/sparse.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vfmgr {

/// More VFs than any function has: TotalVFs has 16 bits.
inline constexpr std::uint64_t kMostVfs = std::numeric_limits<std::uint16_t>::max();

/// A value and where it stands.
template <class T>
struct Located {
  T value{};
  Spot where;
};

/// The keys of a `match` table. All that are given must hold.
struct MatchKeys {
  Spot where;
  Sparse<Located<std::string>> address;  ///< glob over the full address, lower case
  Sparse<Located<std::uint16_t>> vendor;
  Sparse<Located<std::uint16_t>> device;
  Sparse<Located<std::uint16_t>> subsystem_vendor, subsystem_device;
  Sparse<Located<std::uint32_t>> class_code;  ///< 0x03: base, 0x0302: with subclass, else all
  bool any_class = false;
  Sparse<Located<std::string>> model;  ///< glob, case folded
  Sparse<Located<std::string>> driver;
  Sparse<Located<std::string>> backend;
  Sparse<Located<std::string>> slot;
  Sparse<Located<std::string>> serial, uuid;  ///< case folded
  Sparse<Located<int>> numa_node;
  Sparse<Located<std::uint32_t>> nth;
};

/// How many GPUs a table must match: any of these, each an inclusive range.
struct Expect {
  struct Range {
    std::uint32_t least = 0;
    std::optional<std::uint32_t> most;
  };
  std::vector<Range> any_of;
  Spot where;
};

/// VFs that stand together in an `index`: "0-3", or one alone. Both ends are meant.
struct VfRange {
  VfIndex first, last;
  Spot where;
};

/// One [[gpu.vf]].
struct VfTable {
  Spot where;
  std::vector<VfRange> index;  ///< in the order written
  Settings settings;
};

/// One [[gpu]].
struct GpuTable {
  Spot where;
  MatchKeys match;
  Sparse<Expect> expect;
  bool optional = false;
  std::optional<bool> adopt;
  Sparse<Spot> overrides;  ///< one more layer over the earlier tables of the same GPU
  Sparse<Spot> replaces;   ///< the earlier tables of the same GPU do not count for it
  Sparse<Located<std::uint32_t>> vfs;
  Sparse<Spot> vfs_max;  ///< `vfs = "max"`
  Sparse<Located<std::string>> resources;
  Settings settings;  ///< beside match: for every VF
  Settings pf;
  std::vector<VfTable> vf;
};

/// A whole profile, checked as far as that goes without hardware.
struct ProfileModel {
  Settings defaults;
  std::map<std::string, Settings> resources;
  std::deque<GpuTable> gpus;              ///< they stay where they are while more come
  std::optional<Spot> unlisted_teardown;  ///< `unlisted = "teardown"`
  bool whole = true;  ///< else a text could not be read: what is not here may be in that one
};

}  // namespace vfmgr
