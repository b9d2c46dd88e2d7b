// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_kernel.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/try.hpp"
#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"
#include "sim/command.hpp"
#include "sim/config_space.hpp"
#include "sim/driver.hpp"
#include "sim/faults.hpp"
#include "sim/group_hold.hpp"
#include "sim/host_file.hpp"
#include "sim/kernel_write.hpp"
#include "sim/machine.hpp"
#include "sim/mapped.hpp"
#include "sim/modules.hpp"
#include "sim/registers.hpp"
#include "sim/state_folder.hpp"
#include "sim/tools.hpp"
#include "sim/tree.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <expected>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

std::unexpected<Error> refusal(const Place& place, int os_error, std::string_view value = {}) {
  return fail(kernel_error(place, os_error, value));
}

/// modprobe takes "-" and "_" as the same.
std::string path_in_tree(const Place& place) {
  return place.in == In::module ? module_name(place.path) : place.path;
}

struct Read {
  int error = 0;
  bool blocks = false;
  std::string bytes;
  bool acts = false;  ///< the read itself does something
};

/// What has no file in the tree; nothing: something else.
std::optional<Read> read_made(const Machine& machine, const Place& place) {
  if (place.in == In::config) {
    const auto where = register_at(machine, place.path);
    auto text = where ? read_register(machine, *where) : std::nullopt;
    return text ? Read{.bytes = std::move(*text)} : Read{.error = where ? EIO : ENOENT};
  }
  constexpr std::string_view kFileOf = "/file";  // of a module: what modprobe would load
  if (place.in == In::module && place.path.ends_with(kFileOf)) {
    const std::string name = place.path.substr(0, place.path.size() - kFileOf.size());
    return drivers_of_module(machine, name).empty() ? Read{.error = ENOENT}
                                                    : Read{.bytes = name + ".ko"};
  }
  return std::nullopt;
}

Read read_file(const Machine& machine, const Place& place) {
  if (auto made = read_made(machine, place)) {
    return std::move(*made);
  }
  if (place.in == In::mmio) {
    MappedRead seen = read_mapped(machine, place);
    return {.error = seen.error, .blocks = false, .bytes = std::move(seen.bytes)};
  }
  const auto resolved = machine.tree().resolve(space_of(place.in), path_in_tree(place), true);
  if (resolved.error == ENOENT && place.in == In::sys) {
    if (auto config = config_at(machine, resolved.path)) {
      return {.error = 0, .blocks = false, .bytes = std::move(*config)};
    }
  }
  if (resolved.error != 0) {
    return {.error = resolved.error};
  }
  if (resolved.node->kind == Node::Kind::directory) {
    return {.error = EISDIR};
  }
  if (resolved.node->mode == Mode::write_only) {
    return {.error = EACCES};
  }
  if (place.in == In::sys && read_blocks(machine, resolved.path)) {
    return {.error = ETIMEDOUT, .blocks = true};
  }
  const std::string* const answer =
      place.in == In::sys ? machine.answer_in(resolved.path) : nullptr;
  return {.error = resolved.node->read_errno,
          .blocks = false,
          .bytes = answer != nullptr ? *answer : resolved.node->text,
          .acts = place.in == In::sys && machine.acting_when_read(resolved.path) != nullptr};
}

class SimKernel final : public Kernel {
 public:
  SimKernel(std::unique_ptr<HostFile> host,
            const std::filesystem::path& file,
            std::span<const std::span<const Attr>> named)
      : host_(std::move(host)), named_(named.begin(), named.end()) {
    StateFolder folder = state_folder_of(file);
    state_ = {.run = std::move(folder.run), .lib = std::move(folder.lib)};
    groups_ = std::move(folder.groups);
  }

  [[nodiscard]] Result<std::string> read(const Place& place) const override {
    TRY_VOID(check_named(place));
    Read seen;
    TRY_VOID(host_->look([&](const Machine& machine) { seen = read_file(machine, place); }));
    if (seen.error == ETIMEDOUT) {
      return unreadable(place);
    }
    if (seen.acts) {
      const Command command{"r", vfmgr::to_string(place)};
      TRY_VOID(host_->change([&](const Machine&) { return std::optional(command); }));
    }
    if (seen.error != 0) {
      return refusal(place, seen.error);
    }
    return std::move(seen.bytes);
  }

