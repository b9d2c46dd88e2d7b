// SPDX-License-Identifier: Apache-2.0
// Simulated time: it passes only when something costs time or somebody waits.
#include "vfmgr/units.hpp"

#include "core/record.hpp"
#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

constexpr std::string_view kClock = "volatile/clock";
constexpr std::string_view kDue = "volatile/due";

/// What is due stands under its time with leading zeros and a number: in order of names.
std::optional<Milliseconds> due_time(std::string_view name) {
  const auto time = stored_number(name.substr(0, name.find('-')));
  constexpr std::uint64_t kMost = 1'000'000'000'000'000;
  return time ? std::optional(Milliseconds(static_cast<std::int64_t>(std::min(*time, kMost))))
              : std::nullopt;
}

void happen(Machine& machine, const std::vector<std::string>& what) {
  if (what.size() == 2 && what[0] == "vanish") {
    if (const auto function = stored_address(what[1])) {
      remove_function(machine, *function);
    }
  }
  if (what.size() == 3 && what[0] == "driver") {
    const auto function = stored_address(what[1]);
    const SimDriver* rules = function ? machine.rules_of(*function) : nullptr;
    if (rules != nullptr) {
      rules->due(machine, *function, what[2]);
    }
  }
  if (what.size() == 4 && what[0] == "put") {
    // A device that has gone meanwhile took its late attributes along.
    if (machine.tree().find(Space::sys, parent_of(what[1])) != nullptr) {
      const Mode mode = what[2] == "rw"  ? Mode::read_write
                        : what[2] == "w" ? Mode::write_only
                                         : Mode::read_only;
      machine.tree().put(Space::sys, what[1], what[3], mode);
    }
  }
}

}  // namespace

Milliseconds Machine::now() const {
  const std::string* text = tree_.text(Space::hidden, kClock);
  const auto time = text == nullptr ? std::nullopt : stored_number(*text);
  constexpr std::uint64_t kMost =
      1'000'000'000'000'000;  // a file may say anything; sums must not overflow
  return Milliseconds(static_cast<std::int64_t>(std::min(time.value_or(0), kMost)));
}

void Machine::advance(Milliseconds by) {
  // A year at a time at most, so that no sum of them overflows.
  constexpr Milliseconds kMost = std::chrono::hours(24 * 365);
  const Milliseconds until = now() + std::clamp(by, Milliseconds(0), kMost);
  tree_.put(Space::hidden, kClock, std::to_string(until.count()));
  while (true) {
    const auto names = tree_.names(Space::hidden, kDue);
    if (names.empty() || due_time(names.front()).value_or(Milliseconds(0)) > until) {
      return;
    }
    const std::string path = std::string(kDue) + "/" + names.front();
    const std::string* text = tree_.text(Space::hidden, path);
    const auto what = decode_records(text == nullptr ? "" : *text, path);
    tree_.erase(Space::hidden, path);
    if (what && !what->records.empty()) {
      happen(*this, what->records.front());
      // What happens by itself may cost time of its own, but not the time of who waits here.
      tree_.put(Space::hidden, kClock, std::to_string(until.count()));
    }
  }
}

std::optional<Milliseconds> Machine::until_next_due() const {
  const auto names = tree_.names(Space::hidden, kDue);
  if (names.empty()) {
    return std::nullopt;
  }
  const auto time = due_time(names.front());
  return time ? std::max(*time - now(), Milliseconds(0)) : Milliseconds(0);
}

void Machine::add_due(Milliseconds after, const std::vector<std::string>& what) {
  const std::int64_t time = (now() + std::max(after, Milliseconds(0))).count();
  std::string path;
  std::uint32_t number = 0;
  do {
    path = fmt::format("{}/{:015d}-{:04d}", kDue, time, number++);
  } while (tree_.find(Space::hidden, path) != nullptr);
  tree_.put(Space::hidden, path, encode_record(what));
}

void Machine::put_later(Milliseconds after,
                        std::string_view path,
                        std::string_view bytes,
                        Mode mode) {
  const std::string letter = mode == Mode::read_write ? "rw" : mode == Mode::write_only ? "w" : "r";
  add_due(after, {"put", std::string(path), letter, std::string(bytes)});
}

void Machine::driver_later(Milliseconds after, const PciAddress& function, std::string_view what) {
  add_due(after, {"driver", vfmgr::to_string(function), std::string(what)});
}

void Machine::forget_later(const PciAddress& function) {
  const std::string address = vfmgr::to_string(function);
  for (const std::string& name : tree_.names(Space::hidden, kDue)) {
    const std::string path = std::string(kDue) + "/" + name;
    const std::string* text = tree_.text(Space::hidden, path);
    const auto what = decode_records(text == nullptr ? "" : *text, path);
    if (what && !what->records.empty() && what->records.front().size() == 3 &&
        what->records.front()[0] == "driver" && what->records.front()[1] == address) {
      tree_.erase(Space::hidden, path);
    }
  }
}

void Machine::vanish_later(Milliseconds after, const PciAddress& function) {
  add_due(after, {"vanish", vfmgr::to_string(function)});
}

}  // namespace vfmgr::sim
