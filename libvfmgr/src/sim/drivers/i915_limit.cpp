// SPDX-License-Identifier: Apache-2.0
// Parameters: intel-gpu-i915-backports (drivers/gpu/drm/i915/i915_params.c, i915_sriov.c) and the
// README of i915-sriov-dkms.
#include "sim/drivers/i915_limit.hpp"

#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/resources.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim::i915 {

namespace {

constexpr std::string_view kModule = "i915";  // in both forms

struct Parameter {
  std::string_view name;
  std::int64_t unasked;
};
constexpr Parameter kMaxVfs{.name = "max_vfs", .unasked = 0};
// -1 is the driver's own choice; assumed: that is GuC submission, which SR-IOV needs.
constexpr Parameter kEnableGuc{.name = "enable_guc", .unasked = -1};
// Assumed to be on unasked, since Intel's tools switch it off for SR-IOV.
constexpr Parameter kEnableIaf{.name = "enable_iaf", .unasked = 1};

constexpr std::int64_t kSubmission = 1;  // assumed of bit 0; enable_guc=3 is what the READMEs ask
constexpr std::int64_t kPf = 4;          // bit 2, deprecated

/// The last that is said of it: by the host's options for the module (its command line), then by
/// who loads it.
std::int64_t parameter(const Machine& machine, const Parameter& which) {
  const std::string* options =
      machine.tree().text(Space::hidden, fmt::format("modules/{}/options", kModule));
  const std::string* arguments = machine.tree().text(Space::module, kModule);
  const std::string words = fmt::format(
      "{} {}", options == nullptr ? "" : *options, arguments == nullptr ? "" : *arguments);
  const std::string before = std::string(which.name) + "=";
  std::int64_t value = which.unasked;
  for (std::string_view word : split(words, ' ')) {
    if (!word.starts_with(before)) {
      continue;
    }
    word.remove_prefix(before.size());
    const bool minus = word.starts_with('-');
    word.remove_prefix(minus ? 1 : 0);
    constexpr std::uint64_t kMost = 0x7FFFFFFF;
    const KernelNumber number = kernel_number(word, kMost);
    if (number.error == 0) {
      value = static_cast<std::int64_t>(number.value) * (minus ? -1 : 1);
    }
  }
  return value;
}

}  // namespace

std::uint32_t vf_limit(const Machine& machine, const PciAddress& pf) {
  constexpr std::uint32_t kUnlimited = 0xFFFF;  // TotalVFs is 16 bits wide
  const std::int64_t guc = parameter(machine, kEnableGuc);
  const bool fabric = machine.fact(pf, "iaf").value_or(0) != 0;
  if (!vf_windows_assigned(machine, pf) ||                // "VFs BAR not ready"
      (guc >= 0 && (guc & kSubmission) == 0) ||           // no GuC submission
      (fabric && parameter(machine, kEnableIaf) != 0)) {  // i915_sriov.c: works_with_iaf
    return 0;
  }
  const std::int64_t most = parameter(machine, kMaxVfs);
  if (most > 0) {
    return static_cast<std::uint32_t>(std::min<std::int64_t>(most, kUnlimited));
  }
  return guc >= 0 && (guc & kPf) != 0 ? kUnlimited : 0;  // enable_guc=7 means no limit
}

// Modes are assumed: read-only.
void show_parameters(Machine& machine) {
  for (const Parameter& which : {kMaxVfs, kEnableGuc}) {
    machine.tree().put(Space::sys,
                       fmt::format("module/{}/parameters/{}", kModule, which.name),
                       fmt::format("{}\n", parameter(machine, which)),
                       Mode::read_only);
  }
}

}  // namespace vfmgr::sim::i915
