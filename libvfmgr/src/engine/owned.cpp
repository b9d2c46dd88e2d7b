// SPDX-License-Identifier: Apache-2.0
#include "engine/owned.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "engine/differences.hpp"
#include "engine/notes.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

constexpr auto kAdopt =
    "give --adopt to take it over, or write adopt = true in the profile's [[gpu]]";

Place count_place(const PciAddress& gpu) {
  return pci::of(pci::kVfCount, gpu);
}

bool as_noted(const State& noted, const Place& place, const State& now) {
  const auto found = noted.find(place);
  return found != noted.end() && found->second.is == value_at(now, place).is;
}

/// The driver or the override of a VF: what a binding is made of.
std::optional<Holes> binding_at(const Place& place) {
  if (const auto driver = match(pci::kVfDriver, place); driver && place.as == As::link) {
    return driver;
  }
  return match(pci::kVfOverride, place);
}

/// What somebody else has made of a VF's binding; nothing where the kernel has chosen its driver,
/// or nobody.
std::optional<std::string> foreign_binding(const Notes& notes,
                                           const PciAddress& gpu,
                                           VfIndex vf,
                                           const State& now) {
  const Place driver = pci::of(pci::kVfDriver, gpu, vf);
  const Place override_place = pci::of(pci::kVfOverride, gpu, vf);
  const std::string bound = value_at(now, driver).text();
  const std::string meant = value_at(now, override_place).text();
  if (pci::is_vfio(bound) && !as_noted(notes.made, driver, now)) {
    return "others have bound it to " + bound;
  }
  if (!meant.empty() && meant != pci::kNoOverride && !as_noted(notes.made, override_place, now)) {
    return "others have set its driver_override to " + meant;
  }
  return std::nullopt;
}

Blocked foreign_vfs(const PciAddress& gpu, std::uint32_t count) {
  return {.error = {.kind = ErrorKind::foreign,
                    .subject = to_string(gpu),
                    .why = "its " + std::to_string(count) + (count == 1 ? " VF was" : " VFs were") +
                           " not made by vgpuctl, or there is no record of it any more",
                    .help = kAdopt},
          .gpu = gpu,
          .vf = {},
          .holders = {}};
}

Blocked foreign_vf(const PciAddress& gpu, VfIndex vf, std::string why) {
  return {.error = {.kind = ErrorKind::foreign,
                    .subject = to_string(gpu) + " vf" + std::to_string(vf.index),
                    .why = std::move(why),
                    .help = kAdopt},
          .gpu = gpu,
          .vf = vf,
          .holders = {}};
}

/// Whose VFs a write is about: of a PF as a whole, or one.
struct Touched {
  PciAddress gpu;
  std::optional<VfIndex> vf;
  friend auto operator<=>(const Touched&, const Touched&) = default;
};

std::set<Touched> touched_by(const UnitPlan& plan) {
  std::set<Touched> touched;
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change == nullptr) {
      continue;
    }
    if (change->gpu && change->vf) {
      touched.insert({.gpu = *change->gpu, .vf = change->vf});
    }
    for (const Effect& effect : change->effects) {
      if (const auto count = match(pci::kVfCount, effect.at); count && effect.at.as == As::count) {
        touched.insert({.gpu = *count->gpu, .vf = {}});
      }
    }
  }
  return touched;
}

/// Whether a profile asked for what a place is to be.
bool is_named(const State& target, const Place& place) {
  const auto wanted = target.find(place);
  return wanted != target.end() && !wanted->second.source.empty();
}

bool stands(const State& after, const PciAddress& gpu, const std::optional<VfIndex>& vf) {
  return !vf || vf->index < recorded_count(after, gpu).value_or(0);
}

}  // namespace

bool is_made_by_us(const Notes& notes, const PciAddress& gpu, std::uint32_t count) {
  return recorded_count(notes.made, gpu) == count;
}

bool has_foreign_vfs(const Notes& notes, const PciAddress& gpu, const State& now) {
  return recorded_count(now, gpu).value_or(0) > 0 && !as_noted(notes.made, count_place(gpu), now);
}

std::vector<Blocked> foreign_in_the_way(const NotesOfGpus& notes, const UnitPlan& plan) {
  std::vector<Blocked> blocked;
  std::set<PciAddress> told;
  for (const auto& [gpu, vf] : touched_by(plan)) {
    const auto found = notes.find(gpu);
    const Notes none;
    const Notes& known = found == notes.end() ? none : found->second;
    const std::uint32_t count = recorded_count(plan.before, gpu).value_or(0);
    if (has_foreign_vfs(known, gpu, plan.before)) {
      if (told.insert(gpu).second) {
        blocked.push_back(foreign_vfs(gpu, count));
      }
    } else if (vf && vf->index < count) {
      if (auto why = foreign_binding(known, gpu, *vf, plan.before)) {
        blocked.push_back(foreign_vf(gpu, *vf, std::move(*why)));
      }
    }
  }
  return blocked;
}

State made_after(const Notes& notes,
                 const PciAddress& gpu,
                 const UnitPlan& plan,
                 const State& after) {
  State made;
  const Place count = count_place(gpu);
  const bool anew = value_at(plan.before, count).is != value_at(after, count).is;
  const bool ours = anew || plan.adopted || as_noted(notes.made, count, plan.before);
  if (!ours || recorded_count(after, gpu).value_or(0) == 0) {
    return made;
  }
  made.emplace(count, value_at(after, count));
  for (const auto& [place, value] : after) {
    const auto binding = binding_at(place);
    if (!binding || binding->gpu != gpu || value.absent()) {
      continue;
    }
    const bool changed = value_at(plan.before, place).is != value.is;
    if (anew || plan.adopted || changed || as_noted(notes.made, place, after)) {
      made.emplace(place, value);
    }
  }
  return made;
}

State asked_after(TableSpan tables,
                  const Notes& notes,
                  const PciAddress& gpu,
                  const UnitPlan& plan,
                  const State& after) {
  State asked;
  for (const auto& [place, value] : notes.asked) {
    const auto holes = holes_of(tables, place, gpu);
    if (!is_named(plan.target, place) && holes && stands(after, gpu, holes->vf) &&
        (!after.contains(place) || value_at(after, place).is == value.is)) {
      asked.emplace(place, value);
    }
  }
  for (const auto& [place, value] : plan.target) {
    if (!value.source.empty() && value.match != Match::any && !value.absent() &&
        holes_of(tables, place, gpu)) {
      asked.insert_or_assign(place, value_at(after, place));
    }
  }
  return asked;
}

std::vector<LeftOver> left_over(TableSpan tables,
                                const NotesOfGpus& notes,
                                const Unit& unit,
                                const State& now,
                                const State& target) {
  std::vector<LeftOver> left;
  for (const auto& [gpu, known] : notes) {
    for (const auto& [place, value] : known.asked) {
      if (is_named(target, place) || (now.contains(place) && value_at(now, place).is != value.is)) {
        continue;
      }
      Difference one = difference_at(tables, unit, place, value, value);
      if (stands(target, gpu, one.vf)) {
        left.push_back({.gpu = one.gpu,
                        .vf = one.vf,
                        .attribute = std::move(one.attribute),
                        .value = std::move(one.actual)});
      }
    }
  }
  std::ranges::stable_sort(
      left, {}, [](const LeftOver& one) { return std::tuple(one.gpu, one.attribute, one.vf); });
  return left;
}

}  // namespace vfmgr
