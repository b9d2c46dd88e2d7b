// SPDX-License-Identifier: Apache-2.0
#include "engine/guard.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "core/try.hpp"
#include "engine/differences.hpp"
#include "engine/footprint.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

Error in_use(const Kernel& kernel, const PciAddress& pf, VfIndex vf, std::string why) {
  const std::string address = observe(kernel, pci::of(pci::kVf, pf, vf)).text();
  return {.kind = ErrorKind::in_use,
          .subject = to_string(pf) + " vf" + std::to_string(vf.index) +
                     (address.empty() ? "" : " (" + address + ")"),
          .why = std::move(why),
          .help = "stop or migrate who uses it and run it again"};
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

Result<void> Guard::check(const Change& change, const State& before, const Footprint& begun) {
  for (const Place& function : asked_by(change, before)) {
    // PFs have no users that this version can ask; their VFs are named beside them.
    if (const auto holes = match(pci::kVf, function)) {
      TRY_VOID(check_vf(*holes->gpu, *holes->vf, before, begun));
    }
  }
  return {};
}

Result<void> Guard::check_vf(const PciAddress& pf,
                             VfIndex vf,
                             const State& before,
                             const Footprint& begun) {
  const Place link = pci::of(pci::kVfDriver, pf, vf);
  const Value driver = observe(*kernel_, link);
  const std::string group = observe(*kernel_, pci::of(pci::kVfIommuGroup, pf, vf)).text();
  if (driver.absent()) {
    // A group without a node has nothing on a vfio driver, and nobody to wait for.
    auto asked = begun.covers(link) || group.empty() ? Result<void>{} : ask_group(pf, vf, group);
    const bool no_node = !asked && asked.error().os_error == ENOENT;
    return no_node ? Result<void>{} : asked;
  }
  if (!pci::is_vfio(driver.text())) {
    const bool ours = begun.may.contains(link) && begun.explains(link, driver) &&
                      value_at(before, link).is != driver.is;
    if (ours) {
      return {};
    }
    return fail(
        in_use(*kernel_,
               pf,
               vf,
               "it is bound to '" + driver.text() + "', whose users can't be seen from here"));
  }
  if (group.empty()) {
    return fail(in_use(*kernel_,
                       pf,
                       vf,
                       "it is bound to '" + driver.text() + "' without an IOMMU group to ask by"));
  }
  return ask_group(pf, vf, group);
}

Result<void> Guard::ask_group(const PciAddress& pf, VfIndex vf, const std::string& group) {
  if (holds_.contains(group)) {
    return {};
  }
  auto hold = kernel_->hold(pci::named(pci::kVfioGroup, group));
  if (!hold) {
    const bool busy = hold.error().os_error == EBUSY;
    const std::string who = hold.error().value.empty() ? "somebody" : hold.error().value;
    Error error = in_use(*kernel_,
                         pf,
                         vf,
                         busy ? who + " has /dev/vfio/" + group + " open"
                              : "/dev/vfio/" + group + " can't be asked: " + hold.error().why);
    error.os_error = hold.error().os_error;
    return fail(std::move(error));
  }
  holds_.emplace(group, std::move(*hold));
  return {};
}

}  // namespace vfmgr
