// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_files.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_parameters.hpp"
#include "sim/drivers/gim_partition.hpp"
#include "sim/drivers/gim_scan.hpp"
#include "sim/drivers/gim_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim::gim {

namespace {

constexpr std::string_view kSwitch = "self_switch";
constexpr std::string_view kReset = "reset_gpu";
constexpr std::string_view kFlash = "psp_vbflash";
constexpr std::string_view kFlashStatus = "psp_vbflash_status";
constexpr std::string_view kProfile = "accelerator_partition_profile";
constexpr std::string_view kNps = "memory_partition_mode";
constexpr std::array kOfPf{kSwitch,
                           kReset,
                           kFlash,
                           kFlashStatus,
                           kProfile,
                           kNps,
                           std::string_view("accelerator_partition_profile_config"),
                           std::string_view("memory_partition_config"),
                           std::string_view("spatial_partition_mode"),
                           std::string_view("spatial_partition_caps")};
constexpr std::string_view kHotReset = "force_hot_reset";
constexpr std::string_view kLiveUpdate = "live_update";
constexpr std::array kOfDriver{kSwitch, kHotReset, kLiveUpdate};

std::string driver_file(std::string_view leaf) {
  return fmt::format("bus/pci/drivers/{}/{}", kDriver, leaf);
}

void show_partitions(Machine& machine, const PciAddress& pf) {
  const Card card = card_of(machine, pf);
  const auto show = [&](std::string_view leaf, std::string text, Mode mode = Mode::read_only) {
    machine.tree().put(Space::sys, machine.path_in(pf, leaf), std::move(text), mode);
  };
  show(kProfile, profile_text(card), Mode::read_write);
  show(kNps, nps_text(card, machine.fact(pf, "vram_mib").value_or(0)), Mode::read_write);
  show("accelerator_partition_profile_config", profile_config_text(card));
  show("memory_partition_config", nps_config_text(card));
  show("spatial_partition_mode", spatial_mode_text(card));
  show("spatial_partition_caps", spatial_caps_text(card));
}

/// One line for each GPU that came up.
void show_driver_files(Machine& machine) {
  std::string switches;
  std::string resets;
  std::string updates;
  for (const PciAddress& pf : adapters(machine)) {
    const std::string adapter = fmt::format("Adapter[{}]", vfmgr::to_string(pf));
    switches += fmt::format("{} : {}\n", adapter, machine.attribute(pf, kSwitch));
    resets += fmt::format("{} : {}\n", adapter, machine.fact(pf, "gim_hot_reset").value_or(0));
    updates += adapter + " live_update: disabled\n";
  }
  machine.tree().put(Space::sys, driver_file(kSwitch), switches, Mode::read_write);
  machine.tree().put(Space::sys, driver_file(kHotReset), resets, Mode::read_write);
  machine.tree().put(Space::sys, driver_file(kLiveUpdate), updates, Mode::read_write);
}

void set_switch(Machine& machine, const PciAddress& pf, bool on) {
  machine.tree().put(Space::sys, machine.path_in(pf, kSwitch), on ? "1\n" : "0\n");
}

/// gim_mon_get_memory_partition_mode: NPS8 is taken for NPS4. 0: no such mode.
std::uint32_t nps_named(std::string_view word) {
  constexpr std::string_view kPrefix = "nps";
  if (word.size() != kPrefix.size() + 1) {
    return 0;
  }
  for (std::size_t at = 0; at < kPrefix.size(); ++at) {
    if (std::tolower(static_cast<unsigned char>(word[at])) != kPrefix[at]) {
      return 0;
    }
  }
  switch (word.back()) {
    case '1':
      return 1;
    case '2':
      return 2;
    case '4':
    case '8':
      return 4;
    default:
      return 0;
  }
}

int write_pf_file(Machine& machine,
                  const PciAddress& pf,
                  std::string_view leaf,
                  const WriteCall& call) {
  if (leaf == kNps) {
    const std::uint32_t nps = nps_named(scan_word(call.bytes, 4));
    if (nps == 0) {
      return EINVAL;
    }
    set_nps(machine, pf, nps, call.half);
  } else if (leaf == kFlash) {
    machine.set_fact(pf, "flashed", "image");  // the image is taken; a read would write it
  } else {
    const auto number = scan_unsigned(call.bytes);
    if (!number) {
      return EINVAL;
    }
    if (leaf == kProfile) {
      set_profile(machine, pf, *number, call.half);
    } else {
      set_switch(machine, pf, *number != 0);
    }
  }
  return 0;
}

int write_driver_file(Machine& machine, std::string_view leaf, std::string_view bytes) {
  std::string_view rest = bytes;
  std::optional<std::int64_t> number;
  if (leaf == kHotReset) {
    number = scan_signed(rest);
  } else {
    number = scan_unsigned(bytes);
  }
  if (!number) {
    return EINVAL;
  }
  for (const PciAddress& pf : adapters(machine)) {
    if (leaf == kSwitch) {
      set_switch(machine, pf, *number != 0);
    } else if (leaf == kHotReset && (*number >= 0 && *number <= 2)) {
      // amdgv_api.c:AMDGV_CONF_FORCE_RESET_FLAG: 0 off, 1 BACO, 2 mode 1
      set_number(machine, pf, "gim_hot_reset", static_cast<std::uint64_t>(*number));
    }
  }
  // live_update=1 would leave the VFs to the next driver; that is not simulated.
  return 0;
}

}  // namespace

