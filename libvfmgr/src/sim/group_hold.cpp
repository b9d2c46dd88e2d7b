// SPDX-License-Identifier: Apache-2.0
#include "sim/group_hold.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"
#include "sim/driver.hpp"
#include "sim/groups.hpp"
#include "sim/machine.hpp"
#include "sim/pending.hpp"
#include "sim/tree.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr::sim {

namespace {

class LockedFile final : public Hold {
 public:
  explicit LockedFile(int descriptor) : descriptor_(descriptor) {}
  ~LockedFile() override { close(descriptor_); }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  LockedFile(LockedFile&&) = delete;
  LockedFile& operator=(LockedFile&&) = delete;

 private:
  int descriptor_;
};

std::filesystem::path lock_file(const std::filesystem::path& folder, const Place& node) {
  std::string name = node.path;
  std::ranges::replace(name, '/', '-');
  return folder / name;
}

/// What QEMU was called with: a comma in a name is written twice.
std::string arguments_of_vm(const std::string& vm) {
  std::string arguments = "qemu-system-x86_64";
  arguments += '\0';
  if (vm.empty()) {
    return arguments;
  }
  arguments += "-name";
  arguments += '\0';
  arguments += "guest=";
  for (const char letter : vm) {
    arguments += letter;
    arguments += letter == ',' ? "," : "";
  }
  arguments += '\0';
  return arguments;
}

std::unexpected<Error> failure(const Place& node, int os_error) {
  return fail(kernel_error(node, os_error));
}

/// Programs on the host that have a driver's own node open.
std::vector<Opener> programs_with(const Machine& machine,
                                  const Place& node,
                                  const std::string& path) {
  std::vector<Opener> openers;
  for (const PciAddress& function : machine.functions()) {
    const SimDriver* rules = machine.rules_of(function);
    const auto use = rules == nullptr ? std::nullopt : rules->host_use(machine, function);
    if (node.in == In::dev && use && use->node == path) {
      // Which program it is nothing depends on; NVIDIA's own monitor stands for all.
      openers.push_back({.pid = use->pid,
                         .node = node,
                         .command = "nvidia-smi",
                         .arguments = "nvidia-smi",
                         .cgroup = {},
                         .age = {}});
    }
  }
  return openers;
}

}  // namespace

int can_open(const Machine& machine, const Place& node) {
  const auto resolved = machine.tree().resolve(space_of(node.in), node.path, true);
  if (resolved.error != 0) {
    return resolved.error;
  }
  for (const PciAddress& member : members_of(machine, std::string(leaf_of(resolved.path)))) {
    if (user_of(machine, member)) {
      return EBUSY;
    }
  }
  return 0;
}

std::vector<Opener> openers_of(const Machine& machine, const Place& node) {
  const auto resolved = machine.tree().resolve(space_of(node.in), node.path, true);
  std::vector<Opener> openers;
  if (resolved.error != 0) {
    return openers;
  }
  if (!resolved.path.starts_with("vfio/")) {
    return programs_with(machine, node, resolved.path);
  }
  for (const PciAddress& member : members_of(machine, std::string(leaf_of(resolved.path)))) {
    if (const auto user = user_of(machine, member)) {
      openers.push_back({.pid = user->pid,
                         .node = node,
                         .command = "qemu-system-x86",
                         .arguments = arguments_of_vm(user->vm),
                         .cgroup = {},
                         .age = {}});
    }
  }
  return openers;
}

Result<std::unique_ptr<Hold>> hold_group(const std::filesystem::path& folder, const Place& node) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return failure(node, error.value());
  }
  const int descriptor = open(lock_file(folder, node).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return failure(node, errno);
  }
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno == EWOULDBLOCK ? EBUSY : errno;
    close(descriptor);
    return failure(node, why);
  }
  return std::make_unique<LockedFile>(descriptor);
}

bool is_held(const std::filesystem::path& folder, const Place& node) {
  const int descriptor = open(lock_file(folder, node).c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) {
    return false;  // nobody ever held it
  }
  const bool held = flock(descriptor, LOCK_EX | LOCK_NB) != 0;
  close(descriptor);
  return held;
}

}  // namespace vfmgr::sim
