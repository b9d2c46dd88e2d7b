// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/under_i915.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/attrs.hpp"
#include "backends/intel/families.hpp"
#include "backends/intel/told.hpp"
#include "core/attr.hpp"
#include "core/numbers.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::intel {

namespace {

// Bits of i915.enable_guc: I915BP drivers/gpu/drm/i915/i915_params.h.
constexpr std::uint64_t kSubmission = 1U << 0U;
constexpr std::uint64_t kHuc = 1U << 1U;
constexpr std::uint64_t kOldSwitch = 1U << 2U;  ///< deprecated: as if max_vfs were unlimited

/// A number that was set; none: it is -1 (the driver's own choice), absent or unreadable.
std::optional<std::uint64_t> bits_of(const Value& guc) {
  return decimal(guc.text());
}

std::optional<Finding> against_by_count(const Kernel& kernel, const Value& guc) {
  const Place place = place_of(kI915MaxVfs, {});
  const Value most = observe(kernel, place);
  if (most.unreadable()) {
    return cant_tell(place, most);
  }
  const bool old_switch = (bits_of(guc).value_or(0) & kOldSwitch) != 0;
  if (most.text() != "0" || old_switch) {
    return std::nullopt;
  }
  return Finding{.what = told(place, most) + ": i915 makes no VFs, as it does by itself",
                 .help = how_to_set(kI915, "max_vfs=N", "N is the most VFs of one GPU")};
}

std::optional<Finding> against_by_guc(const Value& guc) {
  const auto bits = bits_of(guc);
  if (!bits || (*bits & (kSubmission | kHuc)) == (kSubmission | kHuc)) {
    return std::nullopt;
  }
  const std::string_view off =
      (*bits & kSubmission) == 0
          ? "bit 0 is off, so the GPU's firmware (GuC) schedules nothing, and "
            "without that there are no VFs"
          : "bit 1 is off, so the HuC's firmware is not loaded; i915 with "
            "SR-IOV wants both";
  return Finding{
      .what = fmt::format("{}: {}", told(place_of(kI915EnableGuc, {}), guc), off),
      .help = how_to_set(kI915, "enable_guc=3", "beside max_vfs, in one line of options")};
}

/// Intel's GPUs of this family refuse VFs while the fabric between them is on.
std::optional<Finding> against_by_fabric(const Kernel& kernel) {
  const Place place = place_of(kI915EnableIaf, {});
  const Value fabric = observe(kernel, place);
  const std::string text = fabric.text();
  if (text.empty() || text == "0" || text == "N") {
    return std::nullopt;
  }
  return Finding{.what = told(place, fabric) +
                         ": the fabric between GPUs (IAF) is on, and with it i915 makes no VFs",
                 .help = how_to_set(kI915, "enable_iaf=0", "it turns the fabric off")};
}

}  // namespace

bool i915_has_sriov(const Kernel& kernel, const Gpu& gpu) {
  if (!observe(kernel, place_of(kI915MaxVfs, {})).absent()) {
    return true;
  }
  const auto nodes = kernel.list(pci::of(pci::kPfDrm, gpu.address));
  return nodes && std::ranges::any_of(*nodes, [&](const std::string& node) {
           return kernel.list(place_of(kPrelimIov, {.gpu = gpu.address, .vf = {}, .name = node}))
               .has_value();
         });
}

std::vector<Finding> instead_of_i915(const Gpu& gpu, const Family* family) {
  if (family == nullptr) {
    return {};
  }
  std::vector<std::string> ways;
  if (const std::string others = who_else_makes_them(*family); !others.empty()) {
    ways.push_back(others);
  }
  if (family->by_xe == ByXe::when_told) {
    ways.push_back(how_to_give_to_xe(gpu.device_id));
  }
  if (ways.empty()) {
    return {};
  }
  std::string help = ways.front();
  if (ways.size() > 1) {
    help += "; or give the GPU to xe: " + ways.back();
  }
  return {
      {.what = fmt::format("{} is not there and the GPU has no prelim_iov: the i915 that is loaded "
                           "is the kernel's own, and that makes no VFs",
                           to_string(place_of(kI915MaxVfs, {}))),
       .help = std::move(help)}};
}

std::vector<Finding> why_i915_makes_none(const Kernel& kernel, const Family* family) {
  const Value guc = observe(kernel, place_of(kI915EnableGuc, {}));
  std::vector<Finding> found;
  for (auto& against :
       {against_by_count(kernel, guc),
        against_by_guc(guc),
        family != nullptr && family->has_fabric ? against_by_fabric(kernel) : std::nullopt}) {
    if (against) {
      found.push_back(*against);
    }
  }
  if (found.empty()) {
    found.push_back(
        {.what = "its parameters allow VFs; why i915 makes none is told by no file",
         .help =
             "look for i915's words in dmesg: where it says 'VFs BAR not ready' the firmware gave "
             "the VFs no addresses: turn on SR-IOV and Above 4G in its setup, or boot with "
             "pci=realloc"});
  }
  return found;
}

}  // namespace vfmgr::intel
