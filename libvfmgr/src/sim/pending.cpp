// SPDX-License-Identifier: Apache-2.0
#include "sim/pending.hpp"

#include "vfmgr/units.hpp"

#include "core/record.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

constexpr std::string_view kQueue = "volatile/pending";

std::string held_path(const PciAddress& function) {
  return "volatile/held/" + vfmgr::to_string(function);
}

/// The fields of the one record in a hidden file; none when there is no such file or it is damaged.
std::vector<std::string> fields_of(const Machine& machine, const std::string& path) {
  const std::string* text = machine.tree().text(Space::hidden, path);
  if (text == nullptr) {
    return {};
  }
  auto records = decode_records(*text, path);
  return records && !records->records.empty() ? records->records.front()
                                              : std::vector<std::string>{};
}

}  // namespace

std::string function_lock(const PciAddress& function) {
  return "function:" + vfmgr::to_string(function);
}

std::vector<std::pair<std::string, Pending>> pending_writes(const Machine& machine) {
  std::vector<std::pair<std::string, Pending>> writes;
  for (const std::string& name : machine.tree().names(Space::hidden, kQueue)) {
    const auto fields = fields_of(machine, std::string(kQueue) + "/" + name);
    if (fields.size() >= 2) {
      writes.emplace_back(
          name,
          Pending{
              .place = fields[0], .bytes = fields[1], .locks = {fields.begin() + 2, fields.end()}});
    }
  }
  return writes;
}

void add_pending(Machine& machine, const Pending& write) {
  const auto names = machine.tree().names(Space::hidden, kQueue);
  const std::uint64_t last = names.empty() ? 0 : stored_number(names.back()).value_or(0);
  std::vector<std::string> fields{write.place, write.bytes};
  fields.insert(fields.end(), write.locks.begin(), write.locks.end());
  machine.tree().put(
      Space::hidden, fmt::format("{}/{:08d}", kQueue, last + 1), encode_record(fields));
}

void drop_pending(Machine& machine, const std::string& name) {
  machine.tree().erase(Space::hidden, std::string(kQueue) + "/" + name);
}

bool locks_taken(const Machine& machine,
                 std::span<const std::string> locks,
                 const std::string& name) {
  for (const auto& [other, write] : pending_writes(machine)) {
    if (!name.empty() && other >= name) {
      break;
    }
    for (const std::string& lock : write.locks) {
      if (std::ranges::find(locks, lock) != locks.end()) {
        return true;
      }
    }
  }
  return false;
}

std::optional<User> user_of(const Machine& machine, const PciAddress& function) {
  const auto fields = fields_of(machine, held_path(function));
  if (fields.size() != 2) {
    return std::nullopt;
  }
  constexpr std::uint64_t kMostPid = 4194304;  // include/linux/threads.h: PID_MAX_LIMIT
  return User{.pid = static_cast<int>(std::min(stored_number(fields[0]).value_or(0), kMostPid)),
              .vm = fields[1]};
}

void set_user(Machine& machine, const PciAddress& function, const User& user) {
  machine.tree().put(
      Space::hidden, held_path(function), encode_record({std::to_string(user.pid), user.vm}));
}

void drop_user(Machine& machine, const PciAddress& function) {
  machine.tree().erase(Space::hidden, held_path(function));
}

}  // namespace vfmgr::sim
