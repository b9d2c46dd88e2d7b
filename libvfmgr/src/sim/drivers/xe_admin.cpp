// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_admin.hpp"

#include "vfmgr/units.hpp"

#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

constexpr std::string_view kAdmin = "sriov_admin";

std::string function_name(std::uint32_t function) {
  return function == 0 ? std::string("pf") : fmt::format("vf{}", function);
}

std::string profile_path(const Machine& machine,
                         const PciAddress& pf,
                         std::uint32_t function,
                         std::string_view name) {
  return machine.path_in(pf,
                         fmt::format("{}/{}/profile/{}", kAdmin, function_name(function), name));
}

void put(Machine& machine, const std::string& path, std::string_view text, Mode mode) {
  machine.tree().put(Space::sys, path, std::string(text), mode);
}

}  // namespace

std::uint32_t total_vfs(const Machine& machine, const PciAddress& pf) {
  constexpr std::uint64_t kMost = 0xFFFF;  // TotalVFs is 16 bits wide
  return static_cast<std::uint32_t>(std::min(machine.fact(pf, "total_vfs").value_or(0), kMost));
}

void make_tree(Machine& machine, const PciAddress& pf) {
  const std::string admin = machine.path_in(pf, kAdmin);
  for (const std::string_view name : {kQuantum, kTimeout, kPriority, kVram}) {
    put(machine, fmt::format("{}/.bulk_profile/{}", admin, name), "", Mode::write_only);
  }
  machine.tree().put_link(Space::sys, admin + "/pf/device", "../../../" + vfmgr::to_string(pf));
  const std::uint32_t total = total_vfs(machine, pf);
  for (std::uint32_t function = 0; function <= total; ++function) {
    // 0 is infinite and what the driver begins with (the same ABI page).
    put(machine, profile_path(machine, pf, function, kQuantum), "0\n", Mode::read_write);
    put(machine, profile_path(machine, pf, function, kTimeout), "0\n", Mode::read_write);
    put(machine,
        profile_path(machine, pf, function, kPriority),
        "",
        function == 0 ? Mode::read_write : Mode::read_only);
    set_priority(machine, pf, function, "low");
    if (function != 0) {
      put(machine, profile_path(machine, pf, function, kVram), "0\n", Mode::read_write);
      put(machine, fmt::format("{}/vf{}/stop", admin, function), "", Mode::write_only);
    }
  }
}

void remove_tree(Machine& machine, const PciAddress& pf) {
  machine.tree().erase(Space::sys, machine.path_in(pf, kAdmin));
}

void show_devices(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  const std::uint32_t total = total_vfs(machine, pf);
  for (std::uint32_t function = 1; function <= total; ++function) {
    const std::string link = machine.path_in(pf, fmt::format("{}/vf{}/device", kAdmin, function));
    const auto vf = machine.vf_address(pf, function - 1);
    if (function <= vfs && vf) {
      machine.tree().put_link(Space::sys, link, "../../../" + vfmgr::to_string(*vf));
    } else {
      machine.tree().erase(Space::sys, link);
    }
  }
}

std::uint64_t value(const Machine& machine,
                    const PciAddress& pf,
                    std::uint32_t function,
                    std::string_view name) {
  const std::string* text =
      machine.tree().text(Space::sys, profile_path(machine, pf, function, name));
  return text == nullptr ? 0 : stored_number(*text).value_or(0);
}

void set_value(Machine& machine,
               const PciAddress& pf,
               std::uint32_t function,
               std::string_view name,
               std::uint64_t number) {
  machine.tree().put(
      Space::sys, profile_path(machine, pf, function, name), fmt::format("{}\n", number));
}

void set_priority(Machine& machine,
                  const PciAddress& pf,
                  std::uint32_t function,
                  std::string_view word) {
  std::string text;
  for (const std::string_view one : {"low", "normal", "high"}) {
    if (function != 0 && one == "high") {
      continue;  // the PF's alone
    }
    text += text.empty() ? "" : " ";
    text += one == word ? fmt::format("[{}]", one) : std::string(one);
  }
  machine.tree().put(Space::sys, profile_path(machine, pf, function, kPriority), text + "\n");
}

File file_at(std::string_view path) {
  const auto next = [&path] {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return name;
  };
  File file;
  if (next() != kAdmin) {
    return file;
  }
  const std::string_view who = next();
  const std::string_view what = next();
  if (who == ".bulk_profile") {
    return {.known = path.empty(), .bulk = true, .function = 0, .name = what};
  }
  if (who.starts_with("vf")) {
    const auto number = stored_number(who.substr(2));
    if (!number || *number == 0 || *number > 0xFFFF) {
      return file;
    }
    file.function = static_cast<std::uint32_t>(*number);
  } else if (who != "pf") {
    return file;
  }
  file.known = what == "profile" || (what == "stop" && path.empty());
  file.name = what == "profile" ? path : what;
  return file;
}

}  // namespace vfmgr::sim::xe