  [[nodiscard]] std::vector<Result<std::string>> read_slowly(std::span<const Place> places,
                                                             Milliseconds limit) const override {
    std::vector<Result<std::string>> results;
    results.reserve(places.size());
    bool waited = false;
    for (const Place& place : places) {
      results.push_back(read(place));
      waited = waited || (!results.back() && results.back().error().os_error == ETIMEDOUT);
    }
    if (waited) {
      (void)let_pass(limit);  // the clock of a file that cannot be written stands still
    }
    return results;
  }

  [[nodiscard]] Result<std::vector<std::string>> list(const Place& place) const override {
    TRY_VOID(check_named(place));
    int error = 0;
    std::vector<std::string> names;
    TRY_VOID(host_->look([&](const Machine& machine) {
      const auto resolved = machine.tree().resolve(space_of(place.in), place.path, true);
      error = resolved.error;
      if (error == 0 && resolved.node->kind != Node::Kind::directory) {
        error = ENOTDIR;
      }
      if (error == 0) {
        names = machine.tree().names(space_of(place.in), resolved.path);
      }
    }));
    if (error != 0) {
      return refusal(place, error);
    }
    return names;
  }

  [[nodiscard]] Result<std::string> link(const Place& place) const override {
    TRY_VOID(check_named(place));
    int error = 0;
    std::string target;
    TRY_VOID(host_->look([&](const Machine& machine) {
      const auto resolved = machine.tree().resolve(space_of(place.in), place.path, false);
      error = resolved.error;
      if (error == 0 && resolved.node->kind != Node::Kind::link) {
        error = EINVAL;
      }
      if (error == 0) {
        target = resolved.node->text;
      }
    }));
    if (error != 0) {
      return refusal(place, error);
    }
    return target;
  }

  Result<void> write(const Place& place,
                     std::string_view bytes,
                     Blocking /*blocking*/,
                     Milliseconds limit) override {
    TRY_VOID(check_named(place));
    if (place.in == In::mmio) {
      return fail(not_named(place, bytes));  // for reading alone, as at the real door
    }
    TRY_VOID(stop_if_wanted(place));
    const Command command{"w",
                          vfmgr::to_string(place),
                          std::string(bytes),
                          std::to_string(std::max(limit, Milliseconds(0)).count())};
    TRY(const Done done, host_->change([&](const Machine&) { return std::optional(command); }));
    if (done.stop_after) {
      (void)std::raise(SIGSTOP);
    }
    if (done.error == EINPROGRESS) {
      return fail({.kind = ErrorKind::in_flight,
                   .subject = vfmgr::to_string(place),
                   .value = std::string(bytes),
                   .why = "the write has not returned and may still act",
                   .help = "somebody uses what it takes away, or another writer is at work"});
    }
    if (done.error != 0) {
      return refusal(place, done.error, bytes);
    }
    const Attr* const answered = answering(named_, place);
    if (answered == nullptr) {
      return {};
    }
    TRY(const std::string answer, read(place));
    return outcome_of_answer(*answered, place, bytes, answer);
  }

  [[nodiscard]] std::unique_ptr<Watch> watch(const Place& /*place*/) const override {
    return std::make_unique<DueWatch>(*this);
  }

  [[nodiscard]] Milliseconds now() const override {
    Milliseconds time{};
    (void)host_->look([&](const Machine& machine) { time = machine.now(); });
    return time;
  }

  Result<std::unique_ptr<Hold>> hold(const Place& node) override {
    TRY_VOID(check_named(node));
    TRY_VOID(no_vm_has(node));
    auto held = hold_group(groups_, node);
    if (!held && held.error().os_error == EBUSY) {
      return refusal(node, EBUSY);
    }
    if (held) {
      TRY_VOID(no_vm_has(node));  // one may have taken it between the look and the lock
    }
    return held;
  }

  [[nodiscard]] Openers openers(std::span<const Place> nodes) const override {
    Openers openers;
    const auto looked = host_->look([&](const Machine& machine) {
      for (const Place& node : nodes) {
        std::ranges::move(openers_of(machine, node), std::back_inserter(openers.seen));
      }
    });
    if (!looked) {
      openers.unseen.push_back(looked.error().why);
    }
    return openers;
  }

