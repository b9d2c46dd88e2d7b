// SPDX-License-Identifier: Apache-2.0
// Who waits for a VF's driver, through the door to this machine: is it told, and how soon does the
// library's own await_value see it, by uevents and by the timer alone? The timer's door is the same
// one over /proc/self/root, where it takes the tree for a relocated one and does not listen to the
// machine.
//
//   vgpu_waiter GPU VF ROUNDS      the VF's override is vfio-pci, and it has no driver
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "engine/look.hpp"
#include "kernel/kernel.hpp"
#include "kernel/linux_kernel.hpp"
#include "pci/attrs.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace vfmgr;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

constexpr std::array<std::span<const Attr>, 1> kNamed{pci::kAttrs};
constexpr Milliseconds kLimit{10'000};

std::unique_ptr<Kernel> door(const char* root) {
  auto opened =
      open_linux_kernel({.root = root, .state = {.run = "/run", .lib = "/run"}, .named = kNamed});
  if (!opened) {
    throw std::runtime_error(to_string(opened.error()));
  }
  return std::move(*opened);
}

template <class T>
void check(const Result<T>& result) {
  if (!result) {
    throw std::runtime_error(to_string(result.error()));
  }
}

struct Vf {
  PciAddress gpu;
  VfIndex index;
  std::string address;
};

/// Binds after a while, on a thread of its own, and says when it was done.
class Binds {
 public:
  Binds(Kernel& kernel, const Vf& vf, int after)
      : kernel_(&kernel), vf_(&vf), thread_([this, after] {
          ::poll(nullptr, 0, after);
          wrote_ = kernel_->write(
              pci::named(pci::kBind, "vfio-pci"), vf_->address, Blocking::never, kLimit);
          bound_ = Clock::now();
        }) {}
  Binds(const Binds&) = delete;
  Binds& operator=(const Binds&) = delete;
  Binds(Binds&&) = delete;
  Binds& operator=(Binds&&) = delete;
  ~Binds() {
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  Clock::time_point done() {
    thread_.join();
    check(wrote_);
    return bound_;
  }

 private:
  Kernel* kernel_;
  const Vf* vf_;
  Result<void> wrote_;
  Clock::time_point bound_;
  std::thread thread_;
};

void unbind(Kernel& kernel, const Vf& vf) {
  check(kernel.write(pci::named(pci::kUnbind, "vfio-pci"), vf.address, Blocking::never, kLimit));
}

/// A wait that has no reason to end but an event, and finds then what it waits for.
void must_be_told(Kernel& kernel, const Vf& vf) {
  const Place driver = pci::of(pci::kVfDriver, vf.gpu, vf.index);
  const auto watch = kernel.watch(driver);
  while (watch->wait(Milliseconds(100))) {  // what is still told of the unbind before
  }
  Binds binds(kernel, vf, 100);
  const bool told = watch->wait(kLimit);
  const auto seen = kernel.link(driver);
  static_cast<void>(binds.done());
  if (!told) {
    throw std::runtime_error("the wait was told nothing");
  }
  check(seen);
  unbind(kernel, vf);
}

/// From the moment when the bind returned to that when the await did; less than nothing counts as
/// nothing.
Microseconds lag(Kernel& kernel, const Vf& vf, int round) {
  constexpr int kQuiet = 250;  // by now the timer is at its longest pause, 100 ms
  constexpr int kStep = 37;    // and met at another moment in each round
  Binds binds(kernel, vf, kQuiet + (round * kStep) % 100);
  Value wanted;
  wanted.is = "vfio-pci";
  const auto reached =
      await_value(kernel, kNamed, pci::of(pci::kVfDriver, vf.gpu, vf.index), wanted, kLimit);
  const auto seen = Clock::now();
  const auto bound = binds.done();
  check(reached);
  unbind(kernel, vf);
  return std::max(Microseconds(0), std::chrono::duration_cast<Microseconds>(seen - bound));
}

Microseconds median(const char* what, const char* root, const Vf& vf, int rounds) {
  const auto kernel = door(root);
  std::vector<Microseconds> lags;
  for (int round = 0; round < rounds; ++round) {
    lags.push_back(lag(*kernel, vf, round));
  }
  std::ranges::sort(lags);
  const Microseconds middle = lags[lags.size() / 2];
  std::printf("%s: median %lld us, longest %lld us\n",
              what,
              static_cast<long long>(middle.count()),
              static_cast<long long>(lags.back().count()));
  return middle;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::span arguments(argv, static_cast<std::size_t>(argc));
    if (arguments.size() != 4) {
      throw std::runtime_error("vgpu_waiter GPU VF ROUNDS");
    }
    const auto gpu = parse_address(arguments[1]);
    check(gpu);
    const auto index = VfIndex(static_cast<std::uint16_t>(std::atoi(arguments[2])));
    const auto looks = door("/");
    const auto target = looks->link(pci::of(pci::kVf, *gpu, index));
    check(target);
    const Vf vf{.gpu = *gpu, .index = index, .address = target->substr(target->rfind('/') + 1)};
    const int rounds = std::atoi(arguments[3]);
    must_be_told(*looks, vf);
    const auto told = median("by events", "/", vf, rounds);
    const auto timed = median("by the timer", "/proc/self/root", vf, rounds);
    return told * 2 < timed ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vgpu_waiter: %s\n", error.what());
    return 2;
  }
}
