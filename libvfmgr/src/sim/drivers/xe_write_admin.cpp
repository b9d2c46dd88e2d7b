// SPDX-License-Identifier: Apache-2.0
// xe 6.19, 7.0 and after: xe_sriov_pf_sysfs.c, and what it calls.
#include "sim/driver.hpp"
#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_control.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_quota.hpp"
#include "sim/drivers/xe_state.hpp"
#include "sim/drivers/xe_write.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"

#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

constexpr std::uint64_t kMostU32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMostU64 = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> priority_named(std::string_view word) {
  if (word == "low") {
    return 0;
  }
  if (word == "normal") {
    return 1;
  }
  return word == "high" ? std::optional<std::uint64_t>(2) : std::nullopt;
}

/// The priority of PF and VFs is one policy on each GT: whether a VF is scheduled that has no work.
int write_bulk_priority(Machine& machine,
                        const Card& card,
                        std::uint32_t last,
                        std::string_view word) {
  const auto priority = priority_named(word);
  if (!priority || *priority == 2) {
    return EINVAL;
  }
  set_on_all_gts(machine, card, {.function = 0, .unit = 0, .name = kIfIdle}, *priority);
  for (std::uint32_t function = 0; function <= last; ++function) {
    set_on_all_gts(machine, card, {.function = function, .unit = 0, .name = kPriority}, *priority);
  }
  return 0;
}

/// A write to `.bulk_profile/`: PF and all VFs, enabled or not. VRAM stops at the first that fails.
int write_bulk(Machine& machine, const Card& card, const AdminFile& file, const WriteCall& call) {
  const std::uint32_t last = call.half ? (card.total + 1) / 2 : card.total;
  if (file.name == kPriority) {
    return write_bulk_priority(machine, card, last, without_newline(call.bytes));
  }
  const bool vram = file.name == kVram;
  const KernelNumber number = kernel_number(call.bytes, vram ? kMostU64 : kMostU32);
  if (number.error != 0) {
    return number.error;
  }
  for (std::uint32_t function = vram ? 1 : 0; function <= last; ++function) {
    if (vram) {
      if (const int error = give_vram(machine, card, function, number.value); error != 0) {
        return error;
      }
    } else {
      set_on_all_gts(machine,
                     card,
                     {.function = function, .unit = 0, .name = file.name},
                     clamped_time(file.name, number.value));
    }
  }
  return 0;
}

int write_one(Machine& machine, const Card& card, const AdminFile& file, const WriteCall& call) {
  if (file.name == "stop") {
    const auto stop = kernel_bool(call.bytes);
    if (!stop) {
      return EINVAL;
    }
    return *stop ? control_vf(machine, card, file.function, "stop") : 0;
  }
  if (file.name == kPriority) {
    const auto priority = priority_named(without_newline(call.bytes));
    if (!priority) {
      return EINVAL;
    }
    set_on_all_gts(
        machine, card, {.function = file.function, .unit = 0, .name = kPriority}, *priority);
    return 0;
  }
  const bool vram = file.name == kVram;
  const KernelNumber number = kernel_number(call.bytes, vram ? kMostU64 : kMostU32);
  if (number.error != 0) {
    return number.error;
  }
  if (vram) {
    return give_vram(machine, card, file.function, number.value);
  }
  set_on_all_gts(machine,
                 card,
                 {.function = file.function, .unit = 0, .name = file.name},
                 clamped_time(file.name, number.value));
  return 0;
}

}  // namespace

int write_admin(Machine& machine, const Card& card, const AdminFile& file, const WriteCall& call) {
  return file.bulk ? write_bulk(machine, card, file, call) : write_one(machine, card, file, call);
}

}  // namespace vfmgr::sim::xe
