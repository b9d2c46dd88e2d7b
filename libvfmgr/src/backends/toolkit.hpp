// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "core/attr.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace vfmgr {

/// How long a read waits for whoever holds a device's lock. Nobody who is not stuck has it longer:
/// the longest regular holder is a change of the count.
inline constexpr Milliseconds kSlowReadLimit{5000};

/// A PF, or one of its VFs.
struct Function {
  PciAddress pf;
  std::optional<VfIndex> vf;
  friend auto operator<=>(const Function&, const Function&) = default;
};

/// How a write differs from the plain one.
struct How {
  std::string reason;
  std::optional<std::string> bytes;  ///< else the expected text
  std::vector<Place> wipes;
  std::vector<Place> disturbs;
  Blocking blocking = Blocking::never;
  Milliseconds limit{2000};
  std::uint32_t tries = 1;  ///< Change::tries
};

/// Values that the driver chooses anew when VFs go or come, with a guess where there is one. A
/// guess is not checked when the step ends: where it was wrong the end of the run sees it, and
/// mends it.
struct Redraws {
  State on_disable;
  State on_enable;
  bool forced = false;  ///< make the VFs anew though their count is right
};

/// A guess for Redraws; none: whatever the driver chooses.
Value guess(std::optional<std::string> text = {});

/// Adds to a change that makes VFs that none of them has a driver_override.
void add_fresh_overrides(Change& change, const PciAddress& pf, std::uint32_t count);

/// What a backend's lower() is written with: a road from `now` to `want` that carries the predicted
/// state. Each statement emits a step only where the predicted state is not yet as asked, so that
/// the same text starts anywhere; what the target does not name is left alone.
class Road {
 public:
  /// `attrs` are the backend's, beside the PCI core's. `want` must outlive the road.
  Road(const Unit& unit, State now, const State& want, std::span<const Attr> attrs);

  /// The predicted state, here on the road. A missing key: not known.
  [[nodiscard]] const State& now() const { return now_; }
  /// What the target names for a place; nullptr if it names nothing.
  [[nodiscard]] const Value* wanted(const Place& place) const;
  /// Their texts; empty where there is none, or none is known.
  [[nodiscard]] std::string text_now(const Place& place) const;
  [[nodiscard]] std::string text_wanted(const Place& place) const;
  /// The count of VFs predicted here; 0 where it is not known.
  [[nodiscard]] std::uint32_t count(const PciAddress& pf) const;
  /// The count that the target names; else the predicted one.
  [[nodiscard]] std::uint32_t wanted_count(const PciAddress& pf) const;

  /// Writes an attribute so that it reads `expect`, unless it is predicted to.
  void set(const Attr& attr, const Holes& holes, const Value& expect, How how = {});
  /// set() to what the target names. Nothing where it names nothing, and nothing where VFs were
  /// made anew on this road and the value is the driver's own or unknown: there the driver chooses
  /// again.
  void settle(const Attr& attr, const Holes& holes, How how = {});
  /// What settle() would bring a place to: for a write that moves several places at once. nullptr:
  /// settle() would leave it alone.
  [[nodiscard]] const Value* to_settle(const Place& place) const;
  /// A change of the backend's own making: emitted unless all its effects are predicted. A `before`
  /// that it does not give is the predicted one.
  void change(Change change);
  /// Waits until a place reads this, unless it is predicted to.
  void await(const Attr& attr, const Holes& holes, const Value& expect, Milliseconds limit);

  /// Takes a function from its driver, if it has one. `wipes`: what the driver takes with it.
  void release(const Function& function, std::vector<Place> wipes = {});
  /// Brings a function to a driver (absent: none) and, where given, its driver_override to what
  /// stays.
  void driver(const Function& function,
              const Value& driver,
              const Value* override_value,
              std::vector<Place> wipes = {});
  /// Brings the count to the target's: autoprobe off, VFs released one by one, 0, `before_enable`,
  /// the new count. Nothing where the count is right and nothing forces it; before_enable is then
  /// not called.
  void recount(const PciAddress& pf,
               const std::function<void()>& before_enable = {},
               const Redraws& redraws = {});
  /// Writes the count alone, and nothing where it is right: for drivers that want the steps around
  /// it otherwise than recount() has them. From some VFs to others there is only the way by 0.
  void count_to(const PciAddress& pf, std::uint32_t to);
  /// Gives each VF of the PF as many MSI-X vectors as the target names; the driver's own where it
  /// names that, and somebody had set a number. A VF is taken from its driver for it: vf_drivers()
  /// brings it back.
  void vf_vectors(const PciAddress& pf);
  /// Brings every VF of the PF to the driver and override that the target names.
  void vf_drivers(const PciAddress& pf);
  /// Gives autoprobe what the target names for it: the last statement of a road.
  void close_bracket(const PciAddress& pf);

  /// The end of the road.
  [[nodiscard]] UnitPlan plan() &&;

 private:
  void emit(Change change);
  void vfs_came(const PciAddress& pf);
  void bind(const Function& function, const std::string& driver, std::vector<Place> wipes);
  void let_host_probe(const Function& function);
  void write_count(const PciAddress& pf, std::uint32_t to, const State& redrawn);
  void make_room(const PciAddress& pf, std::uint32_t from);
  [[nodiscard]] std::vector<VfIndex> order_of_vectors(const PciAddress& pf) const;
  [[nodiscard]] bool has_set_vectors(const Place& place) const;
  [[nodiscard]] std::optional<Value> before_of(const Place& place) const;

  const State& want_;
  std::span<const Attr> attrs_;
  State now_;
  std::set<Place> redrawn_;
  std::set<Place> made_;   ///< the `virtfnN` of the VFs that came into being on this road
  std::set<Place> taken_;  ///< the `virtfnN` of those taken from a driver on the way
  UnitPlan plan_;
};

/// The directory of a function, by way of its PF.
Place directory_of(const Function& function);
/// Those of all VFs that a GPU has on this road by now: whom it disturbs when the GPU itself
/// changes.
std::vector<Place> directories_of_vfs(const Road& road, const PciAddress& pf);

/// A prefix of places: everything below a directory, or everything whose path starts so.
bool covers(const Place& prefix, const Place& place);

}  // namespace vfmgr
