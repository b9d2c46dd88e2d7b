// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_life.hpp"

#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_conf.hpp"
#include "sim/drivers/gim_debug.hpp"
#include "sim/drivers/gim_fb.hpp"
#include "sim/drivers/gim_files.hpp"
#include "sim/drivers/gim_parameters.hpp"
#include "sim/drivers/gim_partition.hpp"
#include "sim/drivers/gim_smi.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::gim {

namespace {

// smi-lib/drv/linux/smi_drv.c, gim_shim/sysfs/amdgv_cmd.h
constexpr std::string_view kSmiNode = "gim-smi0";
constexpr std::string_view kCommandNode = "amdgv-cmd-handle";

/// gim_init adds one id after the other, so GPUs are probed by the order of ids, then of addresses.
std::vector<PciAddress> bound_in_order(const Machine& machine) {
  const std::string* text =
      machine.tree().text(Space::hidden, fmt::format("drivers/{}/ids", kDriver));
  const auto ids = words_of(text == nullptr ? "" : *text);
  const auto rank = [&](const PciAddress& pf) {
    const std::string device = machine.attribute(pf, "device");
    return std::distance(ids.begin(), std::ranges::find_if(ids, [&device](const std::string& id) {
                           return device.size() > 2 && id.ends_with(":" + device.substr(2));
                         }));
  };
  std::vector<PciAddress> bound;
  for (const PciAddress& function : machine.functions()) {
    if (drives(machine, function)) {
      bound.push_back(function);
    }
  }
  std::ranges::stable_sort(bound, {}, rank);
  return bound;
}

/// gim_probe: without SR-IOV, or left out by enabled_devices, a function stays bound and that is
/// all.
void probe(Machine& machine, const PciAddress& pf) {
  if (is_enabled(machine, pf) && machine.fact(pf, "total_vfs")) {
    number_gpu(machine, pf);
  }
}

std::uint32_t wanted_vfs(const Machine& machine, const PciAddress& pf, const Conf& conf) {
  return static_cast<std::uint32_t>(option(conf, kVfNum, gpu_number(machine, pf)));
}

/// amdgv_device.c:amdgv_parse_config_opt: more VFs than the hardware has end it, and leave an empty
/// file behind.
bool count_fits(Machine& machine, const PciAddress& pf, const Conf& conf) {
  const bool fits = wanted_vfs(machine, pf, conf) <= machine.fact(pf, "total_vfs").value_or(0);
  if (!fits) {
    clear_file(machine);
  }
  return fits;
}

/// gim_init_thread_func, amdgv_device_init. Where it fails the function stays bound, without VFs
/// and files; only the kernel's log says why.
void initialise(Machine& machine, const PciAddress& pf, const Conf& conf) {
  const std::uint32_t vfs = wanted_vfs(machine, pf, conf);
  const Card card = card_of(machine, pf);
  std::optional<Modes> modes;
  if (card.xcc != 0) {
    modes = modes_at_load(card, vfs, conf);
    if (!modes) {
      return;
    }
  }
  if (enable_vfs(machine, pf, vfs) != 0) {
    return;
  }
  if (modes) {
    set_number(machine, pf, "gim_nps", modes->nps);
    set_number(machine, pf, "partitions", modes->partitions);
    save_option(machine, kMemory, modes->nps);
    save_option(machine, kAccelerator, modes->partitions);
  }
  make_files(machine, pf);
  share_out(machine, pf);
}

}  // namespace

void show_all(Machine& machine) {
  show_files(machine);
  show_debug_files(machine);
  show_smi(machine);
}

void bring_up_all(Machine& machine) {
  load_conf(machine);
  show_parameters(machine);
  const Conf conf = conf_of(machine);
  std::vector<PciAddress> fitting;
  for (const PciAddress& pf : bound_in_order(machine)) {
    probe(machine, pf);
    // A thread each: what is checked first has been checked on all before one is up.
    if (is_numbered(machine, pf) && count_fits(machine, pf, conf)) {
      fitting.push_back(pf);
    }
  }
  for (const PciAddress& pf : fitting) {
    if (machine.exists(pf)) {
      initialise(machine, pf, conf);
    }
  }
  make_driver_files(machine);
  for (const std::string_view node : {kSmiNode, kCommandNode}) {
    machine.tree().put(Space::dev, node, "", Mode::read_write);
  }
  apply_saved_nps(machine);
  make_debug_files(machine);
  show_all(machine);
}

void bring_up_one(Machine& machine, const PciAddress& pf) {
  probe(machine, pf);
  const Conf conf = conf_of(machine);
  if (is_numbered(machine, pf) && count_fits(machine, pf, conf)) {
    initialise(machine, pf, conf);
  }
  show_all(machine);
}

void take_down(Machine& machine, const PciAddress& pf) {
  remove_files(machine, pf);
  remove_debug_files(machine, pf);
  remove_smi(machine, pf);
  for (const std::string_view fact : {"gim_nps", "gim_hot_reset", "smi_client"}) {
    drop_fact(machine, pf, fact);
  }
  forget_number(machine, pf);
  show_all(machine);
}

void take_down_driver(Machine& machine) {
  for (const std::string_view node : {kSmiNode, kCommandNode}) {
    machine.tree().erase(Space::dev, node);
  }
  forget_conf(machine);
  forget_numbers(machine);
}

}  // namespace vfmgr::sim::gim
