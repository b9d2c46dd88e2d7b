// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_card.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/gim_parameters.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/pending.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::gim {

namespace {

constexpr std::string_view kNumbers = "volatile/gim/numbers";
constexpr std::string_view kNext = "volatile/gim/next";

std::string number_path(const PciAddress& pf) {
  return fmt::format("{}/{}", kNumbers, vfmgr::to_string(pf));
}

std::uint32_t small_fact(const Machine& machine,
                         const PciAddress& pf,
                         std::string_view name,
                         std::uint32_t absent) {
  constexpr std::uint64_t kMost = 64;  // a host file may say anything
  return static_cast<std::uint32_t>(std::min(machine.fact(pf, name).value_or(absent), kMost));
}

}  // namespace

bool drives(const Machine& machine, const PciAddress& pf) {
  return !machine.pf_of(pf) && machine.driver_of(pf) == kDriver;
}

bool is_up(const Machine& machine, const PciAddress& pf) {
  return drives(machine, pf) &&
         machine.tree().find(Space::sys, machine.path_in(pf, "self_switch")) != nullptr;
}

std::vector<PciAddress> adapters(const Machine& machine) {
  std::vector<PciAddress> up;
  for (const PciAddress& function : machine.functions()) {
    if (is_up(machine, function)) {
      up.push_back(function);
    }
  }
  std::ranges::stable_sort(
      up, {}, [&machine](const PciAddress& pf) { return gpu_number(machine, pf); });
  return up;
}

std::vector<PciAddress> hive_of(const Machine& machine, const PciAddress& pf) {
  const std::string hive = machine.fact_text(pf, "xgmi_hive");
  std::vector<PciAddress> members;
  for (const PciAddress& other : adapters(machine)) {
    if (other == pf || (!hive.empty() && machine.fact_text(other, "xgmi_hive") == hive)) {
      members.push_back(other);
    }
  }
  return members;
}

Card card_of(const Machine& machine, const PciAddress& pf) {
  Card card{.pf = pf,
            .vfs = machine.enabled_vfs(pf),
            .xcc = small_fact(machine, pf, "xcc", 0),
            .nps = small_fact(machine, pf, "nps", 1)};
  card.wanted_nps = small_fact(machine, pf, "gim_nps", card.nps);
  card.partitions = small_fact(machine, pf, "partitions", 1);
  return card;
}

void number_gpu(Machine& machine, const PciAddress& pf) {
  const std::string* next = machine.tree().text(Space::hidden, kNext);
  const std::uint64_t number = next == nullptr ? 0 : stored_number(*next).value_or(0);
  machine.tree().put(Space::hidden, number_path(pf), std::to_string(number));
  machine.tree().put(Space::hidden, kNext, std::to_string(number + 1));
}

std::size_t gpu_number(const Machine& machine, const PciAddress& pf) {
  const std::string* text = machine.tree().text(Space::hidden, number_path(pf));
  return text == nullptr ? 0 : stored_number(*text).value_or(0);
}

bool is_numbered(const Machine& machine, const PciAddress& pf) {
  return machine.tree().text(Space::hidden, number_path(pf)) != nullptr;
}

void forget_number(Machine& machine, const PciAddress& pf) {
  machine.tree().erase(Space::hidden, number_path(pf));
}

void forget_numbers(Machine& machine) {
  machine.tree().erase(Space::hidden, "volatile/gim");
}

bool vf_in_use(const Machine& machine, const PciAddress& vf) {
  if (user_of(machine, vf)) {
    return true;
  }
  const SimDriver* rules = machine.rules_of(vf);
  return !machine.driver_of(vf).empty() && (rules == nullptr || !rules->is_vfio());
}

bool any_vf_in_use(const Machine& machine, const std::vector<PciAddress>& pfs) {
  return std::ranges::any_of(pfs, [&machine](const PciAddress& pf) {
    return std::ranges::any_of(machine.vfs_of(pf),
                               [&machine](const PciAddress& vf) { return vf_in_use(machine, vf); });
  });
}

void set_number(Machine& machine,
                const PciAddress& pf,
                std::string_view fact,
                std::uint64_t number) {
  machine.set_fact(pf, fact, std::to_string(number));
}

void drop_fact(Machine& machine, const PciAddress& pf, std::string_view fact) {
  machine.tree().erase(Space::hidden, fact_path(pf, fact));
}

}  // namespace vfmgr::sim::gim
