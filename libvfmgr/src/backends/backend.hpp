// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/registers.hpp"

#include "backends/mapped.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vfmgr {

/// How much of a unit is read.
enum class Depth {
  light,  ///< what `check` compares and what never blocks
  dear,   ///< that, and attributes that are dear to read: where they are asked for
  whole,  ///< the whole record: overrides and whatever else a run could move
};

/// One management interface of one kernel driver. Reads through a const Kernel& and cannot write.
class Backend {
 public:
  virtual ~Backend() = default;
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  Backend(Backend&&) = delete;
  Backend& operator=(Backend&&) = delete;

  /// As in the table of spec and docs: "generic", "intel-xe".
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Every place that this backend, or the kernel on its behalf, reads or writes.
  [[nodiscard]] virtual std::span<const Attr> attrs() const = 0;
  /// Whether it manages this PF: by probing places, never by kernel version.
  [[nodiscard]] virtual bool manages(const Kernel& kernel, const Gpu& gpu) const = 0;
  /// Offers, limits, findings.
  [[nodiscard]] virtual GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const = 0;
  /// Adds to the facts what is dear to ask for: offers of attributes that the table calls so, or
  /// why there is none. Asked where a profile names one of them, or a person looks.
  virtual void ask_dear(const Kernel& kernel, GpuFacts& facts) const;
  /// Adds to the facts what its driver tells of which card this is: its UUID, its model's name.
  virtual void ask_identity(const Kernel& kernel, GpuFacts& facts) const;
  /// Which of these GPUs share a fate. Each of them is in exactly one unit.
  [[nodiscard]] virtual std::vector<Unit> units(const Kernel& kernel,
                                                std::span<const Gpu> gpus) const;
  /// The record of a unit: what is absent is recorded as absent, what can't be read as unreadable.
  [[nodiscard]] virtual State probe(const Kernel& kernel, const Unit& unit, Depth depth) const = 0;
  /// Why this wish does not fit, each fault at its spot; empty: it fits. plan refuses with these.
  [[nodiscard]] virtual std::vector<Error> fits(const Kernel& kernel,
                                                const GpuFacts& facts,
                                                const State& now,
                                                const Desired& desired) const = 0;
  /// What still fits beside what a record has: by the same rules as fits(). Pure.
  [[nodiscard]] virtual std::vector<FitView> what_fits(const Gpu& gpu, const State& now) const;
  /// What a record comes to that its numbers do not say and a person should know: of a GPU as it
  /// is, or as a plan would leave it.
  [[nodiscard]] virtual std::vector<Finding> remarks(const Kernel& kernel,
                                                     const Gpu& gpu,
                                                     const State& state) const;
  /// Why the wishes for a unit's GPUs do not go together though each of them fits; empty: they do.
  /// GPUs of the unit that have no wish are none of `desired`. Asked once per unit; pure.
  [[nodiscard]] virtual std::vector<Error> fits_together(const Unit& unit,
                                                         const State& now,
                                                         std::span<const Desired> desired) const;
  /// The complete target: what the wish leaves alone stays as recorded, what the driver will choose
  /// anew is its own, what can't exist is dropped. Pure.
  [[nodiscard]] virtual State complete(const Unit& unit,
                                       const State& now,
                                       std::span<const Desired> desired) const = 0;
  /// The nodes by which a function is used while it is on this backend's driver: who has one open
  /// uses it, and nobody uses it otherwise. None: its users are looked for as those of any driver.
  [[nodiscard]] virtual std::optional<std::vector<Place>> user_nodes(
      const Kernel& kernel, const PciAddress& pf, std::optional<VfIndex> vf) const;
  /// Marks in a record what a profile may not name where the GPU is as it is: an export tells it as
  /// the driver's own.
  virtual void mark_own(const Gpu& gpu, State& record) const;
  /// Adds to the error of a step what this backend knows of its cause, by looking.
  virtual void explain(const Kernel& kernel, const Unit& unit, Error& error) const;
  /// The steps from `now` to `want`. Starts anywhere, for any subset of keys; pure.
  [[nodiscard]] virtual UnitPlan lower(const Unit& unit,
                                       const State& now,
                                       const State& want) const = 0;
};

/// What is known of one vendor's GPUs and their hosts whichever backend manages them, and also
/// where none does.
struct Vendor {
  std::span<const Attr> attrs;  ///< every place that it reads
  /// What keeps VFs from being made on a GPU, or from being of use: what was read, what it means,
  /// what to do. Empty: nothing that is known, or the GPU is another vendor's.
  /// nullptr: it has nothing to say of that.
  std::vector<Finding> (*prerequisites)(const Kernel& kernel, const Gpu& gpu) = nullptr;
  /// Adds what its own capabilities in configuration space say. nullptr: as above. Pure.
  void (*registers)(const Gpu& gpu, std::string_view config, ConfigSpace& space) = nullptr;
  /// Which registers behind its BARs may be read. nullptr: as above. Pure.
  MappedChoice (*mapped)(const Gpu& gpu) = nullptr;
};

/// The vendors of whom something is known beside what their backends do.
std::span<const Vendor> shipped_vendors();

/// The shipped backends, in the order they are asked `manages`; the last one takes any SR-IOV
/// device.
std::span<const Backend* const> shipped_backends();

}  // namespace vfmgr
