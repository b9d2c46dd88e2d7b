// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/shown.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// A guess counts as well; "whatever the driver chooses" satisfies nothing.
bool satisfied(const State& now, const Place& place, const Value& expect) {
  const auto found = now.find(place);
  if (found == now.end() || (found->second.match != Match::exact && found->second.absent())) {
    return false;
  }
  // "Any" with a text: this is to be written, whatever the driver then makes of it.
  return expect.match == Match::any && !expect.absent() ? expect.is == found->second.is
                                                        : expect.accepts(found->second);
}

}  // namespace

bool covers(const Place& prefix, const Place& place) {
  return prefix.in == place.in && place.path.starts_with(prefix.path);
}

Value guess(std::optional<std::string> text) {
  Value value;
  if (text) {
    value.is = std::move(*text);
  }
  value.match = Match::any;
  value.origin = Origin::own;
  return value;
}

Road::Road(const Unit& unit, State now, const State& want, std::span<const Attr> attrs)
    : want_(want), attrs_(attrs), now_(std::move(now)) {
  plan_.unit = unit;
}

const Value* Road::wanted(const Place& place) const {
  const auto found = want_.find(place);
  return found == want_.end() ? nullptr : &found->second;
}

std::string Road::text_now(const Place& place) const {
  return recorded_text(now_, place);
}

std::string Road::text_wanted(const Place& place) const {
  return recorded_text(want_, place);
}

std::optional<Value> Road::before_of(const Place& place) const {
  const auto found = now_.find(place);
  // A predicted "whatever" and a value nobody could read are no ground to call a plan stale.
  if (found == now_.end() || found->second.match != Match::exact || found->second.unreadable()) {
    return std::nullopt;
  }
  Value before;
  before.is = found->second.is;
  return before;
}

void Road::emit(Change change) {
  for (const Place& wiped : change.wipes) {
    for (auto place = now_.begin(); place != now_.end();) {
      if (covers(wiped, place->first)) {
        redrawn_.insert(place->first);
        place = now_.erase(place);
      } else {
        ++place;
      }
    }
  }
  for (const Effect& effect : change.effects) {
    now_[effect.at] = effect.expect;
  }
  for (const Effect& effect : change.effects) {
    const auto counted = match(pci::kVfCount, effect.at);
    if (counted && effect.at.as == As::count) {
      vfs_came(*counted->gpu);
    }
  }
  plan_.steps.emplace_back(std::move(change));
}

void Road::change(Change change) {
  for (Effect& effect : change.effects) {
    if (!effect.before) {
      effect.before = before_of(effect.at);
    }
  }
  const bool done =
      !change.effects.empty() && std::ranges::all_of(change.effects, [this](const Effect& effect) {
        return satisfied(now_, effect.at, effect.expect);
      });
  if (!done) {
    emit(std::move(change));
  }
}

void Road::set(const Attr& attr, const Holes& holes, const Value& expect, How how) {
  const Place place = place_of(attr, holes);
  if (satisfied(now_, place, expect)) {
    return;
  }
  const auto here = now_.find(place);
  const bool not_yet =
      here != now_.end() && here->second.absent() && here->second.match == Match::exact;
  if (not_yet && !expect.absent()) {
    // What the kernel has not brought forth yet is waited for, not written into the void.
    plan_.steps.emplace_back(Await{.what = std::string(attr.name),
                                   .gpu = holes.gpu,
                                   .vf = holes.vf,
                                   .at = place,
                                   .expect = guess(""),
                                   .limit = how.limit});
    now_.erase(here);
  }
  const std::optional<Value> before = before_of(place);
  Change change{.what = std::string(attr.name),
                .reason = std::move(how.reason),
                .source = expect.source,
                .gpu = holes.gpu,
                .vf = holes.vf,
                .from = setting_of(attr, before),
                .to_value = setting_of(attr, expect),
                .to = place,
                .bytes = {.text = how.bytes.value_or(expect.text())},
                .effects = {{.at = place, .before = before, .expect = expect}},
                .wipes = std::move(how.wipes),
                .disturbs = std::move(how.disturbs),
                .blocking = how.blocking,
                .limit = how.limit,
                .tries = how.tries};
  emit(std::move(change));
}

const Value* Road::to_settle(const Place& place) const {
  const Value* const target = wanted(place);
  const bool nothing_to_write = target == nullptr || target->unreadable() ||
                                (target->match == Match::any && target->absent());
  if (nothing_to_write || (target->origin != Origin::set && redrawn_.contains(place))) {
    return nullptr;
  }
  return target;
}

void Road::settle(const Attr& attr, const Holes& holes, How how) {
  if (const Value* const target = to_settle(place_of(attr, holes))) {
    set(attr, holes, *target, std::move(how));
  }
}

void Road::await(const Attr& attr, const Holes& holes, const Value& expect, Milliseconds limit) {
  const Place place = place_of(attr, holes);
  if (satisfied(now_, place, expect)) {
    return;
  }
  plan_.steps.emplace_back(Await{.what = std::string(attr.name),
                                 .gpu = holes.gpu,
                                 .vf = holes.vf,
                                 .at = place,
                                 .expect = expect,
                                 .limit = limit});
  now_[place] = expect;
}

UnitPlan Road::plan() && {
  return std::move(plan_);
}

}  // namespace vfmgr
