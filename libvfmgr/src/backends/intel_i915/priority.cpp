// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_i915/priority.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel_i915/attrs.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::intel_i915 {

namespace {

constexpr std::array kOwn{&kPfPriority, &kPfPriority0, &kPfPriority1};
constexpr std::array kOfVfs{&kStrict, &kStrict0, &kStrict1};

Place place(const Attr& attr, const intel::Files& files) {
  return place_of(attr, intel::holes(files, std::nullopt));
}

/// The word that is asked for; "default" is what the driver begins with.
std::string_view asked(const Given& given) {
  const std::string_view word = word_of(&given);
  return word.empty() ? "low" : word;
}

std::string number_of(std::string_view word) {
  return word == "high" ? "2" : word == "normal" ? "1" : "0";
}

void complete_one(const Attr& attr,
                  const Given* given,
                  const intel::Files& files,
                  const State& now,
                  const Desired& desired,
                  State& target) {
  const Place at = place(attr, files);
  const auto here = now.find(at);
  if (here == now.end() || here->second.absent()) {
    return;
  }
  const auto noted = desired.noted.find(at);
  if (given != nullptr) {
    Value& value = target[at] = text_value(number_of(asked(*given)));
    value.source = to_string(given->where);
  } else if (desired.teardown && noted != desired.noted.end()) {
    target[at] = noted->second;
  }
}

void settle(Road& road, const intel::Files& files, bool low) {
  for (const auto& attrs : {kOwn, kOfVfs}) {
    for (const Attr* const attr : attrs) {
      const Value* const target = road.to_settle(place(*attr, files));
      if (target != nullptr && !target->absent() && (target->text() == "0") == low) {
        road.set(
            *attr, intel::holes(files, std::nullopt), *target, {.limit = intel::kFirmwareLimit});
      }
    }
  }
}

}  // namespace

void record_priority(const Kernel& kernel, const intel::Files& files, State& into) {
  for (const auto& attrs : {kOwn, kOfVfs}) {
    for (const Attr* const attr : attrs) {
      Value value = observe(kernel, place(*attr, files));
      value.origin = Origin::unknown;
      if (!value.absent()) {
        into[place(*attr, files)] = value;
      }
    }
  }
}

void offer_priority(const Kernel& kernel, const intel::Files& files, GpuFacts& facts) {
  const auto offer = [&](const auto& attrs, std::uint8_t scope) {
    for (const Attr* const attr : attrs) {
      const Place at = place(*attr, files);
      if (!observe(kernel, at).absent()) {
        facts.offers.push_back({.key = Key::priority, .scope = scope, .read_from = to_string(at)});
        return;
      }
    }
  };
  offer(kOfVfs, kScopeVf);
  offer(kOwn, kScopePf);
}

std::vector<Error> priority_fits(const Gpu& pf, const Desired& desired) {
  const Given* const of_vfs = given_for(desired.every_vf, Key::priority);
  const Given* const own = given_for(desired.pf, Key::priority);
  if (of_vfs == nullptr || own == nullptr || asked(*of_vfs) == "low" || asked(*own) == "low") {
    return {};
  }
  return {{.kind = ErrorKind::unsupported,
           .subject = to_string(pf.address),
           .value = std::string(asked(*own)),
           .why = "this driver raises either the GPU's own priority or that of its VFs",
           .help = "write \"low\" for one of them",
           .spot = own->where}};
}

void complete_priority(const intel::Files& files,
                       const State& now,
                       const Desired& desired,
                       State& target) {
  for (const Attr* const attr : kOwn) {
    complete_one(*attr, given_for(desired.pf, Key::priority), files, now, desired, target);
  }
  for (const Attr* const attr : kOfVfs) {
    complete_one(*attr, given_for(desired.every_vf, Key::priority), files, now, desired, target);
  }
}

void lower_priority(Road& road, const intel::Files& files) {
  settle(road, files, true);
}

void raise_priority(Road& road, const intel::Files& files) {
  settle(road, files, false);
}

}  // namespace vfmgr::intel_i915
