// SPDX-License-Identifier: Apache-2.0
// What a write to each file does (both forms: drivers/gpu/drm/i915/i915_sriov_sysfs.c,
// gt/iov/intel_iov_sysfs.c and intel_iov_provisioning.c).
#include "sim/drivers/i915_store.hpp"

#include "sim/drivers/i915_card.hpp"
#include "sim/drivers/i915_provision.hpp"
#include "sim/drivers/i915_share.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string_view>

namespace vfmgr::sim::i915 {

namespace {

constexpr std::uint64_t kMostU8 = std::numeric_limits<std::uint8_t>::max();
constexpr std::uint64_t kMostU32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMostPriority = 2;
constexpr std::string_view kPriority = "sched_priority";
constexpr std::string_view kIfIdle = "policies/sched_if_idle";

/// A file that is one number, which the driver takes as it is.
struct Plain {
  std::string_view name;
  std::uint64_t most_written = kMostU32;
  std::uint64_t clamp = kMostU32;  ///< silently
};
constexpr std::array<Plain, 10> kPlain{{{.name = "exec_quantum_ms", .clamp = 100'000},
                                        {.name = "preempt_timeout_us", .clamp = 100'000'000},
                                        {.name = "policies/engine_reset", .clamp = 1},
                                        {.name = "policies/sample_period_ms"},
                                        {.name = "threshold/cat_error_count"},
                                        {.name = "threshold/engine_reset_count"},
                                        {.name = "threshold/page_fault_count"},
                                        {.name = "threshold/h2g_time_us"},
                                        {.name = "threshold/irq_time_us"},
                                        {.name = "threshold/doorbell_time_us"}}};

/// The PF's priority and the policy keep each other out: each refuses while the other is not 0.
int store_priority(Machine& machine, const Card& card, const File& file, std::string_view bytes) {
  const bool priority = file.name == kPriority;
  // Of the policy's width nothing is said; assumed: a flag that any number but 0 sets.
  const KernelNumber number = kernel_number(bytes, priority ? kMostU8 : kMostU32);
  if (number.error != 0) {
    return number.error;
  }
  if (priority && number.value > kMostPriority) {
    return EINVAL;
  }
  const std::uint64_t wanted = priority ? number.value : std::min<std::uint64_t>(number.value, 1);
  if (wanted == value(machine, card, 0, *file.gt, file.name)) {
    return 0;
  }
  if (value(machine, card, 0, *file.gt, priority ? kIfIdle : kPriority) != 0) {
    return EIO;
  }
  set_value(machine, card, 0, *file.gt, file.name, wanted);
  return 0;
}

int store_spare(Machine& machine,
                const Card& card,
                const Gt& gt,
                const Resource& resource,
                std::uint64_t wanted) {
  if (wanted < resource.min_spare || wanted > resource.total) {
    return EINVAL;  // above the total: assumed
  }
  set_value(machine, card, 0, gt, resource.spare(), wanted);
  if (!card.dkms && (resource.name == "contexts" || resource.name == "doorbells")) {
    set_value(machine, card, 0, gt, resource.quota(), wanted);  // the deprecated alias
  }
  show_available(machine, card, gt);
  return 0;
}

/// A quota of a VF's, a spare of the PF's.
int store_share(Machine& machine,
                const Card& card,
                const File& file,
                const Resource& resource,
                std::string_view bytes) {
  const KernelNumber number = kernel_number(bytes, resource.most_written);
  if (number.error != 0) {
    return number.error;
  }
  if (file.function != 0) {
    const int error = set_quota(machine, card, *file.gt, resource, file.function, number.value);
    show_available(machine, card, *file.gt);
    return error;
  }
  if (file.name == "contexts_quota") {
    return EOPNOTSUPP;
  }
  return store_spare(machine, card, *file.gt, resource, number.value);
}

int store_number(Machine& machine, const Card& card, const File& file, std::string_view bytes) {
  if (file.name == kPriority || file.name == kIfIdle) {
    return store_priority(machine, card, file, bytes);
  }
  if (file.gt->media && file.name == "ggtt_spare") {
    return ENODEV;
  }
  for (const Resource& resource : resources_of(card, *file.gt)) {
    if (file.name == resource.quota() || file.name == resource.spare()) {
      return store_share(machine, card, file, resource, bytes);
    }
  }
  const auto plain = std::ranges::find(kPlain, file.name, &Plain::name);
  if (plain == kPlain.end()) {
    return EIO;  // no such operation
  }
  const KernelNumber number = kernel_number(bytes, plain->most_written);
  if (number.error == 0) {
    set_value(
        machine, card, file.function, *file.gt, file.name, std::min(number.value, plain->clamp));
  }
  return number.error;
}

/// What it orders leaves no trace here: no VF runs anything.
int store_control(std::string_view bytes) {
  constexpr std::array<std::string_view, 4> kOrders{"stop", "pause", "resume", "clear"};
  return std::ranges::find(kOrders, kernel_word(bytes)) == kOrders.end() ? EINVAL : 0;
}

}  // namespace

int store(Machine& machine, const Card& card, const File& file, std::string_view bytes) {
  if (file.gt == nullptr) {
    if (file.name == "control") {
      return store_control(bytes);
    }
    const auto on = kernel_bool(bytes);
    if (file.name != "auto_provisioning") {
      return EIO;
    }
    return on ? set_automatic(machine, card, *on) : EINVAL;
  }
  const std::uint64_t before = value(machine, card, file.function, *file.gt, file.name);
  const int error = store_number(machine, card, file, bytes);
  // intel_iov_provisioning.c: a VF's quota ends it where there was one or is one now; a time or a
  // threshold of a VF's where it is not 0; nothing that is the PF's does.
  const bool is_quota = file.name.ends_with("_quota");
  const std::uint64_t after = value(machine, card, file.function, *file.gt, file.name);
  if (error == 0 && file.function != 0 && (after != 0 || (is_quota && before != 0))) {
    mark_manual(machine, card);
  }
  return error;
}

}  // namespace vfmgr::sim::i915
