// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/i915_provision.hpp"

#include "sim/drivers/i915_card.hpp"
#include "sim/drivers/i915_share.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::sim::i915 {

namespace {

std::string automatic_path(const Card& card) {
  return card.home + "/pf/auto_provisioning";
}

/// Whether the driver shared out on a GT by itself when its VFs came (`auto_mode` of the GT). That
/// it may do so again is another flag, the card's.
std::string shared_path(const Card& card, const Gt& gt) {
  return fact_path(card.pf, fmt::format("i915_auto/{}", gt.name));
}

/// What a VF has beside its quotas (pf_unprovision_config).
constexpr std::array<std::string_view, 8> kOfAVf{"exec_quantum_ms",
                                                 "preempt_timeout_us",
                                                 "threshold/cat_error_count",
                                                 "threshold/engine_reset_count",
                                                 "threshold/page_fault_count",
                                                 "threshold/h2g_time_us",
                                                 "threshold/irq_time_us",
                                                 "threshold/doorbell_time_us"};

enum class Config : std::uint8_t { empty, partial, complete };

/// Doorbells need not be there (pf_validate_config).
Config config_of(const Machine& machine, const Card& card, const Gt& gt, std::uint32_t vf) {
  bool any = false;
  bool all = true;
  for (const Resource& resource : resources_of(card, gt)) {
    const bool has = value(machine, card, vf, gt, resource.quota()) != 0;
    any = any || has;
    all = all && (has || resource.name == "doorbells");
  }
  return !any ? Config::empty : all ? Config::complete : Config::partial;
}

/// Assumed: the pages that map a VF's memory, eight bytes for each 2 MiB, come out of its share.
std::uint64_t without_page_tables(std::uint64_t share, std::uint64_t page) {
  return share - std::min(share, share / page * 8);
}

/// pf_auto_provision_ggtt and its like: GGTT and LMEM from the largest that one VF could get,
/// contexts and doorbells from what is free.
std::uint64_t fair_share(const Machine& machine,
                         const Card& card,
                         const Gt& gt,
                         const Resource& resource,
                         std::uint32_t vfs) {
  const bool memory = resource.name == "ggtt" || resource.name == "lmem";
  std::uint64_t share =
      (memory ? largest_of(machine, card, gt, resource) : free_of(machine, card, gt, resource)) /
      vfs;
  if (resource.name == "lmem" && vfs > 1) {
    share = without_page_tables(share, resource.page);
  }
  return share / resource.page * resource.page;
}

int share_out(Machine& machine, const Card& card, const Gt& gt, std::uint32_t vfs) {
  machine.tree().put(Space::hidden, shared_path(card, gt), "1");
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    if (config_of(machine, card, gt, vf) != Config::empty) {
      return EUCLEAN;
    }
  }
  for (const Resource& resource : resources_of(card, gt)) {
    const std::uint64_t share = fair_share(machine, card, gt, resource, vfs);
    if (share == 0) {
      return ENOSPC;
    }
    for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
      if (const int error = set_quota(machine, card, gt, resource, vf, share); error != 0) {
        return error;
      }
    }
  }
  return 0;
}

int provision_gt(Machine& machine, const Card& card, const Gt& gt, std::uint32_t vfs) {
  std::uint32_t complete = 0;
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    const Config config = config_of(machine, card, gt, vf);
    if (config == Config::partial) {
      return ENOKEY;
    }
    complete += config == Config::complete ? 1 : 0;
  }
  // What is not provisioned by hand then goes ahead all the same ("late provisioning"); assumed:
  // also where some VFs are complete and others empty, as Intel's tools leave each GT of a card
  // with two tiles.
  if (complete == vfs || !is_automatic(machine, card)) {
    return 0;
  }
  return share_out(machine, card, gt, vfs);
}

}  // namespace

bool is_automatic(const Machine& machine, const Card& card) {
  const std::string* text = machine.tree().text(Space::sys, automatic_path(card));
  return text != nullptr && *text == "1\n";
}

int set_automatic(Machine& machine, const Card& card, bool on) {
  if (on == is_automatic(machine, card)) {
    return 0;
  }
  for (const Gt& gt : card.gts) {
    for (std::uint32_t vf = 1; on && vf <= card.vfs; ++vf) {
      if (config_of(machine, card, gt, vf) != Config::empty) {
        return ESTALE;
      }
    }
  }
  machine.tree().put(Space::sys, automatic_path(card), on ? "1\n" : "0\n");
  return 0;
}

void mark_manual(Machine& machine, const Card& card) {
  machine.tree().put(Space::sys, automatic_path(card), "0\n");
}

int provision(Machine& machine, const Card& card, std::uint32_t vfs) {
  for (const Gt& gt : card.gts) {
    const int error = provision_gt(machine, card, gt, vfs);
    show_available(machine, card, gt);
    if (error != 0) {
      return error;
    }
  }
  return 0;
}

void release(Machine& machine, const Card& card) {
  for (const Gt& gt : card.gts) {
    if (machine.tree().text(Space::hidden, shared_path(card, gt)) == nullptr) {
      continue;
    }
    for (std::uint32_t vf = 1; vf <= card.vfs; ++vf) {
      for (const Resource& resource : resources_of(card, gt)) {
        (void)set_quota(machine, card, gt, resource, vf, 0);  // giving back never fails
      }
      for (const std::string_view name : kOfAVf) {
        set_value(machine, card, vf, gt, name, 0);
      }
    }
    machine.tree().erase(Space::hidden, shared_path(card, gt));
    show_available(machine, card, gt);
  }
}

}  // namespace vfmgr::sim::i915
