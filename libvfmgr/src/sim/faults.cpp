// SPDX-License-Identifier: Apache-2.0
#include "sim/faults.hpp"

#include "vfmgr/place.hpp"

#include "core/record.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/modules.hpp"
#include "sim/tools.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

constexpr std::string_view kFaults = "volatile/faults";

std::string_view word(Stop stop) {
  return stop == Stop::before ? "before" : stop == Stop::after ? "after" : "no";
}

std::vector<std::pair<std::string, Fault>> armed(const Machine& machine) {
  std::vector<std::pair<std::string, Fault>> faults;
  for (const std::string& name : machine.tree().names(Space::hidden, kFaults)) {
    const std::string path = std::string(kFaults) + "/" + name;
    const std::string* text = machine.tree().text(Space::hidden, path);
    auto records = decode_records(text == nullptr ? "" : *text, path);
    if (records && !records->records.empty()) {
      if (auto fault = fault_of(records->records.front())) {
        faults.emplace_back(path, std::move(*fault));
      }
    }
  }
  return faults;
}

/// One place has many spellings (through virtfnN, or the VF's own address).
bool same_place(const Machine& machine, const Place& a, const Place& b) {
  if (a.in != b.in) {
    return false;
  }
  if (a.path == b.path) {
    return true;
  }
  if (a.in == In::module) {
    return module_name(a.path) == module_name(b.path);
  }
  const auto first = machine.tree().resolve(space_of(a.in), a.path, true);
  const auto second = machine.tree().resolve(space_of(b.in), b.path, true);
  return first.error == 0 && second.error == 0 && first.path == second.path;
}

void store(Machine& machine, const std::string& path, const Fault& fault) {
  machine.tree().put(Space::hidden, path, encode_record(fault_fields(fault)));
}

}  // namespace

std::vector<std::string> fault_fields(const Fault& fault) {
  return {vfmgr::to_string(fault.place),
          std::to_string(fault.turn),
          std::to_string(fault.os_error),
          fault.half ? "half" : "whole",
          std::string(word(fault.stop))};
}

std::optional<Fault> fault_of(const std::vector<std::string>& fields) {
  if (fields.size() != 5) {
    return std::nullopt;
  }
  auto place = parse_place(fields[0]);
  const auto turn = stored_number(fields[1]);
  const auto error = stored_number(fields[2]);
  constexpr std::uint64_t kMostErrno = 4095;  // include/linux/err.h: MAX_ERRNO
  if (!place || !turn || *turn == 0 || *turn > std::numeric_limits<std::uint32_t>::max() ||
      !error || *error > kMostErrno) {
    return std::nullopt;
  }
  Fault fault{.place = *place,
              .turn = static_cast<std::uint32_t>(*turn),
              .os_error = static_cast<int>(*error),
              .half = fields[3] == "half"};
  for (const Stop stop : {Stop::none, Stop::before, Stop::after}) {
    if (fields[4] == word(stop)) {
      fault.stop = stop;
    }
  }
  return fault;
}

void add_fault(Machine& machine, const Fault& fault) {
  const auto names = machine.tree().names(Space::hidden, kFaults);
  const std::uint64_t last = names.empty() ? 0 : stored_number(names.back()).value_or(0);
  store(machine, fmt::format("{}/{:06d}", kFaults, last + 1), fault);
}

void drop_faults(Machine& machine) {
  machine.tree().erase(Space::hidden, kFaults);
}

std::optional<Fault> next_fault(const Machine& machine, const Place& place) {
  for (auto& [path, fault] : armed(machine)) {
    if (fault.turn == 1 && same_place(machine, fault.place, place)) {
      return std::move(fault);
    }
  }
  return std::nullopt;
}

std::optional<Fault> take_fault(Machine& machine, const Place& place) {
  std::optional<Fault> met;
  for (auto& [path, fault] : armed(machine)) {
    if (!same_place(machine, fault.place, place)) {
      continue;
    }
    if (fault.turn > 1) {
      --fault.turn;
      store(machine, path, fault);
    } else if (!met) {
      machine.tree().erase(Space::hidden, path);
      met = std::move(fault);
    }
  }
  return met;
}

void spend_stop(Machine& machine, const Place& place) {
  for (auto& [path, fault] : armed(machine)) {
    if (fault.turn != 1 || !same_place(machine, fault.place, place)) {
      continue;
    }
    if (fault.os_error == 0) {
      machine.tree().erase(Space::hidden, path);
    } else {
      fault.stop = Stop::none;
      store(machine, path, fault);
    }
    return;
  }
}

}  // namespace vfmgr::sim