  [[nodiscard]] PciName name_of(const Gpu& ids) const override {
    PciName name;
    (void)host_->look([&](const Machine& machine) {
      const PciAddress source = machine.pf_of(ids.address).value_or(ids.address);
      name = {.vendor = machine.fact_text(source, "vendor_name"),
              .model = machine.fact_text(source, "model_name")};
    });
    return name;
  }

  [[nodiscard]] const StateDir& state() const override { return state_; }
  [[nodiscard]] bool simulated() const override { return true; }
  [[nodiscard]] std::string boot_id() const override {
    std::string id;
    (void)host_->look([&](const Machine& machine) {
      const std::string* text = machine.tree().text(Space::hidden, "boot_id");
      id = text == nullptr ? std::string{} : *text;
    });
    return id;
  }
  /// Nothing to do: a simulated write never outlives the process that does it.
  void keep_locks(std::span<const int> /*descriptors*/) override {}

 private:
  /// Errors: io with EBUSY.
  [[nodiscard]] Result<void> no_vm_has(const Place& node) const {
    int error = 0;
    TRY_VOID(host_->look([&](const Machine& machine) { error = can_open(machine, node); }));
    if (error != 0) {
      return refusal(node, error);
    }
    return {};
  }

  [[nodiscard]] Result<void> check_named(const Place& place) const {
    if (find_attr(named_, place) == nullptr) {
      return fail({.kind = ErrorKind::not_permitted,
                   .subject = vfmgr::to_string(place),
                   .why = "no attrs.hpp names this place, so it is never opened"});
    }
    return {};
  }

  static std::unexpected<Error> unreadable(const Place& place) {
    return fail({.kind = ErrorKind::unreadable,
                 .os_error = ETIMEDOUT,
                 .subject = vfmgr::to_string(place),
                 .why = "reading it blocks: another writer is at work"});
  }

  /// A fault may want this process stopped right before its write. That is noted first, so that a
  /// later writer is not stopped again.
  Result<void> stop_if_wanted(const Place& place) {
    bool stop = false;
    TRY_VOID(host_->look([&](const Machine& machine) {
      const auto fault = next_fault(machine, place);
      stop = fault && fault->stop == Stop::before;
    }));
    if (!stop) {
      return {};
    }
    TRY_VOID(host_->change([&](const Machine& machine) -> std::optional<Command> {
      const auto fault = next_fault(machine, place);
      stop = fault && fault->stop == Stop::before;
      if (!stop) {
        return std::nullopt;
      }
      return Command{"x", vfmgr::to_string(place)};
    }));
    if (stop) {
      (void)std::raise(SIGSTOP);
    }
    return {};
  }

  /// A simulated host knows what is due, so a wait ends right then.
  class DueWatch final : public Watch {
   public:
    explicit DueWatch(const SimKernel& kernel) : kernel_(&kernel) {}
    bool wait(Milliseconds at_most) override {
      std::optional<Milliseconds> due;
      (void)kernel_->host_->look([&](const Machine& machine) { due = machine.until_next_due(); });
      const bool told = due && *due <= at_most;
      (void)kernel_->let_pass(told ? *due : at_most);
      return told;
    }

   private:
    const SimKernel* kernel_;
  };

  Result<Done> let_pass(Milliseconds by) const {
    return host_->change([by](const Machine&) -> std::optional<Command> {
      if (by <= Milliseconds(0)) {
        return std::nullopt;
      }
      return Command{"t", std::to_string(by.count())};
    });
  }

  std::unique_ptr<HostFile> host_;
  std::vector<std::span<const Attr>> named_;
  StateDir state_;
  std::filesystem::path groups_;
};

}  // namespace

Result<std::unique_ptr<Kernel>> open_host_file(const std::filesystem::path& file,
                                               std::span<const std::span<const Attr>> named,
                                               Drivers also) {
  TRY(auto host, HostFile::open(file, also));
  return std::make_unique<SimKernel>(std::move(host), file, named);
}

}  // namespace vfmgr::sim
