// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"

#include "core/attributes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vfmgr {

/// Where in the profile a value comes from, lowest first.
enum class Layer : std::uint8_t { defaults, resources, gpu, vf, pf };

/// A value that a profile gives, with its place in the text.
struct Given {
  Setting value;
  Spot where;
  Layer layer = Layer::gpu;
};

/// What a profile asks of one function. A missing key is left alone.
using Settings = std::map<Key, Given>;

/// What is given for a key; nullptr: nothing is.
inline const Given* given_for(const Settings& settings, Key key) {
  const auto found = settings.find(key);
  return found == settings.end() ? nullptr : &found->second;
}

/// The text that is given; empty: nothing is, or "default".
inline std::string_view word_of(const Given* given) {
  const auto* const text = given == nullptr ? nullptr : std::get_if<std::string>(&given->value);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

/// Whether one of these is dear to ask a device for.
inline bool names_dear(const Settings& settings) {
  for (const auto& [key, given] : settings) {
    if (row_of(key).is(kDear)) {
      return true;
    }
  }
  return false;
}

/// A value of [defaults] that a GPU has no such attribute for.
struct Skipped {
  Key key = Key::vf_driver;
  Spot where;
};

/// What a profile asks of one GPU, after matching and layering. Pure data: no reference to the
/// profile.
struct Desired {
  PciAddress gpu;
  Spot where;                        ///< the [[gpu]] table; of several the last
  std::optional<std::uint32_t> vfs;  ///< none: the count stays as it is
  bool vfs_max = false;              ///< "max": as many as there can be
  Spot vfs_where;
  Settings pf;
  Settings every_vf;  ///< defaults < resources < gpu, merged
  std::map<VfIndex, Settings>
      vf;                 ///< every_vf with the VF's own layer over it, for the VFs that have one
  bool adopt = false;     ///< what others made here may be changed and removed
  bool teardown = false;  ///< no VFs, and what apply had changed beside them is given back
  State noted;            ///< values that stood before this tool first changed them
  std::vector<Skipped> skipped;

  /// What is asked of one VF.
  [[nodiscard]] const Settings& of(VfIndex index) const {
    const auto found = vf.find(index);
    return found == vf.end() ? every_vf : found->second;
  }
  /// Whether anything that is asked is dear to look at.
  [[nodiscard]] bool is_dear() const {
    bool dear = names_dear(every_vf) || names_dear(pf);
    for (const auto& [index, settings] : vf) {
      dear = dear || names_dear(settings);
    }
    return dear;
  }
};

/// An attribute that a device has.
struct Offer {
  Key key = Key::vf_driver;
  std::uint8_t scope = 0;
  std::optional<std::uint64_t> least, most;  ///< inclusive range; none: not known
  std::string read_from;     ///< where the range was read, or the source it rests on
  bool or_infinite = false;  ///< of a time: beside the range there is "infinite"
};

/// What a backend knows of a GPU before any wish is looked at.
struct GpuFacts {
  Gpu gpu;
  std::string backend;       ///< name of the backend that manages it; empty: none does
  std::string driver_model;  ///< the model's name as its driver tells it; empty: it tells none
  std::optional<Error> serial_hidden;  ///< why its serial number can't be read; none: it could
  std::vector<Offer> offers;           ///< attributes that this device has
  std::map<Key, Error> lacks;  ///< of attributes that it has not, why, where that can be told
  std::vector<Finding> findings;
  std::optional<Error> cannot;   ///< why no VFs can be made here at all; none: they can
  std::uint32_t num_vfs = 0;     ///< counted by links
  std::uint32_t coming_vfs = 0;  ///< whom something can be given though no VF is there; 0: nobody
  bool needs_no_driver = false;  ///< it is managed so whatever is bound to it, or to come
  std::optional<std::uint64_t> vram_total;  ///< bytes; none: no source says how to read it
};

}  // namespace vfmgr
