// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

// Mediated devices of VFs, whoever their driver is: the part of a record, of a target and of a road
// that every backend with such VFs shares.

/// Whether the driver of this VF offers types.
bool is_mdev_parent(const Kernel& kernel, const PciAddress& pf, VfIndex vf);

/// The mdevs of each VF with their types, and mdevctl's definitions for it; with `names` also what
/// the types of the first VF that offers any are called.
enum class TypeNames { read, left_out };
void probe_mdevs(
    const Kernel& kernel, const PciAddress& pf, std::uint32_t count, TypeNames names, State& into);

/// The UUIDs of a VF's mdevs in a state.
std::vector<std::string> mdevs_in(const State& state, const PciAddress& pf, VfIndex vf);
/// The type of the VF's first mdev, as the kernel names it; empty: it has none.
std::string mdev_type_in(const State& state, const PciAddress& pf, VfIndex vf);
/// The folder of a type that is called so; none: the record has no such name.
std::optional<std::string> folder_of_type(const State& state, std::string_view name);

/// What a VF is to have.
struct MdevWish {
  enum class Is : std::uint8_t { kept, none, typed, any };
  Is is = Is::kept;
  std::string type;                 ///< its folder's name: "nvidia-558"
  std::optional<std::string> uuid;  ///< asked for; else the one that is there, or a derived one
  std::string source;
};
/// Completes one VF in a target that holds the record so far.
void complete_mdev(const PciAddress& pf, VfIndex vf, const MdevWish& wish, State& target);
/// Forgets what is known of a VF's mdevs.
void forget_mdevs(const PciAddress& pf, VfIndex vf, State& state);

/// Two VFs that are to have the same UUID, or one whose UUID is another's on this GPU.
std::vector<Error> fits_uuids(const PciAddress& pf,
                              std::uint32_t count,
                              const State& now,
                              const Desired& desired);

/// What a driver's mdevs have beside what the mdev core gives them.
struct MdevKind {
  const Attr* type = nullptr;    ///< the type as its people call it
  const Attr* params = nullptr;  ///< parameters, none at first; nullptr: it has no such file
};

/// The statements about mdevs on a road.
class Mdevs {
 public:
  Mdevs(Road& road, const PciAddress& pf, const MdevKind& kind)
      : road_(&road), pf_(pf), kind_(kind) {}

  /// Removes every mdev of a VF, or those that the target does not name.
  void clear(VfIndex vf);
  void clear_others(VfIndex vf);
  /// Creates those that the target names.
  void make(VfIndex vf);
  void await_types(VfIndex vf, Milliseconds limit);

 private:
  void remove_one(VfIndex vf, const std::string& uuid);

  Road* road_;
  PciAddress pf_;
  MdevKind kind_;
};

/// The nodes by which a VF's mdevs are used.
std::vector<Place> nodes_of_mdevs(const Kernel& kernel, const PciAddress& pf, VfIndex vf);

}  // namespace vfmgr
