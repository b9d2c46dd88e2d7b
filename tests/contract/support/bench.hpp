// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/case.hpp"
#include "core/attr.hpp"
#include "kernel/kernel.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::contract {

/// A host on which one case is played once.
class Stage {
 public:
  Stage() = default;
  virtual ~Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  Stage(Stage&&) = delete;
  Stage& operator=(Stage&&) = delete;

  [[nodiscard]] virtual Kernel& kernel() = 0;
  /// The PF that $pf (1) and $pf2 (2) stand for.
  [[nodiscard]] virtual PciAddress pf(std::uint32_t number) const = 0;
  /// The whole host as text: two are equal when these are.
  [[nodiscard]] virtual Result<std::string> dump() const = 0;
  /// A VM takes a function through vfio, and lets go of it.
  virtual Result<void> take(const PciAddress& function) = 0;
  virtual Result<void> let_go(const PciAddress& function) = 0;
  /// A function disappears after that time.
  virtual Result<void> vanish(const PciAddress& function, Milliseconds after) = 0;
};

/// Where cases are played.
class Bench {
 public:
  Bench() = default;
  virtual ~Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  Bench(Bench&&) = delete;
  Bench& operator=(Bench&&) = delete;

  [[nodiscard]] virtual std::string name() const = 0;
  /// The kernels whose rules it can follow; a bench with one kernel of its own has one, "".
  [[nodiscard]] virtual std::vector<std::string> kernels() const = 0;
  /// Whether its kernel is one that runs: what it does is the truth, and cases are recorded there.
  [[nodiscard]] virtual bool real() const { return false; }
  /// Whether it has this: a verb, the first word of a given, or a word of `needs:`.
  [[nodiscard]] virtual bool has(std::string_view what) const = 0;
  /// Makes the host that a case is given. Errors: of a given that makes no sense.
  [[nodiscard]] virtual Result<std::unique_ptr<Stage>> set(const Case& story,
                                                           const std::string& kernel) const = 0;
};

/// The simulator: each case anew on a host file.
std::unique_ptr<Bench> sim_bench();
/// LinuxKernel over a folder that looks like a machine: bytes and links, nothing that reacts.
std::unique_ptr<Bench> tree_bench();

/// The kernel that runs, in a guest that has this project's test modules: it loads and removes
/// them, as well as vfio's. Nothing but a guest may be played on. Errors: unsupported (no such
/// modules here, or a kernel whose rules nobody has told).
Result<std::unique_ptr<Bench>> guest_bench();

/// All that cases may open.
std::span<const std::span<const Attr>> named_places();

/// A folder of its own for a stage, gone with it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder(Folder&&) = delete;
  Folder& operator=(Folder&&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace vfmgr::contract
