// SPDX-License-Identifier: Apache-2.0
#include "kernel/linux_kernel.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/try.hpp"
#include "kernel/amdsmi.hpp"
#include "kernel/amdsmi_library.hpp"
#include "kernel/config.hpp"
#include "kernel/deadline.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"
#include "kernel/files.hpp"
#include "kernel/helper.hpp"
#include "kernel/helper_message.hpp"
#include "kernel/kernel.hpp"
#include "kernel/mapped.hpp"
#include "kernel/module.hpp"
#include "kernel/module_file.hpp"
#include "kernel/named.hpp"
#include "kernel/nvml.hpp"
#include "kernel/openers.hpp"
#include "kernel/pci_names.hpp"
#include "kernel/program.hpp"
#include "kernel/uevents.hpp"
#include "kernel/waiting.hpp"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// A dword takes microseconds; this is for a device that does not answer, and its timeouts.
constexpr std::chrono::seconds kMmioPatience{5};

class HeldNode : public Hold {
 public:
  explicit HeldNode(Fd fd) : fd_(std::move(fd)) {}

 private:
  Fd fd_;
};

/// A relocated tree is no machine: what ld.so finds on this one is not about it.
std::string library_on(const LinuxOptions& options, const std::string& name) {
  const bool named_as_file = name.find('/') != std::string::npos;
  return options.root == "/" || named_as_file ? name : "";
}

/// Of a vendor's library: its places are no files.
bool is_of_library(const Place& place) {
  return place.in == In::nvml || place.in == In::amdsmi;
}

class LinuxKernel : public Kernel {
 public:
  LinuxKernel(const LinuxOptions& options, Files files)
      : files_(std::move(files)),
        named_(options.named),
        tables_(options.named.begin(), options.named.end()),
        state_(options.state),
        nvml_(library_on(options, options.nvml)),
        amdsmi_(library_on(options, options.amdsmi), options.root / amdsmi::kNode),
        // Nor is what this one's devices tell.
        uevents_(options.root == "/" ? std::make_unique<Uevents>() : nullptr) {}

  Result<std::string> read(const Place& place) const override;
  std::vector<Result<std::string>> read_slowly(std::span<const Place> places,
                                               Milliseconds limit) const override;
  Result<std::vector<std::string>> list(const Place& place) const override;
  Result<std::string> link(const Place& place) const override;
  Result<void> write(const Place& place,
                     std::string_view bytes,
                     Blocking blocking,
                     Milliseconds limit) override;
  std::unique_ptr<Watch> watch(const Place& place) const override;
  Milliseconds now() const override {
    return std::chrono::duration_cast<Milliseconds>(Clock::now().time_since_epoch());
  }
  Result<std::unique_ptr<Hold>> hold(const Place& node) override;
  Openers openers(std::span<const Place> nodes) const override {
    return find_openers(files_, nodes);
  }
  PciName name_of(const Gpu& ids) const override { return names_.name_of(ids); }
  const StateDir& state() const override { return state_; }
  bool simulated() const override { return false; }
  std::string boot_id() const override { return files_.boot_id(); }
  void keep_locks(std::span<const int> descriptors) override {
    helpers_.keep(descriptors);
    nvml_.keep(descriptors);
    amdsmi_.keep(descriptors);
  }

 private:
  Result<Errand> errand_of_read(const Place& place) const;
  /// `answered`: by which the answer to the write is read in the same act; nullptr: there is none.
  Result<void> write_in_helper(const Place& place,
                               std::string_view bytes,
                               const Attr* answered,
                               Milliseconds limit);

  Files files_;
  Named named_;
  std::vector<std::span<const Attr>> tables_;
  StateDir state_;
  PciNames names_;
  Nvml nvml_;
  Amdsmi amdsmi_;
  std::unique_ptr<Uevents> uevents_;
  mutable Helpers helpers_;
};

Result<std::string> LinuxKernel::read(const Place& place) const {
  if (!named_.may_look(place)) {
    return fail(not_named(place));
  }
  if (place.in == In::module) {
    return is_module_file(place) ? read_module_file(files_, place)
                                 : read_module(files_, named_, place);
  }
  if (place.in == In::config) {
    return read_config(files_, place);
  }
  if (place.in == In::program) {
    return read_program(files_, place);
  }
  if (place.in == In::nvml) {
    return nvml_.read(place);
  }
  if (place.in == In::amdsmi) {
    return amdsmi_.read(place);
  }
  if (place.in == In::mmio) {
    return std::move(read_slowly(std::span(&place, 1), kMmioPatience).front());
  }
  return files_.read(place);
}

Result<Errand> LinuxKernel::errand_of_read(const Place& place) const {
  if (!named_.may_look(place)) {
    return fail(not_named(place));
  }
  if (place.in == In::mmio) {
    return errand_of_register(files_, place);
  }
  TRY(const int handle, files_.handle(place));
  return Errand{.what = place.in == In::sys ? helper::Do::look : helper::Do::read,
                .place = &place,
                .root = handle,
                .path = place.path,
                .bytes = {}};
}

