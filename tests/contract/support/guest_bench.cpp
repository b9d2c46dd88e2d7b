// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/given_writes.hpp"
#include "contract/support/guest_host.hpp"
#include "contract/support/vfio_user.hpp"
#include "core/try.hpp"
#include "kernel/kernel.hpp"
#include "kernel/linux_kernel.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

/// Takes a function off the bus after a while, as a hotplug slot does (remove.c:
/// pci_stop_and_remove_bus_device_locked, which pciehp calls, too).
void remove_later(const std::stop_token& stop, const PciAddress& function, Milliseconds after) {
  std::mutex mutex;
  std::condition_variable_any ended;
  std::unique_lock lock(mutex);
  if (!ended.wait_for(lock, stop, after, [&stop] { return stop.stop_requested(); })) {
    std::ofstream("/sys/bus/pci/devices/" + to_string(function) + "/remove") << "1";
  }
}

class GuestStage final : public Stage {
 public:
  ~GuestStage() override {
    remover_ = {};
    users_.clear();
    kernel_.reset();
    wait_for_helpers();
  }
  GuestStage() = default;
  GuestStage(const GuestStage&) = delete;
  GuestStage& operator=(const GuestStage&) = delete;
  GuestStage(GuestStage&&) = delete;
  GuestStage& operator=(GuestStage&&) = delete;
  Result<void> open(const Case& story) {
    TRY(const std::string layout, layout_of(story));
    domain_ = layout.find("domain=1") == std::string::npos ? 0 : 1;
    // PF 2 lies behind the bus numbers that PF 1 has to spare.
    const std::size_t buses = layout.find("port-buses=") + std::string_view("port-buses=").size();
    behind_ = static_cast<std::uint8_t>(std::stoul(layout.substr(buses)));
    TRY_VOID(remake_host(layout));
    TRY(kernel_,
        open_linux_kernel(
            {.root = "/",
             .state = {.run = folder_.path() + "/run", .lib = folder_.path() + "/lib"},
             .named = named_places()}));
    return write_givens(*this, story);
  }
  [[nodiscard]] Kernel& kernel() override { return *kernel_; }
  [[nodiscard]] PciAddress pf(std::uint32_t number) const override {
    const std::uint32_t bus = 0x41 + ((number - 1) * behind_);
    return {.domain = domain_, .bus = static_cast<std::uint8_t>(bus)};
  }
  [[nodiscard]] Result<std::string> dump() const override { return host_text(); }
  Result<void> take(const PciAddress& function) override {
    TRY(VfioUser user, VfioUser::of(function));
    users_.emplace(to_string(function), std::move(user));
    return {};
  }
  Result<void> let_go(const PciAddress& function) override {
    return users_.erase(to_string(function)) == 1
               ? Result<void>{}
               : fail({.kind = ErrorKind::invalid, .subject = to_string(function)});
  }
  Result<void> vanish(const PciAddress& function, Milliseconds after) override {
    remover_ = std::jthread(remove_later, function, after);
    return {};
  }

 private:
  Folder folder_;
  std::uint32_t domain_ = 0;
  std::uint8_t behind_ = 1;
  std::unique_ptr<Kernel> kernel_;
  std::map<std::string, VfioUser> users_;
  std::jthread remover_;
};

class GuestBench final : public Bench {
 public:
  explicit GuestBench(std::string kernel) : kernel_(std::move(kernel)) {}
  [[nodiscard]] std::string name() const override { return "guest"; }
  [[nodiscard]] std::vector<std::string> kernels() const override { return {kernel_}; }
  [[nodiscard]] bool real() const override { return true; }
  [[nodiscard]] bool has(std::string_view what) const override {
    // Nobody makes files of his own in sysfs.
    static constexpr std::array<std::string_view, 2> kLacks{"file", "folder"};
    return std::ranges::find(kLacks, what) == kLacks.end();
  }
  [[nodiscard]] Result<std::unique_ptr<Stage>> set(const Case& story,
                                                   const std::string& /*kernel*/) const override {
    auto stage = std::make_unique<GuestStage>();
    TRY_VOID(stage->open(story));
    return std::unique_ptr<Stage>(std::move(stage));
  }

 private:
  std::string kernel_;
};

}  // namespace

Result<std::unique_ptr<Bench>> guest_bench() {
  utsname names{};
  ::uname(&names);
  const std::string release(static_cast<const char*>(names.release));
  const std::string_view kernel = kernel_of(release);
  if (!has_test_modules() || kernel.empty()) {
    return fail({.kind = ErrorKind::unsupported,
                 .subject = "Linux " + release,
                 .why = "this is no guest of tests/vm"});
  }
  return std::make_unique<GuestBench>(std::string(kernel));
}

}  // namespace vfmgr::contract
