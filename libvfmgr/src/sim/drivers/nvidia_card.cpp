// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_card.hpp"

#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/driver.hpp"
#include "sim/drivers/nvidia.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim::nvidia {

namespace {

constexpr std::string_view kVgpu = "vgpu";
constexpr std::string_view kInstances = "gpu_instances";

/// A number of a fact. A host file may say anything: what is none counts as 0, and sums of these
/// must not overflow.
std::uint32_t number(std::string_view text) {
  constexpr std::uint64_t kMost = 0xFFFFFFFF;
  return static_cast<std::uint32_t>(std::min(stored_number(text).value_or(0), kMost));
}

std::vector<std::uint32_t> numbers(std::string_view text) {
  std::vector<std::uint32_t> all;
  for (const std::string_view part : split(text, ',')) {
    all.push_back(number(part));
  }
  return all;
}

std::vector<Type> types_of(const Machine& machine, const PciAddress& pf) {
  std::vector<Type> types;
  const std::string text = machine.fact_text(pf, "vgpu_types");
  for (const std::string_view entry : split(text, '|')) {
    const auto field = split(entry, ':');
    if (field.size() == 6) {
      types.push_back({.id = number(field[0]),
                       .name = std::string(field[5]),
                       .gib = number(field[1]),
                       .most = number(field[2]),
                       .profile = field[4] == "-" ? std::string() : std::string(field[4]),
                       .most_in_instance = number(field[3])});
    }
  }
  std::ranges::sort(types, {}, &Type::id);
  return types;
}

std::vector<Places> places_of(const Machine& machine, const PciAddress& pf) {
  std::vector<Places> places;
  const std::string text = machine.fact_text(pf, "vgpu_placements");
  for (const std::string_view entry : split(text, '|')) {
    const auto field = split(entry, ':');
    if (field.size() == 3) {
      places.push_back(
          {.gib = number(field[0]), .size = number(field[1]), .ids = numbers(field[2])});
    }
  }
  return places;
}

std::vector<Profile> profiles_of(const Machine& machine, const PciAddress& pf) {
  std::vector<Profile> profiles;
  const std::string text = machine.fact_text(pf, "mig_profiles");
  for (const std::string_view entry : split(text, '|')) {
    const auto field = split(entry, ':');
    if (field.size() == 5) {
      profiles.push_back({.id = number(field[0]),
                          .name = std::string(field[1]),
                          .most = number(field[2]),
                          .size = number(field[3]),
                          .starts = numbers(field[4])});
    }
  }
  std::ranges::sort(profiles, {}, &Profile::id);
  return profiles;
}

std::vector<Instance> instances_of(const Machine& machine, const PciAddress& pf) {
  std::vector<Instance> instances;
  const std::string text = machine.fact_text(pf, kInstances);
  for (const std::string_view entry : split(text, '|')) {
    const auto field = split(entry, ':');
    if (field.size() >= 3) {
      instances.push_back({.id = number(field[0]),
                           .profile = std::string(field[1]),
                           .start = number(field[2]),
                           .bare = field.size() == 4});
    }
  }
  std::ranges::sort(instances, {}, &Instance::start);
  return instances;
}

}  // namespace

const Type* Card::type(std::uint32_t id) const {
  const auto found = std::ranges::find(types, id, &Type::id);
  return found == types.end() ? nullptr : &*found;
}

const Profile* Card::profile(std::string_view name) const {
  const auto found = std::ranges::find(profiles, name, &Profile::name);
  return found == profiles.end() ? nullptr : &*found;
}

const Instance* Card::instance(std::uint32_t id) const {
  const auto found = std::ranges::find(instances, id, &Instance::id);
  return found == instances.end() ? nullptr : &*found;
}

std::uint32_t Card::size_of(const Type& type) const {
  const auto found = std::ranges::find(places, type.gib, &Places::gib);
  return found == places.end() ? type.gib : found->size;
}

Card card_of(const Machine& machine, const PciAddress& pf) {
  Card card{.mig = machine.fact(pf, "mig_mode").value_or(0) != 0,
            .mixed = machine.fact(pf, "heterogeneous").value_or(0) != 0,
            .places_equal = machine.fact(pf, "vgpu_homogeneous").value_or(0) != 0,
            .slices_instance = machine.fact(pf, "mig_time_slices").value_or(0) != 0,
            .types = types_of(machine, pf),
            .places = places_of(machine, pf),
            .profiles = profiles_of(machine, pf),
            .instances = instances_of(machine, pf),
            .vgpus = {}};
  for (const PciAddress& vf : machine.vfs_of(pf)) {
    if (const auto vgpu = vgpu_on(machine, vf)) {
      card.vgpus.push_back(*vgpu);
    }
  }
  return card;
}

std::optional<Vgpu> vgpu_on(const Machine& machine, const PciAddress& vf) {
  const std::string text = machine.fact_text(vf, kVgpu);
  const auto field = split(text, ':');
  if (field.size() != 3) {
    return std::nullopt;
  }
  return Vgpu{.vf = vf,
              .type = number(field[0]),
              .placement = number(field[1]),
              .instance = number(field[2])};
}

void set_vgpu(Machine& machine, const Vgpu& vgpu) {
  machine.set_fact(
      vgpu.vf, kVgpu, fmt::format("{}:{}:{}", vgpu.type, vgpu.placement, vgpu.instance));
}

void drop_vgpu(Machine& machine, const PciAddress& vf) {
  machine.tree().erase(Space::hidden, fact_path(vf, kVgpu));
  machine.tree().erase(Space::hidden, fact_path(vf, "vgpu_params"));
}

void set_instances(Machine& machine, const PciAddress& pf, const std::vector<Instance>& instances) {
  std::string text;
  for (const Instance& instance : instances) {
    text += fmt::format("{}{}:{}:{}{}",
                        text.empty() ? "" : "|",
                        instance.id,
                        instance.profile,
                        instance.start,
                        instance.bare ? ":bare" : "");
  }
  if (text.empty()) {
    machine.tree().erase(Space::hidden, fact_path(pf, kInstances));
  } else {
    machine.set_fact(pf, kInstances, std::move(text));
  }
}

void set_flag(Machine& machine, const PciAddress& function, std::string_view name, bool on) {
  if (on) {
    machine.set_fact(function, name, "1");
  } else {
    machine.tree().erase(Space::hidden, fact_path(function, name));
  }
}

bool drives(const Machine& machine, const PciAddress& function) {
  return machine.rules_of(function) == &nvidia_driver();
}

}  // namespace vfmgr::sim::nvidia
