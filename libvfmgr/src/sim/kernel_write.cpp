// SPDX-License-Identifier: Apache-2.0
#include "sim/kernel_write.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/aim.hpp"
#include "sim/binding.hpp"
#include "sim/driver.hpp"
#include "sim/faults.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"
#include "sim/modules.hpp"
#include "sim/pending.hpp"
#include "sim/registers.hpp"
#include "sim/tools.hpp"
#include "sim/tree.hpp"
#include "sim/vectors.hpp"
#include "sim/vfs.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

/// iov.c:sriov_numvfs_store behind its locks.
int write_count(Machine& machine, const PciAddress& pf, std::uint32_t wanted, bool half) {
  const std::uint32_t enabled = machine.enabled_vfs(pf);
  if (wanted == enabled) {
    return 0;
  }
  const SimDriver* rules = machine.rules_of(pf);
  if (rules == nullptr || !rules->makes_vfs()) {
    return ENOENT;  // no driver bound, or one without the callback
  }
  if (wanted != 0 && enabled != 0) {
    return EBUSY;
  }
  if (half && wanted == 0) {
    keep_vfs(machine, pf, enabled / 2);
    return 0;
  }
  return rules->set_vfs(machine, pf, half ? (wanted + 1) / 2 : wanted).value_or(ENOENT);
}

/// base/driver.c:driver_set_override
int write_override(Machine& machine, const PciAddress& function, std::string_view bytes) {
  constexpr std::size_t kPageSize = 4096;
  if (bytes.size() >= kPageSize - 1) {
    return EINVAL;
  }
  const std::string_view ends("\n\0", 2);
  const std::string name(bytes.substr(0, bytes.find_first_of(ends)));
  machine.tree().put(Space::sys,
                     machine.path_in(function, "driver_override"),
                     (name.empty() ? "(null)" : name) + "\n");
  return 0;
}

int write_autoprobe(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  const auto on = kernel_bool(bytes);
  // lib/kstrtox.c:kstrtobool knows "true" and "false" since 5.19.
  const bool new_word = std::string_view("tTfF").find(bytes.front()) != std::string_view::npos;
  if (!on || (new_word && machine.kernel_before(5, 19))) {
    return EINVAL;
  }
  machine.tree().put(
      Space::sys, machine.path_in(pf, "sriov_drivers_autoprobe"), *on ? "1\n" : "0\n");
  return 0;
}

int write_remove(Machine& machine, const PciAddress& function, std::string_view bytes) {
  const KernelNumber number = kernel_number(bytes, UINT64_MAX);
  if (number.error != 0) {
    return EINVAL;
  }
  if (number.value != 0) {
    remove_function(machine, function);
  }
  return 0;
}

/// A file that the core knows nothing of: a driver's, or one that just keeps what is written.
int write_plain(Machine& machine, const Aim& aim, std::string_view bytes, bool half) {
  if (aim.in == In::sys) {
    if (const auto error = write_mdev(machine, aim.path, bytes)) {
      return *error;
    }
  }
  const WriteCall call{.in = aim.in, .path = aim.path, .bytes = bytes, .half = half};
  for (const SimDriver* rules : machine.rules()) {
    if (const auto error = rules->write(machine, call)) {
      return *error;
    }
  }
  const Space space = space_of(aim.in);
  const std::string* before = machine.tree().text(space, aim.path);
  std::string text(bytes);
  if (before != nullptr && before->ends_with('\n') && !text.ends_with('\n')) {
    text += '\n';  // attributes show their values with a newline, however they were written
  }
  machine.tree().put(space, aim.path, std::move(text));
  return 0;
}

/// As kernel/replace_file.cpp does it. Half of it does not happen: what can still fail then is that
/// the folder is synced.
int write_file(Machine& machine, const std::string& path, std::string_view bytes) {
  if (bytes.empty()) {
    machine.tree().erase(Space::etc, path);
  } else {
    machine.tree().put(Space::etc, path, std::string(bytes), Mode::read_write);
  }
  return 0;
}