void make_files(Machine& machine, const PciAddress& pf) {
  Tree& tree = machine.tree();
  // gim_drv.c sets AMDGV_FLAG_DISABLE_SELF_SWITCH for every GPU.
  tree.put(Space::sys, machine.path_in(pf, kSwitch), "0\n", Mode::read_write);
  tree.put(Space::sys,
           machine.path_in(pf, kReset),
           fmt::format("dev({}) reset completed\n", vfmgr::to_string(pf)),
           Mode::read_only);
  machine.acts_when_read(machine.path_in(pf, kReset), kDriver);
  // Where the firmware interface can flash, which no GPU of this release can (amdgv_psp.c).
  if (machine.fact(pf, "vbflash").value_or(0) != 0) {
    tree.put(Space::sys, machine.path_in(pf, kFlash), "", Mode::read_write);
    machine.acts_when_read(machine.path_in(pf, kFlash), kDriver);
    tree.put(Space::sys, machine.path_in(pf, kFlashStatus), "0x0\n", Mode::read_only);
  }
  show_partitions(machine, pf);
}

void show_files(Machine& machine) {
  for (const PciAddress& pf : adapters(machine)) {
    show_partitions(machine, pf);
  }
  if (has_driver_files(machine)) {
    show_driver_files(machine);
  }
}

void remove_files(Machine& machine, const PciAddress& pf) {
  for (const std::string_view leaf : kOfPf) {
    machine.tree().erase(Space::sys, machine.path_in(pf, leaf));
    machine.only_shows_when_read(machine.path_in(pf, leaf));
  }
}

void make_driver_files(Machine& machine) {
  show_driver_files(machine);
}

bool has_driver_files(const Machine& machine) {
  return machine.tree().find(Space::sys, driver_file(kSwitch)) != nullptr;
}

std::optional<int> write_file(Machine& machine, const WriteCall& call) {
  if (call.in != In::sys) {
    return std::nullopt;
  }
  for (const std::string_view leaf : kOfDriver) {
    if (call.path == driver_file(leaf)) {
      return write_driver_file(machine, leaf, call.bytes);
    }
  }
  const auto pf = machine.owner_of(call.path);
  if (pf && is_up(machine, *pf)) {
    for (const std::string_view leaf : {kSwitch, kProfile, kNps, kFlash}) {
      if (call.path == machine.path_in(*pf, leaf)) {
        return write_pf_file(machine, *pf, leaf, call);
      }
    }
  }
  return std::nullopt;
}

void file_was_read(Machine& machine, const PciAddress& pf, std::string_view leaf) {
  const std::string_view mark = leaf == kReset ? "resets" : "flashes";
  set_number(machine, pf, mark, machine.fact(pf, mark).value_or(0) + 1);
}

}  // namespace vfmgr::sim::gim
