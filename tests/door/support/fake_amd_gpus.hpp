// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <memory>
#include <string>

namespace vfmgr::test {

/// GPUs as the library of AMD's driver for hosts shows them: those of tests/support/fake_amdsmi,
/// whose state.hpp has the lines that they are described with.
class FakeAmdGpus {
 public:
  explicit FakeAmdGpus(const std::string& lines);
  FakeAmdGpus(const FakeAmdGpus&) = delete;
  FakeAmdGpus& operator=(const FakeAmdGpus&) = delete;
  FakeAmdGpus(FakeAmdGpus&&) = delete;
  FakeAmdGpus& operator=(FakeAmdGpus&&) = delete;
  /// Every session that was begun has ended by now, or the test fails.
  ~FakeAmdGpus();

  [[nodiscard]] const Tree& tree() const { return tree_; }
  [[nodiscard]] std::unique_ptr<Kernel> door() const;
  /// The node that the driver has while it is loaded, as it is at first.
  void load_driver() const;
  void unload_driver() const;
  /// A fault from now on: "fail amdsmi_init 10".
  void add(const std::string& line) const;
  /// The state's lines, as they are now.
  [[nodiscard]] std::string lines() const;
  /// What stands behind that word, on its line; 0: nothing does.
  [[nodiscard]] int number(const std::string& key) const;

 private:
  Tree tree_;
};

/// `amdsmi:GPU/num_vf` of kOneV710's.
Place num_vf();

/// A V710 with 4 of 12 VFs, none of which runs, in another domain than the first.
inline constexpr const char* kOneV710 = "gpu 1 3b 2 1 4 12 0\n";

}  // namespace vfmgr::test
