// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_lock.hpp"

#include "vfmgr/units.hpp"

#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/pending.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::nvidia {

namespace {

constexpr std::string_view kEntries = "driver/nvidia/gpus/";
constexpr std::string_view kLock = "unbindLock";
constexpr std::string_view kMinor = "nvidia_minor";

std::string entry_file(const PciAddress& pf, std::string_view leaf) {
  return fmt::format("{}{}/{}", kEntries, vfmgr::to_string(pf), leaf);
}

}  // namespace

void add_node(Machine& machine, const PciAddress& pf) {
  std::vector<std::uint64_t> taken;
  for (const PciAddress& function : machine.functions()) {
    if (const auto minor = machine.fact(function, kMinor); minor && function != pf) {
      taken.push_back(*minor);
    }
  }
  std::uint64_t minor = 0;  // the lowest free one (nv.c: nv_linux_add_device_locked)
  while (std::ranges::find(taken, minor) != taken.end()) {
    ++minor;
  }
  machine.set_fact(pf, kMinor, std::to_string(minor));
  machine.tree().put(Space::dev, node_of(machine, pf), "", Mode::read_write);
}

std::string node_of(const Machine& machine, const PciAddress& pf) {
  const auto minor = machine.fact(pf, kMinor);
  return minor ? fmt::format("nvidia{}", *minor) : std::string{};
}

void add_entry(Machine& machine, const PciAddress& pf) {
  Tree& tree = machine.tree();
  tree.put(Space::proc, entry_file(pf, kLock), "0\n", Mode::read_write);
  tree.put(Space::proc,
           entry_file(pf, "information"),
           // nv-procfs.c:nv_procfs_read_gpu_info, as far as it tells one card from another.
           fmt::format("Model: \t\t NVIDIA {}\nGPU UUID: \t GPU-5e000000-0000-4000-8000-{:012x}\n"
                       "Device Minor: \t {}\n",
                       machine.fact_text(pf, "model_name"),
                       machine.fact(pf, "card").value_or(0),
                       machine.fact(pf, kMinor).value_or(0)),
           Mode::read_only);
}

void remove_entry(Machine& machine, const PciAddress& pf) {
  // The node is a program's doing (nvidia-modprobe), and stays.
  machine.tree().erase(Space::proc, std::string(kEntries) + vfmgr::to_string(pf));
}

bool in_use(const Machine& machine, const PciAddress& pf) {
  const auto vfs = machine.vfs_of(pf);
  return machine.fact(pf, "nvidia_client").value_or(0) != 0 ||
         std::ranges::any_of(
             vfs, [&machine](const PciAddress& vf) { return user_of(machine, vf).has_value(); });
}

bool is_locked(const Machine& machine, const PciAddress& pf) {
  const std::string* text = machine.tree().text(Space::proc, entry_file(pf, kLock));
  return text != nullptr && *text == "1\n";
}

int write_lock(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  const KernelNumber number = kernel_number(bytes, 0xFFFFFFFF);
  if (number.error != 0) {
    return EINVAL;
  }
  if (number.value == 0 || (number.value == 1 && !in_use(machine, pf))) {
    machine.tree().put(Space::proc, entry_file(pf, kLock), fmt::format("{}\n", number.value));
  }
  return 0;
}

std::optional<PciAddress> pf_of_lock(std::string_view path) {
  if (!path.starts_with(kEntries) || leaf_of(path) != kLock) {
    return std::nullopt;
  }
  return stored_address(parent_of(path).substr(kEntries.size()));
}

}  // namespace vfmgr::sim::nvidia
