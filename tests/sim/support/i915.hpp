// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include "kernel/kernel.hpp"
#include "sim/support/host.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test {

inline constexpr std::uint64_t kMiB = 1ULL << 20U;
inline constexpr std::uint64_t kGiB = 1ULL << 30U;
/// What each GT of theirs has of GGTT.
inline constexpr std::uint64_t kGgtt = 0xFEE00000;

/// A host with one GPU of Intel's on an i915 with SR-IOV; lines are added to its base.
class I915Host {
 public:
  explicit I915Host(const std::string& model, const std::vector<std::string>& lines = {});

  [[nodiscard]] const Host& host() const { return host_; }
  [[nodiscard]] Kernel& kernel() { return *kernel_; }

  /// A file below class/drm/card0/prelim_iov.
  [[nodiscard]] static Place file(const std::string& leaf);
  /// What a write to it came to: 0 or its errno.
  int set(const std::string& leaf, std::string_view bytes);
  int set(const std::string& leaf, std::uint64_t number);
  /// What it reads, without the newline; "errno N".
  [[nodiscard]] std::string get(const std::string& leaf) const;
  /// Writes sriov_numvfs.
  int enable(std::uint32_t vfs);
  /// Everything below its prelim_iov: "vf1/gt/ggtt_quota [rw]", "vf1/device ->" …
  [[nodiscard]] std::vector<std::string> tree() const;
  /// All quotas of a VF on a GT that can do its work: "gt", "gt0".
  void give(std::uint32_t vf, const std::string& gt);

 private:
  Host host_;
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace vfmgr::test