std::vector<Result<std::string>> LinuxKernel::read_slowly(std::span<const Place> places,
                                                          Milliseconds limit) const {
  std::vector<Result<std::string>> results(places.size());
  std::vector<Errand> errands;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_of_library(places[i]) && named_.may_look(places[i])) {
      // No helper can do it, so each has its own limit.
      results[i] =
          places[i].in == In::nvml ? nvml_.read(places[i], limit) : amdsmi_.read(places[i], limit);
      continue;
    }
    auto errand = errand_of_read(places[i]);
    if (!errand) {
      results[i] = fail(std::move(errand.error()));
      continue;
    }
    errands.push_back(std::move(*errand));
    whose.push_back(i);
  }
  auto done = helpers_.run_all(errands, limit);
  for (std::size_t i = 0; i < done.size(); ++i) {
    Result<std::string>& result = results[whose[i]];
    if (!done[i]) {
      result = fail(std::move(done[i].error()));
    } else if (done[i]->answer.result < 0) {
      result = fail(kernel_error(places[whose[i]], static_cast<int>(-done[i]->answer.result)));
    } else {
      result = std::move(done[i]->bytes);
    }
  }
  return results;
}

Result<std::vector<std::string>> LinuxKernel::list(const Place& place) const {
  if (!named_.may_look(place)) {
    return fail(not_named(place));
  }
  if (place.in == In::module) {
    return list_module(files_, place);
  }
  if (is_of_library(place) || place.in == In::mmio) {
    return fail(kernel_error(place, EINVAL));
  }
  return files_.list(place);
}

Result<std::string> LinuxKernel::link(const Place& place) const {
  if (!named_.may_look(place)) {
    return fail(not_named(place));
  }
  if (place.in == In::module || place.in == In::mmio || is_of_library(place)) {
    return fail(kernel_error(place, EINVAL));  // a module is no link, whatever stands in sysfs
  }
  return files_.link(place);
}

Result<void> LinuxKernel::write(const Place& place,
                                std::string_view bytes,
                                Blocking blocking,
                                Milliseconds limit) {
  if (!named_.may_write(place)) {
    return fail(not_named(place, bytes));
  }
  if (place.in == In::module) {
    return write_module(files_, helpers_, place, bytes, limit);
  }
  if (place.in == In::config) {
    return write_config(files_, place, bytes);
  }
  if (place.in == In::program) {
    return write_program(files_, helpers_, place, bytes, limit);
  }
  if (place.in == In::nvml) {
    return nvml_.write(place, bytes, limit);
  }
  if (place.in == In::amdsmi) {
    return amdsmi_.write(place, bytes, limit);
  }
  if (place.in == In::etc) {
    return files_.replace(place, bytes);
  }
  const Attr* const answered = answering(tables_, place);
  return blocking == Blocking::never && answered == nullptr
             ? files_.write(place, bytes)
             : write_in_helper(place, bytes, answered, limit);
}

Result<void> LinuxKernel::write_in_helper(const Place& place,
                                          std::string_view bytes,
                                          const Attr* answered,
                                          Milliseconds limit) {
  auto handle = files_.handle(place);
  if (!handle) {
    handle.error().value = bytes;
    return fail(std::move(handle.error()));
  }
  TRY(const Done done,
      helpers_.run({.what = answered == nullptr ? helper::Do::write : helper::Do::ask,
                    .place = &place,
                    .root = *handle,
                    .path = place.path,
                    .bytes = std::string(bytes)},
                   limit));
  TRY_VOID(outcome_of_write(place, bytes, done.answer.result));
  return answered == nullptr ? Result<void>()
                             : outcome_of_answer(*answered, place, bytes, done.bytes);
}

std::unique_ptr<Watch> LinuxKernel::watch(const Place& place) const {
  if (uevents_ != nullptr && (place.in == In::sys || place.in == In::module)) {
    return uevents_->watch();
  }
  return watch_near(files_, place);
}

Result<std::unique_ptr<Hold>> LinuxKernel::hold(const Place& node) {
  if (!named_.may_look(node)) {
    return fail(not_named(node));
  }
  // A vfio group wants to be written to. A block device is claimed by O_EXCL (block/bdev.c:
  // bd_prepare_to_claim), and only read: after one that wrote udev looks at it anew.
  const int flags = node.path.starts_with("vfio/") ? O_RDWR : O_RDONLY | O_EXCL;
  TRY(Fd fd, files_.open_node(node, flags));
  return std::unique_ptr<Hold>(std::make_unique<HeldNode>(std::move(fd)));
}

}  // namespace

Result<std::unique_ptr<Kernel>> open_linux_kernel(const LinuxOptions& options) {
  TRY(Files files, Files::open(options.root));
  return std::unique_ptr<Kernel>(std::make_unique<LinuxKernel>(options, std::move(files)));
}

}  // namespace vfmgr
