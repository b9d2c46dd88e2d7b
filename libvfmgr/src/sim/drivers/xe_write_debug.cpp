// SPDX-License-Identifier: Apache-2.0
// xe 6.17 to 7.0: xe_gt_sriov_pf_debugfs.c, xe_tile_sriov_pf_debugfs.c, xe_sriov_pf_debugfs.c.
#include "sim/driver.hpp"
#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_control.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_provision.hpp"
#include "sim/drivers/xe_quota.hpp"
#include "sim/drivers/xe_state.hpp"
#include "sim/drivers/xe_write.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

constexpr std::array<std::string_view, 4> kActions{"pause", "resume", "stop", "reset"};

/// Files of numbers that are as wide as what they hold: a greater one is EOVERFLOW. (Of policies
/// and of bytes that is assumed.)
std::uint64_t most_of(std::string_view name) {
  if (name == kIfIdle || name == kResetEngine) {
    return 1;
  }
  return is_of_tile(name) ? std::numeric_limits<std::uint64_t>::max()
                          : std::numeric_limits<std::uint32_t>::max();
}

/// 0 low, 1 normal, 2 high; high is the PF's alone. (That debugfs refuses it to a VF is assumed.)
int set_priority(Machine& machine, const Card& card, const Item& item, std::uint64_t priority) {
  if (priority > (item.function == 0 ? 2 : 1)) {
    return EINVAL;
  }
  set_value(machine, card, item, priority);
  return 0;
}

/// Whether VFs are scheduled that have no work; the stored priorities of PF and VFs follow.
void set_policy(Machine& machine, const Card& card, const Item& item, std::uint64_t on) {
  set_value(machine, card, item, on);
  for (std::uint32_t function = 0; item.name == kIfIdle && function <= card.total; ++function) {
    set_value(machine, card, {.function = function, .unit = item.unit, .name = kPriority}, on);
  }
}

int set_number(Machine& machine, const Card& card, const Item& item, std::uint64_t number) {
  const std::string_view name = item.name;
  if (name == kVram) {
    return give_vram_on(machine, card, item, number);
  }
  if (name == kGgtt) {
    return give_ggtt(machine, card, item, number);
  }
  if (name == kContexts || name == kDoorbells) {
    return give_ids(machine, card, item, number);
  }
  if (name.ends_with("_spare")) {
    return name == kVramSpare && !card.lmtt ? EPERM : keep_spare(machine, card, item, number);
  }
  if (name == kPriority) {
    return set_priority(machine, card, item, number);
  }
  if (name == kQuantum || name == kTimeout) {
    set_value(machine, card, item, clamped_time(name, number));
  } else {
    set_policy(machine, card, item, number);  // a policy, the period of samples or a threshold
  }
  return 0;
}

int write_number(Machine& machine,
                 const Card& card,
                 const DebugFile& file,
                 std::string_view bytes) {
  const KernelNumber number = kernel_number(bytes, std::numeric_limits<std::uint64_t>::max());
  if (number.error != 0) {
    return number.error;
  }
  if (number.value > most_of(file.name)) {
    return EOVERFLOW;
  }
  const Item item{.function = file.function, .unit = file.unit, .name = file.name};
  const int error = set_number(machine, card, item, number.value);
  if (error == 0) {
    set_custom(machine, card, true);
  }
  return error;
}

int write_control(Machine& machine, const Card& card, std::uint32_t vf, std::string_view bytes) {
  constexpr std::size_t kLongest = 31;
  if (bytes.size() > kLongest) {
    return EINVAL;
  }
  const std::string_view word = kernel_word(bytes);
  return word == "reset" ? 0 : control_vf(machine, card, vf, word);
}

/// One of `sriov/vfN/pause` and its like. Images of a VF are not simulated: none can be written.
int write_action(Machine& machine,
                 const Card& card,
                 const DebugFile& file,
                 std::string_view bytes) {
  if (std::ranges::find(kActions, file.name) == kActions.end()) {
    return EIO;
  }
  const auto act = kernel_bool(bytes);
  if (!act) {
    return EINVAL;
  }
  return *act ? control_vf(machine, card, file.function, file.name) : 0;
}

}  // namespace

int write_debug(Machine& machine, const Card& card, const DebugFile& file, const WriteCall& call) {
  if (card.debugfs == Debugfs::locked) {
    return EPERM;  // of opening it
  }
  switch (file.of) {
    case DebugFile::Of::device: {
      const auto restore = kernel_bool(call.bytes);
      if (!restore) {
        return EINVAL;
      }
      return *restore ? restore_auto(machine, card) : 0;
    }
    case DebugFile::Of::function:
      return write_action(machine, card, file, call.bytes);
    case DebugFile::Of::gt:
      if (file.name == "control") {
        return write_control(machine, card, file.function, call.bytes);
      }
      break;
    case DebugFile::Of::tile:
      break;
  }
  return write_number(machine, card, file, call.bytes);
}

}  // namespace vfmgr::sim::xe
