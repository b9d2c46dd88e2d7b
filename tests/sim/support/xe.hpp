// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "sim/support/host.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test {

/// A host with one GPU of Intel's on xe.
class XeHost {
 public:
  using Facts = std::vector<std::pair<std::string, std::string>>;
  /// Facts in place of the model's; the driver is bound anew with them.
  explicit XeHost(const std::string& model, const Facts& facts = {});

  [[nodiscard]] const Host& host() const { return host_; }
  [[nodiscard]] Kernel& kernel() { return *kernel_; }
  [[nodiscard]] const PciAddress& pf() const { return pf_; }

  /// "vf1/profile/exec_quantum_ms", ".bulk_profile/vram_quota": below sriov_admin/.
  [[nodiscard]] Place admin(const std::string& leaf) const;
  /// "gt0/vf1/lmem_quota": below debug:dri/ADDRESS/.
  [[nodiscard]] Place debug(const std::string& leaf) const;
  /// What reading gives, without the newline; "errno N" when it fails.
  [[nodiscard]] std::string read(const Place& place) const;
  int write(const Place& place, std::string_view bytes);
  int write(const Place& place, std::uint64_t number);
  /// Writes sriov_numvfs.
  int enable(std::uint32_t vfs);
  /// The paths of its files and links in debugfs, those of links with what they lead to.
  [[nodiscard]] std::set<std::string> debug_paths() const;

 private:
  PciAddress pf_;
  Host host_;
  std::unique_ptr<Kernel> kernel_;
};

/// The paths of one function, "sriov/vf3/…", with `@` for "vf3".
std::set<std::string> paths_of(const std::set<std::string>& all, const std::string& function);

}  // namespace vfmgr::test
