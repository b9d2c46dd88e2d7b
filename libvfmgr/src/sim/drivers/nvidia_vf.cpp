// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_vf.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/nvidia_card.hpp"
#include "sim/drivers/nvidia_vgpu.hpp"
#include "sim/groups.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim::nvidia {

namespace {

constexpr std::string_view kFolder = "nvidia";
constexpr std::string_view kParams = "vgpu_params";
constexpr std::string_view kHeader = "ID    : vGPU Name\n";
constexpr std::uint64_t kMostNumber = std::numeric_limits<std::uint32_t>::max();  // kstrtou32

std::string vf_file(const Machine& machine, const PciAddress& vf, std::string_view leaf) {
  return machine.path_in(vf, fmt::format("{}/{}", kFolder, leaf));
}

/// creatable_vgpu_types. A header and "%-5d : %s" is what newer drivers print (harvester/pcidevices
/// testdata); kubevirt-gpu-device-plugin's README shows no header, the guide "NAME  ID". Nothing
/// creatable: the header alone, where there is one.
std::string list_text(const Card& card, std::uint64_t format) {
  std::string text(format == 0 ? kHeader : "");
  for (const Type* type : creatable(card)) {
    text += format == 2 ? fmt::format("{}  {}\n", type->name, type->id)
                        : fmt::format("{:<5} : {}\n", type->id, type->name);
  }
  return text;
}

/// What the files of all VFs of a GPU are rendered from.
struct Lists {
  Card card;
  bool older = false;  ///< a driver that has three files alone
  std::string free;    ///< what a VF without a vGPU can be made
  std::string taken;   ///< … and one that has one
};

Lists lists_of(const Machine& machine, const PciAddress& pf) {
  const std::uint64_t format = machine.fact(pf, "vgpu_list_format").value_or(0);
  Lists lists{.card = card_of(machine, pf),
              .older = machine.fact(pf, "vgpu_old").value_or(0) != 0,
              .free = {},
              .taken = format == 0 ? std::string(kHeader) : std::string{}};
  lists.free = list_text(lists.card, format);
  return lists;
}

std::string vfio_folder(const Machine& machine, const PciAddress& vf) {
  return machine.path_in(vf, "vfio-dev");
}

/// A VF with a vGPU is a vfio device without changing its driver (the guide, 4.1: it is handed to
/// QEMU as it is). Numbers of vfio devices are fixed here as those of groups are.
void show_vfio(Machine& machine, const PciAddress& vf, bool there) {
  const std::string group = group_of(machine, vf);
  machine.tree().erase(Space::sys, vfio_folder(machine, vf));
  if (there && !group.empty()) {
    machine.tree().put_directory(Space::sys, vfio_folder(machine, vf) + "/vfio" + group);
  }
  update_vfio_node(machine, group);
}

void show_one(Machine& machine, const PciAddress& vf, const Lists& lists) {
  Tree& tree = machine.tree();
  const auto vgpu = vgpu_on(machine, vf);
  tree.put(Space::sys,
           vf_file(machine, vf, "creatable_vgpu_types"),
           vgpu ? lists.taken : lists.free,
           Mode::read_only);
  tree.put(Space::sys,
           vf_file(machine, vf, "current_vgpu_type"),
           fmt::format("{}\n", vgpu ? vgpu->type : 0),
           Mode::read_write);
  const std::string params = machine.fact_text(vf, kParams);
  tree.put(Space::sys,
           vf_file(machine, vf, kParams),
           params.empty() ? params : params + "\n",
           Mode::read_write);
  show_vfio(machine, vf, vgpu.has_value());
  if (lists.older) {
    return;
  }
  const int none = vgpu ? 0 : ENXIO;
  // The number is all ones where there is no instance: assumed, no source shows it. "Not
  // Applicable" is what some drivers print for a place that they do not manage.
  const std::string instance = vgpu ? fmt::format("{}\n", vgpu->instance) : std::string{};
  std::string place = vgpu ? fmt::format("{}\n", vgpu->placement) : std::string{};
  if (vgpu && !has_places(lists.card)) {
    place = "Not Applicable\n";
  }
  tree.put(Space::sys, vf_file(machine, vf, "gpu_instance_id"), instance, Mode::read_write, none);
  tree.put(Space::sys, vf_file(machine, vf, "placement_id"), place, Mode::read_write, none);
  tree.put(Space::sys, vf_file(machine, vf, "warm_update"), "0\n", Mode::read_write);
}

bool has_files(const Machine& machine, const PciAddress& vf) {
  return machine.tree().find(Space::sys, machine.path_in(vf, kFolder)) != nullptr;
}

/// All refusals of the resource manager are seen as this one errno (cubecos issue 312).
constexpr int kRefused = EIO;

/// Half of it: the parameters are gone, the vGPU is not; without any it is gone. Whether a VM has
/// it nobody asks: OGKM's delete has no such check.
int clear_vgpu(Machine& machine, const PciAddress& vf, bool half) {
  if (!vgpu_on(machine, vf)) {
    return kRefused;  // OBJECT_NOT_FOUND
  }
  if (half && !machine.fact_text(vf, kParams).empty()) {
    machine.tree().erase(Space::hidden, fact_path(vf, kParams));
  } else {
    drop_vgpu(machine, vf);
  }
  return 0;
}

int move_vgpu(Machine& machine,
              const PciAddress& pf,
              const PciAddress& vf,
              std::string_view leaf,
              std::uint32_t to) {
  auto vgpu = vgpu_on(machine, vf);
  if (!vgpu) {
    return ENXIO;  // as reading it; inferred
  }
  const Card card = card_of(machine, pf);
  const bool place = leaf == "placement_id";
  if (place ? !may_stand(card, *vgpu, to) : !may_run_in(card, *vgpu, to)) {
    return kRefused;  // INVALID_STATE, NOT_SUPPORTED
  }
  (place ? vgpu->placement : vgpu->instance) = to;
  set_vgpu(machine, *vgpu);
  return 0;
}

}  // namespace

