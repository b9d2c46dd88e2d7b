// SPDX-License-Identifier: Apache-2.0
#include "sim/mdev.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/groups.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

constexpr std::string_view kTypes = "mdev_supported_types";
constexpr std::string_view kBus = "bus/mdev/devices/";
constexpr std::string_view kClass = "class/mdev_bus/";
constexpr std::size_t kUuidLength = 36;  // include/linux/uuid.h: UUID_STRING_LEN

std::string types_directory(const Machine& machine, const PciAddress& function) {
  return machine.path_in(function, kTypes);
}

/// mdev_sysfs.c:mdev_type_add: the parent's driver and the type's own name.
std::string type_directory(const Machine& machine,
                           const PciAddress& function,
                           std::string_view type) {
  return fmt::format(
      "{}/{}-{}", types_directory(machine, function), machine.driver_of(function), type);
}

/// What guid_parse makes of a write, as "%pUl" prints it; empty: no UUID. One more byte than a UUID
/// has may follow, whatever it is.
std::string uuid_in(std::string_view bytes) {
  if (bytes.size() < kUuidLength || bytes.size() > kUuidLength + 1) {
    return {};
  }
  std::string uuid;
  for (std::size_t at = 0; at < kUuidLength; ++at) {
    const auto letter = static_cast<unsigned char>(bytes[at]);
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? letter != '-' : std::isxdigit(letter) == 0) {
      return {};
    }
    uuid += static_cast<char>(std::tolower(letter));
  }
  return uuid;
}

/// A group of an mdev's own. Its number is fixed by the name, as those of VFs are by their index:
/// a real kernel takes the lowest free one.
std::string free_group(const Machine& machine, const std::string& uuid) {
  constexpr std::uint64_t kFirst = 1000;
  std::uint64_t number = kFirst + kernel_number("0x" + uuid.substr(0, 4), UINT64_MAX).value;
  while (!members_of(machine, std::to_string(number)).empty()) {
    ++number;
  }
  return std::to_string(number);
}

void join_own_group(Machine& machine, const std::string& directory, const std::string& uuid) {
  Tree& tree = machine.tree();
  const std::string number = free_group(machine, uuid);
  const std::string group = "kernel/iommu_groups/" + number;
  const std::string devices = group + "/devices";
  tree.put_link(Space::sys, devices + "/" + uuid, relative_link(devices, directory));
  tree.put_link(Space::sys, directory + "/iommu_group", relative_link(directory, group));
  tree.put(Space::dev, "vfio/" + number, "", Mode::read_write);
}

void leave_own_group(Machine& machine, const std::string& directory) {
  Tree& tree = machine.tree();
  const Node* link = tree.find(Space::sys, directory + "/iommu_group");
  if (link != nullptr) {
    const std::string number(leaf_of(link->text));
    tree.erase(Space::sys, "kernel/iommu_groups/" + number);
    tree.erase(Space::dev, "vfio/" + number);
  }
}

/// mdev_core.c:mdev_device_create
int create_mdev(Machine& machine,
                const PciAddress& function,
                std::string_view type,
                std::string_view bytes) {
  const std::string uuid = uuid_in(bytes);
  if (uuid.empty()) {
    return EINVAL;
  }
  Tree& tree = machine.tree();
  if (tree.find(Space::sys, std::string(kBus) + uuid) != nullptr) {
    return EEXIST;
  }
  const SimDriver* rules = machine.rules_of(function);
  const int error = rules == nullptr ? ENODEV : rules->make_mdev(machine, function, type, uuid);
  if (error != 0) {
    return error;
  }
  const std::string directory = mdev_directory(machine, function, uuid);
  const std::string of_type = type_directory(machine, function, type);
  tree.put(Space::sys, directory + "/remove", "", Mode::write_only);
  tree.put_link(Space::sys, directory + "/mdev_type", relative_link(directory, of_type));
  const std::string devices = of_type + "/devices";
  tree.put_link(Space::sys, devices + "/" + uuid, relative_link(devices, directory));
  tree.put_link(Space::sys, std::string(kBus) + uuid, "../../../" + directory);
  join_own_group(machine, directory, uuid);
  rules->mdevs_changed(machine, function);
  return 0;
}

}  // namespace

std::string mdev_directory(const Machine& machine,
                           const PciAddress& function,
                           std::string_view uuid) {
  return machine.path_in(function, uuid);
}

bool is_mdev_parent(const Machine& machine, const PciAddress& function) {
  return machine.tree().find(Space::sys, types_directory(machine, function)) != nullptr;
}

