// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/offers.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/offers.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "backends/intel_xe/interface.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "pci/attrs.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::intel_xe {

namespace {

constexpr std::string_view kClamped = "xe_gt_sriov_pf_config.c clamps longer times";
constexpr std::string_view kOnAGt = "xe_gt_sriov_pf_config.c, what a GT has";

intel::Range range_of(Key key) {
  switch (key) {
    case Key::exec_quantum:
      return {.least = kShortestQuantumUs, .most = kLongestUs, .source = kClamped};
    case Key::preempt_timeout:
      return {.least = 1, .most = kLongestUs, .source = kClamped};
    case Key::ggtt:
      return {.least = 1, .most = debugfs::kGgttTop, .source = kOnAGt};
    case Key::contexts:
      return {.least = 1, .most = debugfs::kMostContexts, .source = kOnAGt};
    case Key::doorbells:
      return {.least = 1, .most = debugfs::kMostDoorbells, .source = kOnAGt};
    case Key::reserve_vram:
      return {.least = intel::kLeastReserve, .most = {}, .source = kOnAGt};
    default:
      return {.least = 1, .most = {}, .source = {}};
  }
}

/// Why what stands in debugfs is not there.
Error no_debugfs(const Interface& has) {
  if (has.debugfs_error) {
    return {.kind = ErrorKind::unsupported,
            .os_error = *has.debugfs_error,
            .why = "this kernel has it in debugfs alone, which can't be looked at",
            .help = *has.debugfs_error == EPERM
                        ? "kernel lockdown closes debugfs: leave it to the driver, or boot without "
                          "lockdown"
                        : "run it as root"};
  }
  if (!has.admin) {
    return {.kind = ErrorKind::unsupported,
            .why = "xe shows nothing of this GPU, neither in sysfs (sriov_admin/) nor in debugfs",
            .help =
                "up to Linux 6.18 it is in debugfs alone: mount that (mount -t debugfs none "
                "/sys/kernel/debug), or leave it to the driver; just after the driver was "
                "loaded, try again"};
  }
  return {.kind = ErrorKind::unsupported,
          .why = "this kernel has it in debugfs alone, and there is none of this GPU",
          .help =
              "mount debugfs (mount -t debugfs none /sys/kernel/debug), or leave it to the "
              "driver"};
}

/// Keys of which this kernel has something in debugfs and, without that, nothing.
std::vector<Key> only_in_debugfs(const Interface& has, bool dear, const Gpu& pf) {
  if (has.gts.front()) {
    return {};
  }
  if (dear) {
    return {Key::ggtt, Key::contexts, Key::doorbells, Key::reserve_vram};
  }
  std::vector<Key> keys;
  if (!has.vram && nominal_vram(pf)) {
    keys.push_back(Key::vram);
  }
  if (!has.admin) {
    keys.insert(keys.end(), {Key::exec_quantum, Key::preempt_timeout});
  }
  return keys;
}

}  // namespace

void add_offers(const Interface& has, bool dear, GpuFacts& facts) {
  const intel::Files files = files_of(facts.gpu);
  intel::add_offers(files, columns_of(files.vf, has, dear), kScopeVf, dear, range_of, facts);
  intel::add_offers(files, columns_of(files.pf, has, dear), kScopePf, dear, range_of, facts);
  if (!dear && has.admin) {
    const std::string all = to_string(pci::of(kAllPriorities, files.gpu));
    const std::string own = to_string(pci::of(kPfPriority, files.gpu));
    facts.offers.push_back({.key = Key::priority, .scope = kScopeVf, .read_from = all});
    facts.offers.push_back({.key = Key::priority, .scope = kScopePf, .read_from = own});
  }
  for (const Key key : only_in_debugfs(has, dear, facts.gpu)) {
    facts.lacks.emplace(key, no_debugfs(has));
  }
}

}  // namespace vfmgr::intel_xe
