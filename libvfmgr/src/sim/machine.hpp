// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

/// A simulated host: a tree, and the rules of the drivers that work on it. Everything it knows is
/// in the tree, so writing the tree out and reading it back gives the same machine.
class Machine {
 public:
  /// `also` are asked beside the shipped drivers and must outlive the machine.
  explicit Machine(Drivers also = {}) : also_(also) {}

  [[nodiscard]] Tree& tree() { return tree_; }
  [[nodiscard]] const Tree& tree() const { return tree_; }

  /// Whether its kernel is older than this ("6.12" in the file; no version counts as newest).
  [[nodiscard]] bool kernel_before(std::uint32_t major, std::uint32_t minor) const;

  /// The functions that are there, in address order.
  [[nodiscard]] std::vector<PciAddress> functions() const;
  [[nodiscard]] bool exists(const PciAddress& function) const;
  /// Its directory in sys, canonical; empty when it does not exist.
  [[nodiscard]] std::string directory(const PciAddress& function) const;
  /// The path of something in its directory.
  [[nodiscard]] std::string path_in(const PciAddress& function, std::string_view leaf) const;
  /// The function in whose directory a canonical sys path lies: the innermost one.
  [[nodiscard]] std::optional<PciAddress> owner_of(std::string_view path) const;

  /// What the hardware knows of a function beside its files: `hidden:functions/ADDRESS/NAME`.
  [[nodiscard]] std::optional<std::uint64_t> fact(const PciAddress& function,
                                                  std::string_view name) const;
  [[nodiscard]] std::string fact_text(const PciAddress& function, std::string_view name) const;
  void set_fact(const PciAddress& function, std::string_view name, std::string text);

  /// A file of the function's without its newline; empty when there is none.
  [[nodiscard]] std::string attribute(const PciAddress& function, std::string_view leaf) const;

  /// The PF of a VF; nothing: it is none.
  [[nodiscard]] std::optional<PciAddress> pf_of(const PciAddress& function) const;
  /// How many VFs the PF's hardware has enabled.
  [[nodiscard]] std::uint32_t enabled_vfs(const PciAddress& pf) const;
  /// Where VF `index` of the PF is; nothing beyond bus 255 (iov.c:pci_iov_virtfn_bus, _devfn).
  [[nodiscard]] std::optional<PciAddress> vf_address(const PciAddress& pf,
                                                     std::uint32_t index) const;
  /// Its VFs that are there, by index.
  [[nodiscard]] std::vector<PciAddress> vfs_of(const PciAddress& pf) const;

  /// The driver that it is bound to, also while it is being taken off; empty: none.
  [[nodiscard]] std::string driver_of(const PciAddress& function) const;
  /// Where the driver stands that a function is being taken off, once its links have gone.
  [[nodiscard]] static std::string leaving_path(const PciAddress& function);
  /// The rules that a driver of this host follows; nullptr: none are known.
  [[nodiscard]] const SimDriver* rules_of(std::string_view driver) const;
  /// The rules of the driver it is bound to; nullptr: unbound, or none are known.
  [[nodiscard]] const SimDriver* rules_of(const PciAddress& function) const;
  /// All rules that drivers of this host follow, each once.
  [[nodiscard]] std::vector<const SimDriver*> rules() const;

  /// Of a file in sys, by its canonical path: reading it does something, which the rules of this
  /// name are told of (SimDriver::was_read); or it no more does.
  void acts_when_read(std::string_view path, std::string_view rules);
  void only_shows_when_read(std::string_view path);
  /// The rules to be told; nullptr: reading it does nothing.
  [[nodiscard]] const SimDriver* acting_when_read(std::string_view path) const;

  /// Of a file in sys, by its canonical path: what a driver has answered there. It reads so from
  /// then on, and is no part of the host when two are compared.
  void answer(std::string_view path, std::string said);
  /// nullptr: the file reads what stands in it.
  [[nodiscard]] const std::string* answer_in(std::string_view path) const;
  void forget_answers(std::string_view directory);

  /// The simulated clock.
  [[nodiscard]] Milliseconds now() const;
  /// Lets time pass; what is due happens.
  void advance(Milliseconds by);
  /// How long until something is due; nothing: nothing is.
  [[nodiscard]] std::optional<Milliseconds> until_next_due() const;
  /// A file appears in sys, or gets these bytes, `after` from now.
  void put_later(Milliseconds after, std::string_view path, std::string_view bytes, Mode mode);
  /// The driver of a function is told `what`, `after` from now (SimDriver::due), unless it has been
  /// taken off until then.
  void driver_later(Milliseconds after, const PciAddress& function, std::string_view what);
  /// What its driver had put off will not come.
  void forget_later(const PciAddress& function);
  /// A function disappears `after` from now.
  void vanish_later(Milliseconds after, const PciAddress& function);

 private:
  void add_due(Milliseconds after, const std::vector<std::string>& what);
  Tree tree_;
  Drivers also_;
};

/// "functions/0000:03:00.0/NAME", a path in the hidden space.
std::string fact_path(const PciAddress& function, std::string_view name);

}  // namespace vfmgr::sim
