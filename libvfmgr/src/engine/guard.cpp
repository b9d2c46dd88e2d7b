// SPDX-License-Identifier: Apache-2.0
#include "engine/guard.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/numbers.hpp"
#include "engine/differences.hpp"
#include "engine/footprint.hpp"
#include "engine/users.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::optional<Function> function_at(const Place& place) {
  if (const auto holes = match(pci::kVf, place)) {
    return Function{.pf = *holes->gpu, .vf = holes->vf};
  }
  if (const auto holes = match(pci::kFunctionDir, place)) {
    return Function{.pf = *holes->gpu, .vf = {}};
  }
  return std::nullopt;
}

std::string name_of(const Kernel& kernel, const Function& function) {
  std::string name = to_string(function.pf);
  if (function.vf) {
    const std::string address =
        observe(kernel, pci::of(pci::kVf, function.pf, *function.vf)).text();
    name +=
        " vf" + std::to_string(function.vf->index) + (address.empty() ? "" : " (" + address + ")");
  }
  return name;
}

}  // namespace

std::vector<Place> Guard::asked_by(const Change& change, const State& before) {
  std::vector<Place> functions = change.disturbs;
  const bool binds = change.gpu && change.vf && change.disturbs.empty() &&
                     change.vf->index < recorded_count(before, *change.gpu).value_or(0) &&
                     std::ranges::any_of(
                         change.effects,
                         [](const Effect& effect) {
                           return effect.at.as == As::link && match(pci::kVfDriver, effect.at);
                         });
  if (binds) {
    functions.push_back(pci::of(pci::kVf, *change.gpu, *change.vf));
  }
  return functions;
}

std::vector<Blocked> Guard::in_the_way(const Change& change,
                                       const State& before,
                                       const Footprint& begun) {
  std::vector<Blocked> found;
  for (const Place& place : asked_by(change, before)) {
    const auto function = function_at(place);
    const bool allowed = std::ranges::any_of(
        allowed_, [&](const Place& one) { return one.in == place.in && one.path == place.path; });
    if (!function || allowed) {
      continue;
    }
    if (auto use = ask(*function, before, begun)) {
      found.push_back({.error = {.kind = ErrorKind::in_use,
                                 .subject = name_of(*kernel_, *function),
                                 .why = std::move(use->why),
                                 .help = "stop or migrate who uses it and run it again"},
                       .gpu = function->pf,
                       .vf = function->vf,
                       .holders = std::move(use->holders)});
    }
  }
  return found;
}

std::optional<Use> Guard::ask(const Function& function,
                              const State& before,
                              const Footprint& begun) {
  if (!function.vf) {
    return look(function);
  }
  const Place link = pci::of(pci::kVfDriver, function.pf, *function.vf);
  const Value driver = observe(*kernel_, link);
  const std::string group =
      observe(*kernel_, pci::of(pci::kVfIommuGroup, function.pf, *function.vf)).text();
  const std::vector<Place> group_node{pci::named(pci::kVfioGroup, group)};
  if (driver.absent()) {
    return begun.covers(link) || group.empty() ? std::nullopt : keep_off(function, group_node);
  }
  if (pci::is_vfio(driver.text())) {
    if (group.empty()) {
      return Use{.in_use = {},
                 .holders = {},
                 .why = "it is bound to '" + driver.text() + "' without an IOMMU group to ask by"};
    }
    return keep_off(function, group_node);
  }
  const bool ours = begun.may.contains(link) && begun.explains(link, driver) &&
                    value_at(before, link).is != driver.is;
  if (ours) {
    return std::nullopt;
  }
  if (const auto nodes = backend_ == nullptr
                             ? std::nullopt
                             : backend_->user_nodes(*kernel_, function.pf, function.vf)) {
    // A vfio group's node is test and lock in one, whatever driver offers it.
    std::vector<Place> groups;
    std::ranges::copy_if(*nodes, std::back_inserter(groups), [](const Place& node) {
      const auto holes = match(pci::kVfioGroup, node);
      return holes && decimal(holes->name);
    });
    return groups.empty() ? look(function) : keep_off(function, groups);
  }
  if (auto claimed = keep_off(function, block_nodes_of(*kernel_, function))) {
    return claimed;
  }
  return look(function);
}

std::optional<Use> Guard::keep_off(const Function& function, const std::vector<Place>& nodes) {
  // VFs may share a group: who opens its node for one of them opens it for all.
  const std::scoped_lock lock(mutex_);
  for (const Place& node : nodes) {
    if (holds_.contains(node.path)) {
      continue;
    }
    auto hold = kernel_->hold(node);
    if (hold) {
      holds_.emplace(node.path, std::move(*hold));
      continue;
    }
    // Without a node nothing of the group is on a vfio driver, or the kernel gives each device a
    // node of its own and groups none (CONFIG_VFIO_GROUP): a look has to do.
    if (hold.error().os_error == ENOENT) {
      return look(function);
    }
    Use use = use_of(function);
    if (use.holders.empty()) {
      use.why = (hold.error().os_error == EBUSY
                     ? "somebody has /dev/" + node.path + " open"
                     : "/dev/" + node.path + " can't be asked: " + hold.error().why) +
                (use.why.empty() ? "" : "; " + use.why);
    }
    return use;
  }
  return std::nullopt;
}

Use Guard::use_of(const Function& function) const {
  return users_of(*kernel_,
                  std::span(&function, 1),
                  Claims::made,
                  [this](const PciAddress&) { return backend_; })
      .front();
}

std::optional<Use> Guard::look(const Function& function) const {
  Use use = use_of(function);
  return use.in_use == false ? std::nullopt : std::optional(std::move(use));
}

}  // namespace vfmgr
