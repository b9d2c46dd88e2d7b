// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_debug.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/driver.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_conf.hpp"
#include "sim/drivers/gim_fb.hpp"
#include "sim/drivers/gim_scan.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim::gim {

namespace {

constexpr std::string_view kSlices = "asymmetric_timeslice";
constexpr std::string_view kMemoryOfVfs = "asymmetric_fb";
constexpr std::string_view kDefragment = "fb_defragment";
constexpr std::string_view kInitConf = "init_conf";
constexpr std::string_view kSliceFact = "gim_slices";
constexpr std::size_t kMostBytes = 64;  // what each of the stores has room for
constexpr std::int64_t kPfIndex = 31;   // AMDGV_PF_IDX

std::string debug_directory(const PciAddress& pf) {
  return fmt::format("gim/{}", vfmgr::to_string(pf));
}
std::string debug_path(const PciAddress& pf, std::string_view leaf) {
  return fmt::format("{}/{}", debug_directory(pf), leaf);
}

bool is_asymmetric(const Machine& machine, const PciAddress& pf) {
  return machine.fact(pf, "asymmetric").value_or(0) != 0;
}

std::int64_t option_of_gpu(const Machine& machine, const PciAddress& pf, std::string_view name) {
  return option(conf_of(machine), name, gpu_number(machine, pf));
}

/// navi32_sched_get_asic_time_slice_gfx; 0xFFFFFFFF: one VF has all of it, as long as it does not
/// switch by itself.
std::int32_t default_slice(std::uint32_t vfs) {
  if (vfs == 1) {
    return -1;
  }
  if (vfs <= 2) {
    return 6000;
  }
  if (vfs == 3) {
    return 5500;
  }
  if (vfs == 4) {
    return 4000;
  }
  return vfs <= 6 ? 2500 : 2750;
}

std::vector<std::string> slices_of(const Machine& machine, const PciAddress& pf) {
  const std::string text = machine.fact_text(pf, kSliceFact);
  std::vector<std::string> slices;
  for (const std::string_view slice : split(text, ',')) {
    slices.emplace_back(slice);
  }
  slices.resize(machine.enabled_vfs(pf), std::to_string(default_slice(machine.enabled_vfs(pf))));
  return slices;
}

std::string slices_text(const Machine& machine, const PciAddress& pf) {
  std::string text = fmt::format("Currnet Available VF Number:\t{}\t[value is vf_num]\n\nStatus:\n",
                                 machine.enabled_vfs(pf));
  if (!is_asymmetric(machine, pf)) {
    return text + "\nAsics not support asymmetric time slice setting!\n";
  }
  const auto slices = slices_of(machine, pf);
  for (std::uint32_t index = 0; index < slices.size(); ++index) {
    const auto vf = machine.vf_address(pf, index);
    text += fmt::format("VF{}\t {}\t timeslice = {} us\n",
                        index,
                        vf && vf_in_use(machine, *vf) ? "Active" : "Inactive",
                        slices[index]);
  }
  return text;
}

/// init_conf_show: what the GPU was brought up with, not what it has become.
std::string init_conf_text(const Machine& machine, const PciAddress& pf) {
  const auto number = [&](std::string_view name) { return option_of_gpu(machine, pf, name); };
  // AMDGV_FLAG_DISABLE_SELF_SWITCH, _ENABLE_ECC, _SENSITIVE_EVENT_GUARD, _IPS_POWER_SAVING
  const std::uint32_t flags = (1U << 5U) | (1U << 10U) | (number("guard") != 0 ? 1U << 3U : 0U);
  return fmt::format(
      "Adapter[{}] init config:\n\ttotal_vf_num = {}\n\tflags = 0x{:x}\n\tgfx_sched_mode = {}\n"
      "\tlog_level = 0x{:x}\n\tlog_mask = 0x{:x}\n\tallow_time_full_access = {}\n"
      "\tfw_load_type = {}\n",
      vfmgr::to_string(pf),
      number(kVfNum),
      flags,
      number("sch_policy"),
      number("log_level"),
      UINT32_MAX,
      number("fullaccess_timeout"),
      number("fw_load_type"));
}

void show(Machine& machine, const PciAddress& pf) {
  const bool locked = machine.fact(pf, "debugfs").value_or(0) == 2;
  const auto put = [&](std::string_view leaf, std::string text, Mode mode, int error = 0) {
    machine.tree().put(Space::debug,
                       debug_path(pf, leaf),
                       locked ? std::string{} : std::move(text),
                       mode,
                       locked ? EPERM : error);
  };
  put(kSlices, slices_text(machine, pf), Mode::read_write);
  // Switched off, amdgv_dump_asymmetric_fb_layout fails with -1, which is EPERM to who reads.
  const bool on = option_of_gpu(machine, pf, "asymmetric_fb_mode") != 0;
  put(kMemoryOfVfs,
      on ? layout_text(machine, pf) : std::string{},
      Mode::read_write,
      on ? 0 : EPERM);
  put(kDefragment, "", Mode::write_only);
  put(kInitConf, init_conf_text(machine, pf), Mode::read_only);
}

/// "VF,NUMBER" as sscanf's "%d,%d" takes it.
std::optional<std::pair<std::int64_t, std::int64_t>> scan_pair(std::string_view text) {
  const auto first = scan_signed(text);
  if (!first || !text.starts_with(',')) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto second = scan_signed(text);
  return second ? std::optional(std::pair(*first, *second)) : std::nullopt;
}

/// asymmetric_timeslice_write: where the GPU cannot, or it has one VF, it does nothing and says
/// that it worked.
int write_slices(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  constexpr std::int64_t kLeast = 100;
  constexpr std::int64_t kMost = 1'000'000;
  if (const auto pair = scan_pair(bytes)) {
    const auto [vf, slice] = *pair;
    if (vf < 0 || vf > kPfIndex || slice < kLeast || slice > kMost || slice % kLeast != 0) {
      return EINVAL;
    }
    auto slices = slices_of(machine, pf);
    const auto index = static_cast<std::size_t>(vf);
    if (is_asymmetric(machine, pf) && slices.size() > 1 && index < slices.size()) {
      slices[index] = std::to_string(slice);
      const std::string unasked = std::to_string(default_slice(machine.enabled_vfs(pf)));
      if (std::ranges::all_of(slices, [&](const std::string& one) { return one == unasked; })) {
        default_slices(machine, pf);
      } else {
        machine.set_fact(pf, kSliceFact, fmt::format("{}", fmt::join(slices, ",")));
      }
    }
    return 0;
  }
  const auto one = scan_signed(bytes);
  if (one != 0) {
    return EINVAL;
  }
  default_slices(machine, pf);
  return 0;
}

int write_memory(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  const auto pair = scan_pair(bytes);
  if (!pair || pair->first < 0 || pair->first > kPfIndex) {
    return EINVAL;
  }
  const bool on = option_of_gpu(machine, pf, "asymmetric_fb_mode") != 0;
  // A number below 0 is a huge one to the driver, and finds no room.
  const std::uint64_t mib =
      pair->second < 0 ? UINT32_MAX : static_cast<std::uint64_t>(pair->second);
  return on && resize(machine, pf, static_cast<std::uint32_t>(pair->first), mib) ? 0 : EFAULT;
}

int write_defragment(Machine& machine, const PciAddress& pf, std::string_view bytes) {
  const auto number = scan_signed(bytes);
  if (!number || *number == 0) {
    return EINVAL;
  }
  if (option_of_gpu(machine, pf, "asymmetric_fb_mode") != 0) {
    defragment(machine, pf);
  }
  return 0;
}

}  // namespace

