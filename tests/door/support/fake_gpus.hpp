// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <memory>
#include <string>

namespace vfmgr::test {

/// GPUs as NVIDIA's library shows them: those of tests/support/fake_nvml, whose state.hpp has the
/// lines that they are described with.
class FakeGpus {
 public:
  explicit FakeGpus(const std::string& lines);
  FakeGpus(const FakeGpus&) = delete;
  FakeGpus& operator=(const FakeGpus&) = delete;
  FakeGpus(FakeGpus&&) = delete;
  FakeGpus& operator=(FakeGpus&&) = delete;
  /// Every session that was begun has ended by now, or the test fails.
  ~FakeGpus();

  [[nodiscard]] const Tree& tree() const { return tree_; }
  [[nodiscard]] std::unique_ptr<Kernel> door() const;
  /// A fault from now on: "fail nvmlInit_v2 9".
  void add(const std::string& line) const;
  /// The state's lines, as they are now.
  [[nodiscard]] std::string lines() const;
  /// What stands behind that word, on its line; 0: nothing does.
  [[nodiscard]] int number(const std::string& key) const;

 private:
  Tree tree_;
};

/// `nvml:GPU/LEAF` of the first GPU.
Place leaf(const std::string& name);

/// One GPU with MIG, as an RTX PRO 6000 Blackwell has it.
inline constexpr const char* kMigGpu =
    "gpu 00000000:3B:00.0\n"
    "mig on on\n"
    "mixed 0\n"
    "profile 0 14 4 1 3 0,3,6,9 1g.24gb\n"
    "profile 10 47 4 1 3 0,3,6,9 1g.24gb+gfx\n"
    "profile 11 35 2 2 6 0,6 2g.48gb+gfx\n"
    "profile 12 32 1 4 12 0 4g.96gb+gfx\n";

}  // namespace vfmgr::test
