// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_nvml.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/nvidia_card.hpp"
#include "sim/drivers/nvidia_lock.hpp"
#include "sim/drivers/nvidia_mig.hpp"
#include "sim/drivers/nvidia_vf.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim::nvidia {

namespace {

std::string nvml_path(const PciAddress& pf, std::string_view leaf) {
  return fmt::format("{}/{}", vfmgr::to_string(pf), leaf);
}

std::string types_text(const Card& card) {
  std::string text;
  for (const Type& type : card.types) {
    text += fmt::format("{} {}\n", type.id, type.name);
  }
  return text;
}

std::string profiles_text(const Card& card) {
  std::string text;
  for (const Profile& profile : card.profiles) {
    text += fmt::format("{} {} {} {}:{}\n",
                        profile.id,
                        profile.name,
                        profile.most,
                        profile.size,
                        fmt::join(profile.starts, ","));
  }
  return text;
}

std::string ids_text(const Card& card) {
  std::string text;
  for (const Instance& instance : card.instances) {
    text += fmt::format("{} {}\n", instance.id, instance.start);
  }
  return text;
}

/// MIG mode changes while the GPU is idle alone: with VFs on it is refused (cubecos issue 312: "In
/// use by another client"). That instances have to go first is assumed.
int set_mig(Machine& machine, const PciAddress& pf, const Card& card, bool on) {
  if (card.mig == on) {
    return 0;
  }
  if (machine.enabled_vfs(pf) != 0 || in_use(machine, pf) || !card.instances.empty()) {
    return EBUSY;
  }
  set_flag(machine, pf, "mig_mode", on);
  set_flag(machine, pf, "heterogeneous", false);  // the GPU is reset for it
  return 0;
}

/// "create PROFILE START", "destroy START". Half of either leaves the instance without its compute
/// instance.
int change_instances(
    Machine& machine, const PciAddress& pf, Card card, std::string_view order, bool half) {
  const std::size_t first = order.find(' ');
  const std::size_t last = order.rfind(' ');
  const std::string_view verb = order.substr(0, first);
  const auto start =
      last == std::string_view::npos ? std::nullopt : stored_number(order.substr(last + 1));
  constexpr std::uint64_t kMost = 0xFFFF;
  if (!start || *start > kMost) {
    return EINVAL;
  }
  int error = EINVAL;
  const auto at = static_cast<std::uint32_t>(*start);
  if (verb == "create" && last > first) {
    error = create_instance(card, order.substr(first + 1, last - first - 1), at, half);
  } else if (verb == "destroy" && last == first) {
    error = destroy_instance(card, at, half);
  }
  if (error == 0) {
    set_instances(machine, pf, card.instances);
  }
  return error;
}

int write_mig(Machine& machine, const PciAddress& pf, const WriteCall& call) {
  const Card card = card_of(machine, pf);
  const std::string_view order = without_newline(call.bytes);
  if (card.profiles.empty()) {
    return EOPNOTSUPP;
  }
  if (order == "on" || order == "off") {
    return set_mig(machine, pf, card, order == "on");
  }
  return change_instances(machine, pf, card, order, call.half);
}

/// nvmlDeviceSetVgpuHeterogeneousMode: without MIG, and before there is any vGPU.
int write_mixed(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  const Card card = card_of(machine, pf);
  const std::string_view mode = without_newline(bytes);
  if (card.mig || card.places.empty()) {
    return EOPNOTSUPP;
  }
  if (mode != "0" && mode != "1") {
    return EINVAL;
  }
  if (!card.vgpus.empty()) {
    return EBUSY;
  }
  set_flag(machine, pf, "heterogeneous", mode == "1");
  return 0;
}

}  // namespace

void show_nvml(Machine& machine, const PciAddress& pf) {
  remove_nvml(machine, pf);
  if (machine.fact(pf, "no_nvml").value_or(0) != 0) {
    return;
  }
  const Card card = card_of(machine, pf);
  const auto show = [&](std::string_view leaf, std::string text, Mode mode, bool supported) {
    machine.tree().put(Space::nvml,
                       nvml_path(pf, leaf),
                       supported ? std::move(text) : std::string{},
                       mode,
                       supported ? 0 : EOPNOTSUPP);
  };
  show("mig", mig_text(card), Mode::read_write, !card.profiles.empty());
  const bool can_mix = !card.mig && !card.places.empty();
  show("heterogeneous", card.mixed ? "1" : "0", Mode::read_write, can_mix);
  show("vgpu_types", types_text(card), Mode::read_only, true);
  show("mig_profiles", profiles_text(card), Mode::read_only, true);
  show("instance_ids", ids_text(card), Mode::read_only, true);
}

void remove_nvml(Machine& machine, const PciAddress& pf) {
  machine.tree().erase(Space::nvml, vfmgr::to_string(pf));
}

std::optional<PciAddress> pf_of_nvml(std::string_view path) {
  return stored_address(parent_of(path));
}

int write_nvml(Machine& machine, const PciAddress& pf, const WriteCall& call) {
  const std::string_view leaf = leaf_of(call.path);
  int error = EINVAL;
  if (leaf == "mig") {
    error = write_mig(machine, pf, call);
  } else if (leaf == "heterogeneous") {
    error = write_mixed(machine, pf, call.bytes);
  }
  if (error == 0) {
    show_nvml(machine, pf);
    show_vf_files(machine, pf);
  }
  return error;
}

}  // namespace vfmgr::sim::nvidia
