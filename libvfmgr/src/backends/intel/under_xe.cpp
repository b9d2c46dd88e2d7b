// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/under_xe.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/attrs.hpp"
#include "backends/intel/families.hpp"
#include "backends/intel/told.hpp"
#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/lockdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::intel {

namespace {

/// What the GPU's own setting in configfs has against VFs, which counts before the parameter.
std::optional<Finding> against_by_configfs(const Place& place, const Value& value) {
  if (value.text() != "0") {
    return std::nullopt;
  }
  return Finding{
      .what = told(place, value) + ": xe was told to make no VFs on this GPU",
      .help =
          "take the GPU from xe, write 'unlimited' or a number there, and bind it to xe again: "
          "xe takes it while the GPU is bound to nothing, and reads it at the bind"};
}

std::optional<Finding> against_by_parameter(const Place& place, const Value& value) {
  if (value.unreadable()) {
    return cant_tell(place, value);
  }
  if (value.text() != "0") {
    return std::nullopt;
  }
  return Finding{.what = told(place, value) +
                         ": xe runs as if there were no SR-IOV, as it does by itself before Linux "
                         "6.17",
                 .help = how_to_set(kXe, "max_vfs=N", "N is the most VFs of one GPU")};
}

/// What the driver says of itself, in debugfs.
std::optional<Finding> against_by_driver(const Kernel& kernel, const Gpu& gpu) {
  const Place place = pci::of(kXeSriovInfo, gpu.address);
  constexpr std::string_view kSays = "supported: no";
  if (!observe(kernel, place).text().starts_with(kSays)) {
    return std::nullopt;
  }
  return Finding{.what = fmt::format(
                     "{} says '{}': this xe has no SR-IOV for this GPU", to_string(place), kSays),
                 .help = "a newer kernel's may"};
}

/// What this xe has in debugfs and nowhere else; empty: nothing that is missed.
std::string_view only_in_debugfs(const Kernel& kernel, const Gpu& gpu, const Family* family) {
  const auto files = kernel.list(pci::of(kXeVfFiles, gpu.address));
  if (!files && files.error().os_error == ENOENT) {
    return "shares and times";
  }
  const bool in_sysfs = !files || std::ranges::find(*files, kVramFile) != files->end();
  return !in_sysfs && family != nullptr && family->own_memory ? "VRAM" : "";
}

}  // namespace

Finding why_xe_makes_none(const Kernel& kernel, const Gpu& gpu, const Family* family) {
  const Place own_place = pci::of(kXeOwnMaxVfs, gpu.address);
  const Value own = observe(kernel, own_place);
  const Place place = place_of(kXeMaxVfs, {});
  const Value parameter = observe(kernel, place);
  const bool by_own = !own.absent() && !own.unreadable();
  const auto against =
      by_own ? against_by_configfs(own_place, own) : against_by_parameter(place, parameter);
  if (against) {
    return *against;
  }
  if (auto found = against_by_driver(kernel, gpu)) {
    return *found;
  }
  if (family != nullptr && family->by_xe == ByXe::no) {
    return {.what = fmt::format("xe has no SR-IOV for {} (xe_pci.c, Linux 7.0)", family->name),
            .help = who_else_makes_them(*family)};
  }
  const std::string read = by_own               ? told(own_place, own) + ", which allows VFs: "
                           : parameter.absent() ? std::string()
                                                : told(place, parameter) + ", which allows VFs: ";
  return {.what = read + "why xe makes none is told by no file",
          .help =
              "look for xe's words in dmesg: 'Guc submission disabled, continuing as native', or "
              "'Support for SR-IOV is not available'"};
}

std::optional<Finding> why_xe_shares_alone(const Kernel& kernel,
                                           const Gpu& gpu,
                                           const Family* family) {
  const std::string_view what = only_in_debugfs(kernel, gpu, family);
  if (what.empty()) {
    return std::nullopt;
  }
  const std::string stays = fmt::format(
      "this xe has its VFs' {} in debugfs alone, so they stay as the driver chooses them", what);
  const Place lock_place = place_of(pci::kLockdown, {});
  const Value lock = observe(kernel, lock_place);
  // fs/debugfs/file.c, debugfs_locked_down: EPERM for files that can be written, from "integrity"
  // on.
  if (!pci::lockdown_in(lock.text()).empty()) {
    return Finding{.what = told(lock_place, lock) +
                           ": the kernel is locked down, and lets nobody write to debugfs; " +
                           stays,
                   .help =
                       "leave these to the driver; or turn Secure Boot off, or take lockdown= "
                       "from the kernel's command line"};
  }
  const Place dri = place_of(kDebugDri, {});
  const auto listed = kernel.list(dri);
  if (!listed && listed.error().os_error == ENOENT) {
    return Finding{.what = to_string(dri) + " is not there: debugfs is not mounted; " + stays,
                   .help =
                       "mount -t debugfs none /sys/kernel/debug (it needs CONFIG_DEBUG_FS); or "
                       "leave these to the driver"};
  }
  return std::nullopt;
}

}  // namespace vfmgr::intel
