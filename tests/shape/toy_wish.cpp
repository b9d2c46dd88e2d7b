// SPDX-License-Identifier: Apache-2.0
#include "toy_wish.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::shape {

namespace {

std::string spell_spot(const Spot& spot) {
  return spot.file.str() + ":" + std::to_string(spot.line) + ":" + std::to_string(spot.column);
}

Value drivers_choice() {
  Value value;
  value.match = Match::any;
  value.origin = Origin::own;
  return value;
}

Value wish(const VfNumber& number, const Given& asked) {
  const auto* const wanted = std::get_if<std::uint64_t>(&asked.value);
  Value value = text_value(wanted == nullptr ? std::string(number.first)
                                             : std::to_string(*wanted / number.attr->unit));
  value.source = spell_spot(asked.where);
  return value;
}

}  // namespace

Holes holes_of(const PciAddress& pf, std::uint32_t index) {
  return {.gpu = pf, .vf = vf_at(index), .name = {}};
}

Place place_of(const VfNumber& number, const PciAddress& pf, std::uint32_t index) {
  return vfmgr::place_of(*number.attr, holes_of(pf, index));
}

const Given* given(const Desired& desired, std::uint32_t index, Key key) {
  const Settings& settings = desired.of(vf_at(index));
  const auto found = settings.find(key);
  return found == settings.end() ? nullptr : &found->second;
}

void probe_number(const VfNumber& number, const Kernel& kernel, const Gpu& pf, State& into) {
  for (std::uint32_t index = 0; index < pf.total_vfs.value_or(0); ++index) {
    const Place place = place_of(number, pf.address, index);
    Value value = observe(kernel, place);
    value.origin = value.absent() ? Origin::set : Origin::unknown;
    into[place] = std::move(value);
  }
}

void complete_number(const VfNumber& number,
                     const Gpu& pf,
                     std::uint32_t before,
                     const Desired& desired,
                     State& target) {
  const std::uint32_t count = recorded_count(target, pf.address).value_or(0);
  for (std::uint32_t index = 0; index < pf.total_vfs.value_or(0); ++index) {
    Value& value = target[place_of(number, pf.address, index)];
    const Given* const asked = given(desired, index, number.key);
    if (index >= count) {
      value = absent_value();
    } else if (asked != nullptr) {
      value = wish(number, *asked);
    } else if (count != before) {
      value = drivers_choice();
    }
  }
}

std::vector<Error> fits_number(const VfNumber& number,
                               const Gpu& pf,
                               const State& now,
                               const Desired& desired) {
  std::vector<Error> faults;
  for (std::uint32_t index = 0; index < desired_count(desired, now, pf); ++index) {
    const Given* const asked = given(desired, index, number.key);
    const auto* const wanted =
        asked == nullptr ? nullptr : std::get_if<std::uint64_t>(&asked->value);
    const bool told = asked != nullptr && std::ranges::any_of(faults, [&](const Error& fault) {
                        return fault.spot == asked->where;
                      });
    if (wanted != nullptr && !told && *wanted % number.attr->unit != 0) {
      faults.push_back({.kind = ErrorKind::unsupported,
                        .subject = to_string(pf.address),
                        .value = std::to_string(*wanted),
                        .why = "this driver counts '" + std::string(number.attr->name) +
                               "' in steps of " + std::to_string(number.attr->unit),
                        .help = "give a whole multiple",
                        .spot = asked->where});
    }
  }
  return faults;
}

}  // namespace vfmgr::shape