void show_vf_files(Machine& machine, const PciAddress& pf) {
  const Lists lists = lists_of(machine, pf);
  for (const PciAddress& vf : machine.vfs_of(pf)) {
    if (has_files(machine, vf)) {
      show_one(machine, vf, lists);
    } else {
      show_mdev_types(machine, vf);
    }
  }
}

void add_vf_files(Machine& machine, const PciAddress& vf) {
  if (const auto pf = machine.pf_of(vf)) {
    show_one(machine, vf, lists_of(machine, *pf));
  }
}

void remove_vf_files(Machine& machine, const PciAddress& vf) {
  machine.tree().erase(Space::sys, machine.path_in(vf, kFolder));
  drop_vgpu(machine, vf);
  show_vfio(machine, vf, false);
}

int make_vgpu(Machine& machine, const PciAddress& pf, const PciAddress& vf, std::uint32_t id) {
  const Card card = card_of(machine, pf);
  const Type* type = card.type(id);
  const auto vgpu = type == nullptr ? std::nullopt : one_more(card, vf, *type);
  if (!vgpu || vgpu_on(machine, vf)) {
    return kRefused;  // OBJECT_NOT_FOUND, INVALID_OPERATION, INSUFFICIENT_RESOURCES, NOT_SUPPORTED
  }
  set_vgpu(machine, *vgpu);
  return 0;
}

int set_params(Machine& machine, const PciAddress& vf, std::string_view bytes) {
  constexpr std::size_t kMost = 1024;  // the guide, 4.6: vgpu_params
  const std::string_view text = without_newline(bytes);
  if (text.size() > kMost) {
    return EINVAL;
  }
  if (!vgpu_on(machine, vf)) {
    return kRefused;
  }
  // The guide, 4.6: one space clears them; then it reads as it did at first.
  if (text.find_first_not_of(' ') == std::string_view::npos) {
    machine.tree().erase(Space::hidden, fact_path(vf, kParams));
  } else {
    machine.set_fact(vf, kParams, std::string(text));
  }
  return 0;
}

int write_vf_file(Machine& machine,
                  const PciAddress& vf,
                  std::string_view leaf,
                  const WriteCall& call) {
  const auto pf = machine.pf_of(vf);
  if (!pf || leaf == "warm_update") {
    return kRefused;  // what warm_update takes no source says
  }
  int error = 0;
  if (leaf == kParams) {
    error = set_params(machine, vf, call.bytes);
  } else {
    const KernelNumber number = kernel_number(call.bytes, kMostNumber);
    const auto value = static_cast<std::uint32_t>(number.value);
    error = number.error;
    if (error == 0 && leaf == "current_vgpu_type") {
      error = value == 0 ? clear_vgpu(machine, vf, call.half) : make_vgpu(machine, *pf, vf, value);
    } else if (error == 0) {
      error = move_vgpu(machine, *pf, vf, leaf, value);
    }
  }
  if (error == 0) {
    show_vf_files(machine, *pf);
  }
  return error;
}

}  // namespace vfmgr::sim::nvidia
