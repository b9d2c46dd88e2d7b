// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/prerequisites.hpp"

#include "vfmgr/inventory.hpp"

#include "backends/intel/attrs.hpp"
#include "backends/intel/families.hpp"
#include "backends/intel/told.hpp"
#include "backends/intel/under_i915.hpp"
#include "backends/intel/under_xe.hpp"
#include "backends/pci_record.hpp"
#include "kernel/kernel.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::intel {

namespace {

constexpr std::uint16_t kVendor = 0x8086;  // Intel, by the PCI SIG
constexpr std::uint32_t kDisplay = 0x03;   // base class of display controllers

bool is_intels_display(const Gpu& gpu) {
  return gpu.vendor_id == kVendor && gpu.class_code >> 16U == kDisplay && !gpu.physfn;
}

/// Where sriov_totalvfs is not there.
std::vector<Finding> without_capability(const Family* family) {
  if (family == nullptr) {
    return {};
  }
  if (!family->has_capability) {
    return {{.what = fmt::format("of {} only the boards of Arc Pro have the SR-IOV capability",
                                 family->name),
             .help = "nothing on this host turns it on; an Arc Pro B50, B60, B65 or B70 has it"}};
  }
  return {
      {.what = fmt::format("GPUs of its family ({}) can have the SR-IOV capability, and this one "
                           "shows none: its firmware hides it, or the kernel was built without "
                           "CONFIG_PCI_IOV, or it is a VF itself that this VM was given",
                           family->name),
       .help = "turn on SR-IOV in the firmware's setup, where that has it"}};
}

std::vector<Finding> without_driver(const Gpu& gpu, const Family* family) {
  if (family == nullptr || family->by_xe != ByXe::when_told) {
    return {};
  }
  return {{.what = fmt::format("xe takes GPUs of {} only where it is told to", family->name),
           .help = how_to_give_to_xe(gpu.device_id)}};
}

/// What VFs that can be made lack for a VM. A plan that wants them on a vfio driver is refused for
/// it.
void add_iommu(const Gpu& gpu, std::vector<Finding>& found) {
  if (!gpu.iommu_group) {
    found.push_back({.what = "it is behind no IOMMU, and without one no VM can take a VF",
                     .help = std::string(kTurnIommuOn)});
  }
}

std::vector<Finding> under_xe(const Kernel& kernel, const Gpu& gpu, const Family* family) {
  if (gpu.total_vfs == 0U) {
    return {why_xe_makes_none(kernel, gpu, family)};
  }
  std::vector<Finding> found;
  if (auto shares = why_xe_shares_alone(kernel, gpu, family)) {
    found.push_back(std::move(*shares));
  }
  add_iommu(gpu, found);
  return found;
}

std::vector<Finding> under_i915(const Kernel& kernel, const Gpu& gpu, const Family* family) {
  if (!i915_has_sriov(kernel, gpu)) {
    return instead_of_i915(gpu, family);
  }
  if (gpu.total_vfs == 0U) {
    return why_i915_makes_none(kernel, family);
  }
  std::vector<Finding> found;
  add_iommu(gpu, found);
  return found;
}

}  // namespace

std::vector<Finding> prerequisites(const Kernel& kernel, const Gpu& gpu) {
  if (!is_intels_display(gpu)) {
    return {};
  }
  const Family* const family = family_of(gpu.device_id);
  const bool on_xe = gpu.driver == kXe;
  if (gpu.driver && !on_xe && gpu.driver != kI915) {
    return {};  // given away, or on a driver that makes plain VFs
  }
  if (!gpu.total_vfs) {
    return without_capability(family);
  }
  if (!gpu.driver) {
    return without_driver(gpu, family);
  }
  return on_xe ? under_xe(kernel, gpu, family) : under_i915(kernel, gpu, family);
}

}  // namespace vfmgr::intel
