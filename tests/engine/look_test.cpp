// SPDX-License-Identifier: Apache-2.0
#include "engine/look.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test::of_look {
namespace {

const Place awaited{.in = In::sys, .path = "late"};

/// A kernel with one place in it, which reads what the test lets it read, and a clock that moves
/// while somebody waits.
class OnePlace final : public Kernel {
 public:
  std::string text;
  std::function<void()> at_watch;             ///< happens as somebody begins to listen
  std::function<bool(Milliseconds)> at_wait;  ///< says whether the wait is told something
  mutable std::vector<Milliseconds> waits;    ///< how long each was ready to wait
  mutable int looks = 0;
  mutable int watches = 0;

  Result<std::string> read(const Place& /*place*/) const override {
    ++looks;
    return text;
  }
  std::vector<Result<std::string>> read_slowly(std::span<const Place> /*places*/,
                                               Milliseconds /*limit*/) const override {
    return {};
  }
  Result<std::vector<std::string>> list(const Place& place) const override { return no(place); }
  Result<std::string> link(const Place& place) const override { return no(place); }
  Result<void> write(const Place& place, std::string_view, Blocking, Milliseconds) override {
    return no(place);
  }
  std::unique_ptr<Watch> watch(const Place& /*place*/) const override {
    ++watches;
    if (at_watch) {
      at_watch();
    }
    return std::make_unique<Listener>(*this);
  }
  Milliseconds now() const override { return now_; }
  Result<std::unique_ptr<Hold>> hold(const Place& node) override { return no(node); }
  Openers openers(std::span<const Place> /*nodes*/) const override { return {}; }
  PciName name_of(const Gpu& /*ids*/) const override { return {}; }
  const StateDir& state() const override { return state_; }
  bool simulated() const override { return true; }
  std::string boot_id() const override { return "boot"; }
  void keep_locks(std::span<const int> /*descriptors*/) override {}

 private:
  class Listener final : public Watch {
   public:
    explicit Listener(const OnePlace& kernel) : kernel_(&kernel) {}
    bool wait(Milliseconds at_most) override {
      kernel_->waits.push_back(at_most);
      kernel_->now_ += at_most;
      return kernel_->at_wait && kernel_->at_wait(at_most);
    }

   private:
    const OnePlace* kernel_;
  };

  static std::unexpected<Error> no(const Place& place) {
    return fail(
        {.kind = ErrorKind::unsupported, .os_error = EOPNOTSUPP, .subject = to_string(place)});
  }

  mutable Milliseconds now_{0};
  StateDir state_;
};

Result<void> await(const OnePlace& kernel, Milliseconds limit = Milliseconds(10'000)) {
  Value wanted;
  wanted.is = "there";
  return await_value(kernel, {}, awaited, wanted, limit);
}

TEST(Await, DoesNotListenWhereThereIsNothingToWaitFor) {
  OnePlace kernel;
  kernel.text = "there";
  EXPECT_TRUE(await(kernel));
  EXPECT_EQ(kernel.looks, 1);
  EXPECT_EQ(kernel.watches, 0);
}

TEST(Await, SeesWhatHappensBetweenItsLookAndTheMomentItListens) {
  OnePlace kernel;
  kernel.at_watch = [&kernel] { kernel.text = "there"; };
  EXPECT_TRUE(await(kernel));
  EXPECT_TRUE(kernel.waits.empty());
}

TEST(Await, ListensOnceHoweverOftenItWaits) {
  OnePlace kernel;
  kernel.at_wait = [&kernel](Milliseconds /*at_most*/) {
    kernel.text = kernel.waits.size() == 5 ? "there" : "";
    return false;
  };
  EXPECT_TRUE(await(kernel));
  EXPECT_EQ(kernel.watches, 1);
}

TEST(Await, LooksLessAndLessOftenWhileNothingIsTold) {
  const OnePlace kernel;
  EXPECT_FALSE(await(kernel, Milliseconds(300)));
  const std::vector<Milliseconds> wanted{Milliseconds(5),
                                         Milliseconds(10),
                                         Milliseconds(20),
                                         Milliseconds(40),
                                         Milliseconds(80),
                                         Milliseconds(100),
                                         Milliseconds(45)};
  EXPECT_EQ(kernel.waits, wanted);
}

TEST(Await, IsNotMadeSlowByEventsOfOthers) {
  OnePlace kernel;
  kernel.at_wait = [](Milliseconds /*at_most*/) { return true; };
  EXPECT_FALSE(await(kernel, Milliseconds(20)));
  EXPECT_EQ(kernel.waits, std::vector<Milliseconds>(4, Milliseconds(5)));
}

}  // namespace
}  // namespace vfmgr::test::of_look
