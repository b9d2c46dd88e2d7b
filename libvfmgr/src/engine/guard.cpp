// SPDX-License-Identifier: Apache-2.0
#include "engine/guard.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/try.hpp"
#include "engine/differences.hpp"
#include "engine/footprint.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <cerrno>
#include <string>
#include <utility>

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

Result<void> Guard::check(const Change& change, const State& before, const Footprint& begun) {
  for (const Place& function : change.disturbs) {
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
  if (driver.absent()) {
    return {};
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
  const std::string group = observe(*kernel_, pci::of(pci::kVfIommuGroup, pf, vf)).text();
  if (group.empty()) {
    return fail(in_use(*kernel_,
                       pf,
                       vf,
                       "it is bound to '" + driver.text() + "' without an IOMMU group to ask by"));
  }
  if (holds_.contains(group)) {
    return {};
  }
  auto hold = kernel_->hold(pci::named(pci::kVfioGroup, group));
  if (!hold) {
    const bool busy = hold.error().os_error == EBUSY;
    const std::string who = hold.error().value.empty() ? "somebody" : hold.error().value;
    return fail(in_use(*kernel_,
                       pf,
                       vf,
                       busy ? who + " has /dev/vfio/" + group + " open"
                            : "/dev/vfio/" + group + " can't be asked: " + hold.error().why));
  }
  holds_.emplace(group, std::move(*hold));
  return {};
}

}  // namespace vfmgr