int perform(Machine& machine, const Aim& aim, std::string_view bytes, bool half) {
  switch (aim.target) {
    case Target::count:
      return write_count(machine,
                         aim.function,
                         static_cast<std::uint32_t>(kernel_number(bytes, 0xFFFF).value),
                         half);
    case Target::autoprobe:
      return write_autoprobe(machine, aim.function, bytes);
    case Target::driver_override:
      return write_override(machine, aim.function, bytes);
    case Target::vectors:
      return write_vectors(machine, aim.function, bytes);
    case Target::remove:
      return write_remove(machine, aim.function, bytes);
    case Target::bind:
      return write_bind(machine, aim.driver, bytes);
    case Target::unbind:
      return write_unbind(machine, aim.driver, bytes);
    case Target::probe:
      return write_drivers_probe(machine, bytes);
    case Target::new_id:
      return write_new_id(machine, aim.driver, bytes);
    case Target::remove_id:
      return write_remove_id(machine, aim.driver, bytes);
    case Target::module:
      return write_module(machine, aim.driver, bytes, half);
    case Target::file:
      return write_file(machine, aim.path, bytes);
    case Target::dword:
      return write_register(machine, register_at(machine, aim.path).value(), bytes, half);
    case Target::plain:
      break;
  }
  return write_plain(machine, aim, bytes, half);
}

/// What has happened when a write has come as far as a function that somebody has open.
void stop_at_user(Machine& machine, const Aim& aim, const PciAddress& user) {
  if (aim.target == Target::plain) {
    return;  // an mdev's removal: its parent keeps its driver
  }
  if (aim.target == Target::module && exit_waits_for(machine, aim.driver)) {
    return;
  }
  if (aim.target == Target::unbind || aim.target == Target::remove) {
    begin_unbind(machine, aim.function);
  }
  if (machine.pf_of(user) == aim.function) {
    stop_disable_at(
        machine, aim.function, static_cast<std::uint32_t>(machine.fact(user, "index").value_or(0)));
  }
  begin_unbind(machine, user);
}

/// Does what can be done; EINPROGRESS when it has to wait. `name` is the queue's name of a write
/// that waits already.
int attempt(Machine& machine,
            const Place& place,
            std::string_view bytes,
            bool half,
            const std::string& name) {
  const Aim aim = aim_at(machine, place, bytes);
  if (aim.error != 0) {
    return aim.error;
  }
  if (bytes.empty() && aim.target != Target::file) {
    return aim.target == Target::module ? EINVAL : 0;  // fs/sysfs/file.c:sysfs_kf_write
  }
  if (const int error = error_before_locks(machine, aim, bytes); error != 0) {
    return error;
  }
  const auto locks = locks_of(machine, aim, bytes);
  bool waits = locks_taken(machine, locks, name);
  if (!waits) {
    if (const auto user = waits_for(machine, aim, bytes)) {
      waits = true;
      if (!half) {
        stop_at_user(machine, aim, *user);
      }
    }
  }
  if (!waits) {
    return perform(machine, aim, bytes, half);
  }
  if (name.empty() && !half) {
    add_pending(machine,
                {.place = vfmgr::to_string(place), .bytes = std::string(bytes), .locks = locks});
  }
  return EINPROGRESS;
}

bool takes_a_driver_off(const Place& place) {
  return place.in == In::module || (place.in == In::sys && leaf_of(place.path) == "unbind");
}

}  // namespace

Outcome kernel_write(Machine& machine,
                     const Place& place,
                     std::string_view bytes,
                     Milliseconds limit) {
  const auto fault = take_fault(machine, place);
  Outcome outcome;
  if (fault && fault->os_error != 0) {
    outcome.error = fault->os_error;
    if (fault->half) {
      (void)attempt(machine, place, bytes, true, {});
    }
  } else {
    outcome.error = attempt(machine, place, bytes, false, {});
    if (outcome.error == EINPROGRESS) {
      machine.advance(limit);
    }
  }
  if (outcome.error == 0 && !pending_writes(machine).empty() && takes_a_driver_off(place)) {
    resume_pending(machine);  // the exit of a module may have waited for that
  }
  outcome.stop_after = fault && fault->stop == Stop::after;
  return outcome;
}

void resume_pending(Machine& machine) {
  for (const auto& [name, write] : pending_writes(machine)) {
    const auto place = parse_place(write.place);
    if (!place || attempt(machine, *place, write.bytes, false, name) != EINPROGRESS) {
      drop_pending(machine, name);
    }
  }
}

bool read_blocks(const Machine& machine, std::string_view canonical_path) {
  const std::string_view leaf = leaf_of(canonical_path);
  const bool protected_file = leaf == "sriov_numvfs" || leaf == "sriov_vf_total_msix" ||
                              (leaf == "driver_override" && machine.kernel_before(6, 12));
  const auto owner = protected_file ? machine.owner_of(parent_of(canonical_path)) : std::nullopt;
  if (!owner) {
    return false;
  }
  const std::vector<std::string> lock{function_lock(*owner)};
  return locks_taken(machine, lock, {});
}

}  // namespace vfmgr::sim