void add_mdev_parent(Machine& machine, const PciAddress& function) {
  const SimDriver* rules = machine.rules_of(function);
  if (rules == nullptr) {
    return;
  }
  Tree& tree = machine.tree();
  for (const MdevType& type : rules->mdev_types(machine, function)) {
    const std::string directory = type_directory(machine, function, type.id);
    tree.put(Space::sys, directory + "/name", type.name + "\n");
    tree.put(Space::sys, directory + "/create", "", Mode::write_only);
    tree.put(Space::sys, directory + "/device_api", "vfio-pci\n");
    if (!type.description.empty()) {
      tree.put(Space::sys, directory + "/description", type.description + "\n");
    }
    tree.put_directory(Space::sys, directory + "/devices");
  }
  tree.put_link(Space::sys,
                std::string(kClass) + vfmgr::to_string(function),
                "../../" + machine.directory(function));
  show_mdev_types(machine, function);
}

void show_mdev_types(Machine& machine, const PciAddress& function) {
  const SimDriver* rules = machine.rules_of(function);
  if (rules == nullptr || !is_mdev_parent(machine, function)) {
    return;
  }
  for (const MdevType& type : rules->mdev_types(machine, function)) {
    machine.tree().put(Space::sys,
                       type_directory(machine, function, type.id) + "/available_instances",
                       fmt::format("{}\n", type.available));
  }
}

void remove_mdev_parent(Machine& machine, const PciAddress& function) {
  if (!is_mdev_parent(machine, function)) {
    return;
  }
  for (const std::string& uuid : mdevs_of(machine, function)) {
    remove_mdev(machine, function, uuid);
  }
  machine.tree().erase(Space::sys, types_directory(machine, function));
  machine.tree().erase(Space::sys, std::string(kClass) + vfmgr::to_string(function));
}

std::vector<std::string> mdevs_of(const Machine& machine, const PciAddress& function) {
  std::vector<std::string> mdevs;
  for (const std::string& name : machine.tree().names(Space::sys, machine.directory(function))) {
    if (uuid_in(name) == name && name.size() == kUuidLength) {
      mdevs.push_back(name);
    }
  }
  return mdevs;
}

void remove_mdev(Machine& machine, const PciAddress& function, std::string_view uuid) {
  Tree& tree = machine.tree();
  const std::string directory = mdev_directory(machine, function, uuid);
  const auto type = tree.resolve(Space::sys, directory + "/mdev_type", true);
  if (type.error == 0) {
    tree.erase(Space::sys, type.path + "/devices/" + std::string(uuid));
  }
  leave_own_group(machine, directory);
  tree.erase(Space::sys, std::string(kBus) + std::string(uuid));
  tree.erase(Space::sys, directory);
  if (const SimDriver* rules = machine.rules_of(function)) {
    rules->drop_mdev(machine, function, uuid);
    rules->mdevs_changed(machine, function);
  }
}

std::optional<std::string> mdev_removed_by(const Machine& machine, std::string_view path) {
  const std::string_view directory = parent_of(path);
  const std::string uuid(leaf_of(directory));
  const auto owner = machine.owner_of(directory);
  const bool is_one = leaf_of(path) == "remove" && owner && uuid_in(uuid) == uuid &&
                      mdev_directory(machine, *owner, uuid) == directory;
  return is_one ? std::optional(uuid) : std::nullopt;
}

std::optional<int> write_mdev(Machine& machine, std::string_view path, std::string_view bytes) {
  const auto owner = machine.owner_of(path);
  if (!owner) {
    return std::nullopt;
  }
  if (const auto uuid = mdev_removed_by(machine, path)) {
    const KernelNumber number = kernel_number(bytes, std::numeric_limits<std::uint64_t>::max());
    if (number.error != 0) {
      return EINVAL;  // mdev_sysfs.c:remove_store has one errno for whatever is no number
    }
    if (number.value != 0) {
      remove_mdev(machine, *owner, *uuid);
    }
    return 0;
  }
  const std::string_view directory = parent_of(path);
  const std::string prefix = machine.driver_of(*owner) + "-";
  if (leaf_of(path) != "create" || parent_of(directory) != types_directory(machine, *owner) ||
      !leaf_of(directory).starts_with(prefix)) {
    return std::nullopt;
  }
  return create_mdev(machine, *owner, leaf_of(directory).substr(prefix.size()), bytes);
}

std::string vfio_group_of(const Machine& machine, const PciAddress& function) {
  for (const std::string& uuid : mdevs_of(machine, function)) {
    const Node* link =
        machine.tree().find(Space::sys, mdev_directory(machine, function, uuid) + "/iommu_group");
    if (link != nullptr) {
      return std::string(leaf_of(link->text));
    }
  }
  return group_of(machine, function);
}

}  // namespace vfmgr::sim
