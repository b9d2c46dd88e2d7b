// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/offers.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/columns.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr::intel_xe {

namespace {

constexpr std::string_view kClamped = "xe_gt_sriov_pf_config.c clamps longer times";
constexpr std::string_view kOnAGt = "xe_gt_sriov_pf_config.c, what a GT has";

struct Range {
  std::optional<std::uint64_t> least, most;
  std::string_view source;  ///< empty: the place itself
};

Range range_of(Key key) {
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
      return {.least = debugfs::kLeastReserve, .most = {}, .source = kOnAGt};
    default:
      return {.least = 1, .most = {}, .source = {}};
  }
}

void add(std::span<const Column> columns, std::uint8_t scope, bool dear, GpuFacts& facts) {
  for (const Column& column : columns) {
    const auto offered = [&](const Offer& offer) {
      return offer.key == column.key && offer.scope == scope;
    };
    if (row_of(column.key).is(kDear) != dear || std::ranges::any_of(facts.offers, offered)) {
      continue;
    }
    const Range range = range_of(column.key);
    const std::optional<std::uint32_t> vf = scope == kScopeVf ? std::optional(0U) : std::nullopt;
    facts.offers.push_back({.key = column.key,
                            .scope = scope,
                            .least = range.least,
                            .most = range.most,
                            .read_from = range.source.empty()
                                             ? to_string(place_of(column, facts.gpu.address, vf))
                                             : std::string(range.source)});
  }
}

/// Why what only debugfs has is not there.
Error no_debugfs(const Interface& has) {
  if (has.debugfs_error) {
    const bool locked = *has.debugfs_error == EPERM;
    return {.kind = ErrorKind::unsupported,
            .os_error = *has.debugfs_error,
            .why = "this kernel has it in debugfs alone, which can't be looked at",
            .help = locked ? "kernel lockdown closes debugfs: leave it to the driver, or boot "
                             "without lockdown"
                           : "run it as root"};
  }
  return {.kind = ErrorKind::unsupported,
          .why = "this kernel has it in debugfs alone, and there is none of this GPU",
          .help =
              "mount debugfs (mount -t debugfs none /sys/kernel/debug), or leave it to the "
              "driver"};
}

}  // namespace

void add_offers(const Interface& has, bool dear, GpuFacts& facts) {
  add(columns_of(vf_columns(), has, dear), kScopeVf, dear, facts);
  add(columns_of(pf_columns(), has, dear), kScopePf, dear, facts);
  if (!dear && has.admin) {
    facts.offers.push_back(
        {.key = Key::priority,
         .scope = kScopeVf,
         .least = {},
         .most = {},
         .read_from = to_string(
             place_of(kAllPriorities, {.gpu = facts.gpu.address, .vf = {}, .name = {}}))});
    facts.offers.push_back({.key = Key::priority,
                            .scope = kScopePf,
                            .least = {},
                            .most = {},
                            .read_from = to_string(place_of(
                                kPfPriority, {.gpu = facts.gpu.address, .vf = {}, .name = {}}))});
  }
  if (dear && !has.gts.front()) {
    for (const Key key : {Key::ggtt, Key::contexts, Key::doorbells, Key::reserve_vram}) {
      facts.lacks.emplace(key, no_debugfs(has));
    }
  }
}

}  // namespace vfmgr::intel_xe