void make_debug_files(Machine& machine) {
  for (const PciAddress& pf : adapters(machine)) {
    if (machine.fact(pf, "debugfs").value_or(0) != 0) {
      show(machine, pf);
    }
  }
}

void show_debug_files(Machine& machine) {
  for (const PciAddress& pf : adapters(machine)) {
    if (machine.tree().find(Space::debug, debug_directory(pf)) != nullptr) {
      show(machine, pf);
    }
  }
}

void remove_debug_files(Machine& machine, const PciAddress& pf) {
  machine.tree().erase(Space::debug, debug_directory(pf));
  drop_fact(machine, pf, kSliceFact);
  drop_fact(machine, pf, "gim_fb");
}

void default_slices(Machine& machine, const PciAddress& pf) {
  drop_fact(machine, pf, kSliceFact);
}

std::optional<int> write_debug_file(Machine& machine, const WriteCall& call) {
  const auto pf =
      call.in == In::debug ? stored_address(leaf_of(parent_of(call.path))) : std::nullopt;
  if (!pf || !is_up(machine, *pf) || parent_of(call.path) != debug_directory(*pf)) {
    return std::nullopt;
  }
  int error = 0;
  if (machine.fact(*pf, "debugfs").value_or(0) == 2) {
    error = EPERM;
  } else if (call.bytes.size() > kMostBytes) {
    error = EFAULT;
  } else if (leaf_of(call.path) == kSlices) {
    error = write_slices(machine, *pf, call.bytes);
  } else if (leaf_of(call.path) == kMemoryOfVfs) {
    error = write_memory(machine, *pf, call.bytes);
  } else {
    error = write_defragment(machine, *pf, call.bytes);
  }
  return error;
}

}  // namespace vfmgr::sim::gim
