// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_debug.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_state.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::xe {

namespace {

class DebugTree {
 public:
  DebugTree(Machine& machine, const Card& card) : tree_(&machine.tree()), card_(&card) {}

  void make(std::string_view minor) {
    // drm_drv.c: the directory is named by the device, and a link by its minor.
    if (!minor.empty()) {
      link(fmt::format("dri/{}", minor), vfmgr::to_string(card_->pf));
    }
    for (std::uint32_t function = 0; function <= card_->total; ++function) {
      make_function(function);
    }
    for (const Gt& gt : card_->gts) {
      make_ways(gt);
    }
    if (card_->has_modes()) {
      make_device();
    }
  }

 private:
  void file(const std::string& path, std::string_view text, Mode mode) {
    // Under lockdown opening fails; what stands in the file stays.
    const int error = card_->debugfs == Debugfs::locked ? EPERM : 0;
    tree_->put(Space::debug, path, std::string(text), mode, error);
  }
  void link(const std::string& path, const std::string& target) {
    tree_->put_link(Space::debug, path, target);
  }
  void number(const Item& item, std::uint64_t first) {
    file(debug_path(*card_, item), fmt::format("{}\n", first), Mode::read_write);
  }

  void make_function(std::uint32_t function) {
    for (std::uint32_t tile = 0; tile < card_->tiles; ++tile) {
      make_tile(function, tile);
    }
    for (const Gt& gt : card_->gts) {
      make_gt(function, gt);
    }
    if (function != 0 && card_->has_modes()) {
      const std::string directory = fmt::format("{}/sriov/vf{}", debug_root(card_->pf), function);
      for (const std::string_view name : {"pause", "resume", "stop", "reset"}) {
        file(fmt::format("{}/{}", directory, name), "", Mode::write_only);
      }
      for (const std::string_view name : {"save", "restore", "migration_data"}) {
        file(fmt::format("{}/{}", directory, name), "", Mode::read_write);
      }
      file(directory + "/migration_size", "", Mode::read_only);
    }
  }

  /// GGTT and VRAM: of a tile, in the directory of its graphics GT before 6.19.
  void make_tile(std::uint32_t function, std::uint32_t tile) {
    if (function != 0) {
      number({.function = function, .unit = tile, .name = kGgtt}, 0);
      if (card_->vram != 0) {
        number({.function = function, .unit = tile, .name = kVram}, 0);
      }
      return;
    }
    const auto shown = [&](std::string_view name) {
      file(debug_path(*card_, {.function = 0, .unit = tile, .name = name}), "", Mode::read_only);
    };
    number({.function = 0, .unit = tile, .name = kGgttSpare}, kLeastGgtt);
    shown("ggtt_available");
    shown("ggtt_provisioned");
    if (card_->vram != 0) {
      number({.function = 0, .unit = tile, .name = kVramSpare}, kLeastVram);
      shown("vram_provisioned");
    }
  }

  void make_gt(std::uint32_t function, const Gt& gt) {
    std::vector<std::string_view> zeros = thresholds(*card_);
    for (const std::string_view name : {kQuantum, kTimeout, kPriority}) {
      zeros.push_back(name);
    }
    const std::string directory = debug_gt(*card_, function, gt);
    if (function != 0) {
      zeros.push_back(kContexts);
      zeros.push_back(kDoorbells);
      file(directory + "/control", "stop\npause\nresume\n", Mode::read_write);
    } else {
      for (const std::string_view name : {kDoorbellsSpare, kIfIdle, kResetEngine, kSamplePeriod}) {
        zeros.push_back(name);
      }
      number({.function = 0, .unit = gt.index, .name = kContextsSpare}, kLeastContexts);
      // No source shows what stands in runtime_registers; adverse events leave out VFs without any.
      for (const std::string_view name : {"contexts_provisioned",
                                          "doorbells_provisioned",
                                          "runtime_registers",
                                          "adverse_events"}) {
        file(fmt::format("{}/{}", directory, name), "", Mode::read_only);
      }
      if (!card_->has_modes()) {
        file(directory + "/negotiated_versions", "PF:\t1.0\n", Mode::read_only);
      }
    }
    for (const std::string_view name : zeros) {
      number({.function = function, .unit = gt.index, .name = name}, 0);
    }
  }

  /// The older paths: gtN below the device, and in it "pf" and "vfN".
  void make_ways(const Gt& gt) {
    if (card_->release < kTileDirectories) {
      return;
    }
    const std::string root = debug_root(card_->pf);
    const std::string real = fmt::format("tile{}/gt{}", gt.tile, gt.index);
    link(fmt::format("{}/gt{}", root, gt.index), real);
    for (std::uint32_t function = 0; card_->has_modes() && function <= card_->total; ++function) {
      const std::string who = function_name(function);
      // From below tile0/gtN the links' targets lead up to sriov/.
      link(fmt::format("{}/{}/{}", root, real, who), fmt::format("../../sriov/{}/{}", who, real));
      if (!gt.media) {
        make_older_names(function, gt);
      }
    }
  }

  void make_older_names(std::uint32_t function, const Gt& gt) {
    const std::string directory = debug_gt(*card_, function, gt);
    const auto older = [&](std::string_view name, std::string_view target) {
      link(fmt::format("{}/{}", directory, name), fmt::format("../{}", target));
    };
    // Those of VRAM come with an LMTT (xe 7.0: xe_gt_sriov_pf_debugfs.c, pf_add_compat_attrs).
    const bool vram = card_->vram != 0 && card_->lmtt;
    if (function != 0) {
      older("ggtt_quota", kGgtt);
      if (vram) {
        older("lmem_quota", kVram);
      }
      return;
    }
    older("ggtt_spare", kGgttSpare);
    older("ggtt_available", "ggtt_available");
    older("ggtt_provisioned", "ggtt_provisioned");
    if (vram) {
      older("lmem_spare", kVramSpare);
      older("lmem_provisioned", "vram_provisioned");
    }
  }

  void make_device() {
    const std::string root = debug_root(card_->pf);
    file(root + "/sriov/restore_auto_provisioning", "", Mode::write_only);
    file(root + "/sriov/lockdown_vfs_enabling", "", Mode::read_only);
    file(root + "/sriov/pf/vfs", "", Mode::read_only);
    // Which VFs' versions it shows is not known; here none has asked.
    file(root + "/sriov/pf/versions", "PF:\t1.0\n", Mode::read_only);
    // xe 7.0: xe_sriov.c
    file(root + "/sriov_info", "supported: yes\nenabled: yes\nmode: SR-IOV PF\n", Mode::read_only);
  }

  Tree* tree_;
  const Card* card_;
};

}  // namespace

void make_debug(Machine& machine, const Card& card) {
  if (card.debugfs != Debugfs::absent) {
    DebugTree(machine, card).make(machine.fact_text(card.pf, "card"));
  }
}

void remove_debug(Machine& machine, const Card& card) {
  const std::string minor = "dri/" + machine.fact_text(card.pf, "card");
  const Node* link = machine.tree().find(Space::debug, minor);
  if (link != nullptr && link->kind == Node::Kind::link &&
      link->text == vfmgr::to_string(card.pf)) {
    machine.tree().erase(Space::debug, minor);
  }
  machine.tree().erase(Space::debug, debug_root(card.pf));
}

}  // namespace vfmgr::sim::xe
