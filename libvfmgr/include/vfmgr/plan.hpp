// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// Bytes of a write, some of which are known only when the step runs.
/// The bytes are `text`, with the first "{}" in it replaced by what `name_of` or `id_of` gives.
struct Text {
  std::string text;
  std::optional<Place> name_of;  ///< the last component of this link: a VF's address
  std::optional<Place> id_of;    ///< a list of "id name" lines …
  std::string id_name;           ///< … and the name whose id is meant
  friend bool operator==(const Text&, const Text&) = default;
};

/// One place that a write moves.
struct Effect {
  Place at;
  std::optional<Value> before;  ///< none: unknown when the plan was made, so not checked
  Value expect;                 ///< what must be read back
  friend bool operator==(const Effect&, const Effect&) = default;
};

/// How long a write may take.
enum class Blocking {
  never,    ///< returns at once
  can_hang  ///< may wait for somebody else, without limit: runs where it can be given up
};

/// What a write may bring about that nobody does by the way: it is done only where a run allows it
/// by name.
enum class Danger {
  none,
  driver_reload,    ///< the module of all its driver's GPUs goes and comes: none of them works
                    ///< meanwhile
  reset,            ///< GPUs are reset that may serve somebody else, too
  register_writes,  ///< a register is set in the driver's stead
};

/// "driver_reload", "reset", "register_writes"; "none".
std::string_view to_string(Danger danger);

/// One write, all that it moves, and all that it takes away.
struct Change {
  std::string what;    ///< the attribute as people name it: "vfs", "vram", "driver"
  std::string reason;  ///< why it is done here; may be empty
  std::string source;  ///< "profile.toml:14:10"; empty if no user asked for this very value
  std::optional<PciAddress> gpu;
  std::optional<VfIndex> vf;  ///< the VF it is about; none: the GPU
  Setting from, to_value;     ///< attribute values for people and JSON; monostate: unknown or none
  Place to;
  Text bytes;
  std::vector<Effect> effects;
  std::vector<Place>
      wipes;  ///< prefixes: what lies below is taken away or chosen anew by the driver
  std::vector<Place> disturbs;  ///< function directories whose users would lose something
  Blocking blocking = Blocking::never;
  Milliseconds limit{2000};  ///< for the write and for its effects to be read back
  Danger danger = Danger::none;
  std::uint32_t tries = 1;  ///< how often it is written where it ends well and does not read back
  friend bool operator==(const Change&, const Change&) = default;
};

/// A wait for something that no write of ours makes at once.
struct Await {
  std::string what;
  std::optional<PciAddress> gpu;
  std::optional<VfIndex> vf;
  Place at;
  Value expect;
  Milliseconds limit{2000};
  friend bool operator==(const Await&, const Await&) = default;
};

using Step = std::variant<Change, Await>;

/// Something that no plan could bring back once this one has run.
struct Lost {
  Place at;
  std::string why;
  friend bool operator==(const Lost&, const Lost&) = default;
};

/// What an earlier run set, what still stands, and what the wish does not name any more: it stays.
struct LeftOver {
  PciAddress gpu;
  std::optional<VfIndex> vf;
  std::string attribute;
  Setting value;
};

/// GPUs that share a fate: locked, run, taken back and reported together.
struct Unit {
  std::vector<Gpu> gpus;     ///< in address order, at least one
  std::string why_together;  ///< empty for a GPU on its own
};

/// What is done to a unit, in one word.
enum class Action { none, create, update, replace, remove };
/// How far the disturbance reaches.
enum class Disruption { none, vf, gpu, hive, driver, host };

/// Why a unit would be refused before its first write.
struct Blocked {
  Error error;
  PciAddress gpu;
  std::optional<VfIndex> vf;
  std::vector<Holder> holders;
};

/// A VM that is off, and whose definition names a VF that the plan takes away or changes.
struct Claim {
  PciAddress gpu;
  VfIndex vf;
  std::string vm;    ///< its name
  std::string file;  ///< its definition
};

/// The road of one unit from what is there to what is wanted.
struct UnitPlan {
  Unit unit;
  std::string backend;
  State before;             ///< the whole record of the unit
  State target;             ///< complete
  std::vector<Step> steps;  ///< empty: nothing to do
  std::vector<Lost> lost;
  std::vector<Blocked> blocked;
  std::vector<Blocked> overridden;  ///< would block it, and may be taken away all the same
  std::vector<Place> allowed;       ///< functions that may be taken from under their users
  std::vector<Claim> claimed;
  bool adopted = false;  ///< what others made here is this tool's from then on
  std::vector<LeftOver> left_over;
  Action action = Action::none;
  Disruption disruption = Disruption::none;
  std::uint64_t expected_us = 0;
  std::vector<GpuView> view_before, view_after;  ///< the same in the shape of `show`
};

/// Where a value that a profile asks for comes from.
struct Explained {
  PciAddress gpu;
  bool of_gpu = false;       ///< asked of the GPU itself, else of VFs
  std::vector<VfIndex> vfs;  ///< in order; of the GPU: none
  std::string attribute;     ///< "vram"; "vfs": their number
  Setting value;
  std::string layer;     ///< "[defaults]", "[resources]", "[[gpu]]", "[[gpu.vf]]", "[gpu.pf]"
  std::string source;    ///< "profile.toml:14:10"
  bool skipped = false;  ///< a default for which this GPU has no such attribute
};

/// What a run would do.
struct Plan {
  std::string fingerprint;  ///< of what was there when it was made
  bool simulated = false;
  std::vector<UnitPlan> units;       ///< in address order
  std::vector<Error> missing;        ///< tables of the profile that found fewer GPUs than expected
  std::vector<Explained> explained;  ///< where it was asked for; no part of a saved plan

  [[nodiscard]] bool changes() const;
};

std::string_view to_string(Action action);
std::string_view to_string(Disruption disruption);

}  // namespace vfmgr
#pragma GCC visibility pop
