// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"
#include "toy_ids.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::shape {

namespace {

using sim::Machine;
using sim::Mode;
using sim::Space;

/// The driver's files of one GPU, and what stands in them.
class Files {
 public:
  Files(Machine& machine, const PciAddress& pf) : machine_(&machine), pf_(pf) {}

  [[nodiscard]] std::string path(const std::string& leaf) const {
    return machine_->path_in(pf_, "toy_ids/" + leaf);
  }
  void put(const std::string& leaf, const std::string& text, Mode mode = Mode::read_only) const {
    machine_->tree().put(Space::sys, path(leaf), text, mode);
  }
  void erase(const std::string& leaf) const { machine_->tree().erase(Space::sys, path(leaf)); }
  [[nodiscard]] std::uint64_t number(const std::string& leaf) const {
    const std::string* text = machine_->tree().text(Space::sys, path(leaf));
    return text == nullptr ? 0 : sim::stored_number(sim::without_newline(*text)).value_or(0);
  }
  [[nodiscard]] std::string vf_folder(std::uint32_t vf) const { return "vf" + std::to_string(vf); }

  /// Ids and names.
  [[nodiscard]] std::map<std::uint64_t, std::string> instances() const {
    std::map<std::uint64_t, std::string> found;
    const std::string* text = machine_->tree().text(Space::sys, path("instances"));
    std::string_view rest = text == nullptr ? std::string_view{} : *text;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      const std::size_t blank = line.find(' ');
      found[sim::stored_number(line.substr(0, blank)).value_or(0)] = line.substr(blank + 1);
    }
    return found;
  }
  void list(const std::map<std::uint64_t, std::string>& instances) const {
    std::string text;
    for (const auto& [id, name] : instances) {
      text += std::to_string(id) + " " + name + "\n";
    }
    put("instances", text);
  }
  [[nodiscard]] std::uint64_t free_memory() const {
    std::uint64_t left = machine_->fact(pf_, "toy_memory").value_or(0);
    for (const auto& [id, name] : instances()) {
      left -= std::min(left, number("memory/" + name));
    }
    return left;
  }
  [[nodiscard]] bool attached(std::uint64_t id) const {
    for (std::uint32_t vf = 1; vf <= machine_->enabled_vfs(pf_); ++vf) {
      if (number(vf_folder(vf) + "/instance") == id) {
        return true;
      }
    }
    return false;
  }

 private:
  Machine* machine_;
  PciAddress pf_;
};

/// "NAME BYTES". Half of it: an instance with half of the memory.
int create(const Files& files, std::string_view bytes, bool half) {
  const std::size_t blank = bytes.find(' ');
  const auto size =
      blank == std::string_view::npos ? std::nullopt : sim::stored_number(bytes.substr(blank + 1));
  if (!size || *size == 0 || blank == 0 || bytes.substr(0, blank).find('/') < blank) {
    return EINVAL;
  }
  const std::string name(bytes.substr(0, blank));
  auto instances = files.instances();
  if (std::ranges::any_of(instances, [&](const auto& one) { return one.second == name; })) {
    return EEXIST;
  }
  if (*size > files.free_memory()) {
    return ENOSPC;
  }
  std::uint64_t id = 1;
  while (instances.contains(id)) {
    ++id;
  }
  instances[id] = name;
  files.list(instances);
  files.put("memory/" + name, std::to_string(half ? *size / 2 : *size) + "\n");
  return 0;
}

/// Half of it: the memory is gone, the instance is not.
int destroy(const Files& files, std::string_view bytes, bool half) {
  auto instances = files.instances();
  const auto id = sim::stored_number(bytes);
  if (!id) {
    return EINVAL;
  }
  const auto found = instances.find(*id);
  if (found == instances.end()) {
    return ENOENT;
  }
  if (files.attached(*id)) {
    return EBUSY;
  }
  if (half) {
    files.put("memory/" + found->second, "0\n");
    return 0;
  }
  files.erase("memory/" + found->second);
  instances.erase(found);
  files.list(instances);
  return 0;
}

/// Half of attaching: the id is there and the memory is not. Half of detaching: the other way
/// round.
int attach(const Files& files, const std::string& folder, std::string_view bytes, bool half) {
  const auto id = sim::stored_number(bytes);
  if (!id) {
    return EINVAL;
  }
  std::uint64_t memory = 0;
  if (*id != 0) {
    const auto instances = files.instances();
    const auto found = instances.find(*id);
    if (found == instances.end()) {
      return ENOENT;
    }
    if (files.attached(*id)) {
      return EBUSY;
    }
    memory = files.number("memory/" + found->second);
  }
  const bool detaches = *id == 0;
  if (!half || !detaches) {
    files.put(folder + "/instance", std::to_string(*id) + "\n", Mode::read_write);
  }
  if (!half || detaches) {
    files.put(folder + "/vram", std::to_string(memory) + "\n");
  }
  return 0;
}

class ToyIds final : public sim::SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-ids"; }

  void bound(Machine& machine, const PciAddress& function) const override {
    const Files files(machine, function);
    files.put("create", "", Mode::write_only);
    files.put("destroy", "", Mode::write_only);
    files.put("instances", "");
  }
  void unbound(Machine& machine, const PciAddress& function) const override {
    machine.tree().erase(Space::sys, machine.path_in(function, "toy_ids"));
  }

  /// Instances outlive the VFs that they were attached to.
  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    const Files files(machine, pf);
    if (vfs == 0) {
      for (std::uint32_t vf = 1; vf <= machine.enabled_vfs(pf); ++vf) {
        files.erase(files.vf_folder(vf));
      }
      sim::disable_vfs(machine, pf);
      return 0;
    }
    const int error = sim::enable_vfs(machine, pf, vfs);
    for (std::uint32_t vf = 1; error == 0 && vf <= vfs; ++vf) {
      files.put(files.vf_folder(vf) + "/instance", "0\n", Mode::read_write);
      files.put(files.vf_folder(vf) + "/vram", "0\n");
    }
    return error;
  }

  std::optional<int> write(Machine& machine, const sim::WriteCall& call) const override {
    const auto pf = call.in == In::sys ? machine.owner_of(call.path) : std::nullopt;
    if (!pf || machine.rules_of(*pf) != this) {
      return std::nullopt;
    }
    const Files files(machine, *pf);
    const std::string_view bytes = sim::without_newline(call.bytes);
    if (call.path == files.path("create")) {
      return create(files, bytes, call.half);
    }
    if (call.path == files.path("destroy")) {
      return destroy(files, bytes, call.half);
    }
    for (std::uint32_t vf = 1; vf <= machine.enabled_vfs(*pf); ++vf) {
      if (call.path == files.path(files.vf_folder(vf) + "/instance")) {
        const auto function = machine.vf_address(*pf, vf - 1);
        return function && !machine.driver_of(*function).empty()
                   ? EBUSY
                   : attach(files, files.vf_folder(vf), bytes, call.half);
      }
    }
    return std::nullopt;
  }
};

}  // namespace

const sim::SimDriver& toy_ids_driver() {
  static const ToyIds driver;
  return driver;
}

}  // namespace vfmgr::shape
