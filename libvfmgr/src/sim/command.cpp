// SPDX-License-Identifier: Apache-2.0
#include "sim/command.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "sim/base_text.hpp"
#include "sim/binding.hpp"
#include "sim/driver.hpp"
#include "sim/faults.hpp"
#include "sim/group_hold.hpp"
#include "sim/groups.hpp"
#include "sim/kernel_text.hpp"
#include "sim/kernel_write.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"
#include "sim/pending.hpp"
#include "sim/tree.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

std::unexpected<Error> malformed(const Command& command) {
  return fail({.kind = ErrorKind::syntax,
               .value = command.empty() ? std::string{} : command.front(),
               .why = "the log has a record that this program does not know"});
}

Result<Milliseconds> duration(const std::string& text) {
  const auto number = stored_number(text);
  if (!number) {
    return fail({.kind = ErrorKind::syntax, .value = text, .why = "not a number of milliseconds"});
  }
  constexpr std::uint64_t kMost = 1'000'000'000'000;
  return Milliseconds(static_cast<std::int64_t>(std::min(*number, kMost)));
}

Result<Done> do_write(Machine& machine, const Command& command) {
  TRY(const Place place, parse_place(command[1]));
  TRY(const Milliseconds limit, duration(command[3]));
  const Outcome outcome = kernel_write(machine, place, command[2], limit);
  return Done{.error = outcome.error, .stop_after = outcome.stop_after};
}

Done hold(Machine& machine, const PciAddress& vf, const std::string& pid, const std::string& vm) {
  const SimDriver* rules = machine.rules_of(vf);
  if (!machine.exists(vf) || rules == nullptr) {
    return {.error = ENODEV};
  }
  const int who = static_cast<int>(stored_number(pid).value_or(0));
  const bool has_mdev = !mdevs_of(machine, vf).empty();
  if (!has_mdev && !rules->serves_vfio(machine, vf)) {
    return {.error = rules->set_host_use(machine, vf, std::max(who, 1))};
  }
  if (can_open(machine, {.in = In::dev, .path = "vfio/" + vfio_group_of(machine, vf)}) != 0) {
    return {.error = EBUSY};
  }
  if (!has_mdev && host_owns_group(machine, vf)) {
    return {.error = EPERM};
  }
  set_user(machine, vf, {.pid = who, .vm = vm});
  tell_of_use(machine, vf);
  return {};
}

Done release(Machine& machine, const PciAddress& vf) {
  const SimDriver* rules = machine.rules_of(vf);
  if (user_of(machine, vf)) {
    drop_user(machine, vf);
    tell_of_use(machine, vf);
  } else if (rules != nullptr && rules->host_use(machine, vf)) {
    rules->set_host_use(machine, vf, 0);
  } else {
    return {.error = ENOENT};
  }
  resume_pending(machine);
  return {};
}

Result<Done> poke(Machine& machine, const Place& place, const std::string& bytes) {
  const auto resolved = machine.tree().resolve(space_of(place.in), place.path, true);
  if (resolved.node != nullptr) {
    if (resolved.node->kind == Node::Kind::directory) {
      return Done{.error = EISDIR};
    }
    machine.tree().put(space_of(place.in), resolved.path, bytes);
    return Done{};
  }
  if (resolved.path.empty() || !path_can_be_written(resolved.path)) {
    return Done{.error = ENOENT};
  }
  machine.tree().put(space_of(place.in), resolved.path, bytes, Mode::read_write);
  return Done{};
}

/// A read that does something.
Done do_read(Machine& machine, const Place& place) {
  const auto resolved = machine.tree().resolve(space_of(place.in), place.path, true);
  const auto owner = resolved.node == nullptr ? std::nullopt : machine.owner_of(resolved.path);
  const SimDriver* rules = owner ? machine.acting_when_read(resolved.path) : nullptr;
  if (rules == nullptr) {
    return {.error = ENOENT};
  }
  rules->was_read(machine, *owner, leaf_of(resolved.path));
  return {};
}

Result<Done> do_to_function(Machine& machine, const Command& command) {
  const auto function = stored_address(command[1]);
  if (!function) {
    return malformed(command);
  }
  if (command[0] == "hold" && command.size() == 4) {
    return hold(machine, *function, command[2], command[3]);
  }
  if (command[0] == "release" && command.size() == 2) {
    return release(machine, *function);
  }
  if (command[0] == "vanish" && command.size() == 3) {
    TRY(const Milliseconds after, duration(command[2]));
    if (!machine.exists(*function)) {
      return Done{.error = ENODEV};
    }
    machine.vanish_later(after, *function);
    machine.advance(Milliseconds(0));
    return Done{};
  }
  return malformed(command);
}

}  // namespace

Result<Done> carry_out(Machine& machine, const Command& command) {
  const std::string_view name = command.empty() ? std::string_view{} : command.front();
  if (name == "w" && command.size() == 4) {
    return do_write(machine, command);
  }
  if (name == "r" && command.size() == 2) {
    TRY(const Place place, parse_place(command[1]));
    return do_read(machine, place);
  }
  if (name == "t" && command.size() == 2) {
    TRY(const Milliseconds by, duration(command[1]));
    machine.advance(by);
    return Done{};
  }
  if (name == "f" && command.size() == 6) {
    const auto fault = fault_of({command.begin() + 1, command.end()});
    if (!fault) {
      return malformed(command);
    }
    add_fault(machine, *fault);
    return Done{};
  }
  if (name == "x" && command.size() == 2) {
    TRY(const Place place, parse_place(command[1]));
    spend_stop(machine, place);
    return Done{};
  }
  if (name == "d" && command.size() == 1) {
    drop_faults(machine);
    return Done{};
  }
  if (name == "poke" && command.size() == 3) {
    TRY(const Place place, parse_place(command[1]));
    return poke(machine, place, command[2]);
  }
  if (command.size() >= 2) {
    return do_to_function(machine, command);
  }
  return malformed(command);
}

}  // namespace vfmgr::sim
