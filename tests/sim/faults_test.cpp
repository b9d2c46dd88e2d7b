// SPDX-License-Identifier: Apache-2.0
// Armed faults, users of VFs, writes that wait, and simulated time.
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

class Faults : public testing::Test {
 protected:
  void arm(const sim::Fault& fault) const {
    const auto armed = sim::arm_fault(host.file(), fault);
    ASSERT_TRUE(armed.has_value()) << to_string(armed.error());
  }
  Host host{{"plain"}};
  std::unique_ptr<Kernel> kernel = host.open();
  Place count = pci::of(pci::kNumVfs, gpu());
};

TEST_F(Faults, MeetTheWriteOfTheirTurnOnce) {
  arm({.place = count, .turn = 2, .os_error = EAGAIN});
  EXPECT_EQ(write(*kernel, count, "2"), 0);
  EXPECT_EQ(write(*kernel, count, "0"), EAGAIN);
  EXPECT_EQ(vf_count(*kernel, gpu()), "2");
  EXPECT_EQ(write(*kernel, count, "0"), 0);
}

TEST_F(Faults, AreNoPartOfTheDump) {
  const std::string before = host.dump();
  arm({.place = count, .os_error = EIO});
  EXPECT_EQ(host.dump(), before);
  EXPECT_EQ(write(*kernel, count, "2"), EIO);
  EXPECT_EQ(host.dump(), before);
}

TEST_F(Faults, HalfACountIsHalfTheVfs) {
  arm({.place = count, .os_error = ENOMEM, .half = true});
  EXPECT_EQ(write(*kernel, count, "4"), ENOMEM);
  EXPECT_EQ(vf_count(*kernel, gpu()), "2");
  arm({.place = count, .os_error = EIO, .half = true});
  EXPECT_EQ(write(*kernel, count, "0"), EIO);
  EXPECT_EQ(vf_count(*kernel, gpu()), "1");
  arm({.place = count, .os_error = EIO, .half = true});
  EXPECT_EQ(write(*kernel, count, "0"), EIO);
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  arm({.place = count, .os_error = EIO, .half = true});
  EXPECT_EQ(write(*kernel, count, "1"), EIO);
  EXPECT_EQ(vf_count(*kernel, gpu()), "1");
}

TEST_F(Faults, HalfABindIsBoundAndHalfAnAttributeIsSet) {
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
  ASSERT_EQ(write(*kernel, count, "1"), 0);
  const Place wish = pci::of(pci::kVfOverride, gpu(), VfIndex{0});
  arm({.place = wish, .os_error = ENOMEM, .half = true});
  EXPECT_EQ(write(*kernel, wish, "vfio-pci"), ENOMEM);
  EXPECT_EQ(read(*kernel, wish), "vfio-pci\n");
  const Place bind = pci::named(pci::kBind, "vfio-pci");
  arm({.place = bind, .os_error = EIO, .half = true});
  EXPECT_EQ(write(*kernel, bind, "0000:03:00.1"), EIO);
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.1")), "vfio-pci");
  const Place unbind = pci::named(pci::kUnbind, "vfio-pci");
  arm({.place = unbind, .os_error = ENODEV, .half = true});
  EXPECT_EQ(write(*kernel, unbind, "0000:03:00.1"), ENODEV);
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.1")), "");
}

TEST_F(Faults, MeetAPlaceUnderEachOfItsSpellings) {
  ASSERT_EQ(write(*kernel, count, "1"), 0);
  arm({.place = pci::of(pci::kVfOverride, gpu(), VfIndex{0}), .os_error = ENOMEM});
  EXPECT_EQ(write(*kernel, in_function(address("0000:03:00.1"), "driver_override"), "x"), ENOMEM);
}

TEST_F(Faults, ThatMakeNoSenseAreNotArmed) {
  EXPECT_FALSE(sim::arm_fault(host.file(), {.place = count, .turn = 0, .os_error = EIO}));
  EXPECT_FALSE(sim::arm_fault(host.file(), {.place = count}));
  EXPECT_FALSE(
      sim::arm_fault(host.file(), {.place = count, .half = true, .stop = sim::Stop::after}));
}

TEST(HalfAModule, BindsTheFirstGpuOnly) {
  const Host host({"plain", "plain"});
  const auto kernel = host.open();
  const Place module = pci::named(pci::kModule, "simple");
  ASSERT_EQ(write(*kernel, module, "unload"), 0);
  ASSERT_TRUE(
      sim::arm_fault(host.file(), {.place = module, .os_error = ENOMEM, .half = true}).has_value());
  EXPECT_EQ(write(*kernel, module, "load"), ENOMEM);
  EXPECT_EQ(read(*kernel, module), "loaded");
  EXPECT_EQ(driver_of(*kernel, gpu()), "simple");
  EXPECT_EQ(driver_of(*kernel, address("0000:04:00.0")), "");
}

/// Runs a write in a process of its own that a fault stops, kills it there, and returns how it
/// ended: the signal that stopped it.
int stopped_write(const Host& host, const Place& place, const std::string& bytes) {
  const pid_t child = fork();
  if (child == 0) {
    const auto kernel = host.open();
    (void)write(*kernel, place, bytes);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, WUNTRACED);
  const int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return signal;
}

TEST_F(Faults, StopTheProcessBeforeItsWriteTakesEffect) {
  arm({.place = count, .stop = sim::Stop::before});
  EXPECT_EQ(stopped_write(host, count, "3"), SIGSTOP);
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  EXPECT_EQ(write(*kernel, count, "2"), 0);  // the fault is spent: nobody is stopped again
}

TEST_F(Faults, StopTheProcessAfterItsWriteTookEffect) {
  arm({.place = count, .stop = sim::Stop::after});
  EXPECT_EQ(stopped_write(host, count, "3"), SIGSTOP);
  EXPECT_EQ(vf_count(*kernel, gpu()), "3");
  EXPECT_EQ(write(*kernel, count, "0"), 0);
}

/// A plain GPU with three VFs on vfio-pci, the second one held by a VM.
class Held : public testing::Test {
 protected:
  void SetUp() override { prepare(*kernel); }
  void prepare(Kernel& on) const {
    ASSERT_EQ(write(on, pci::kAutoprobe, "0"), 0);
    ASSERT_EQ(write(on, pci::kNumVfs, "3"), 0);
    for (const char* vf : {"0000:03:00.1", "0000:03:00.2", "0000:03:00.3"}) {
      ASSERT_EQ(write(on, in_function(address(vf), "driver_override"), "vfio-pci"), 0);
      ASSERT_EQ(write(on, pci::named(pci::kBind, "vfio-pci"), vf), 0);
    }
    const auto held = sim::hold_vf(host.file(), "0000:03:00.0/1", 4711, "web-2");
    ASSERT_TRUE(held.has_value()) << to_string(held.error());
  }
  Host host{{"plain", "plain"}};
  std::unique_ptr<Kernel> kernel = host.open();
  Place count = pci::of(pci::kNumVfs, gpu());
  Place other = pci::of(pci::kNumVfs, address("0000:04:00.0"));
};

TEST_F(Held, ItsGroupCannotBeOpened) {
  EXPECT_EQ(kernel->hold({.in = In::dev, .path = "vfio/18"}).error().os_error, EBUSY);
  EXPECT_TRUE(kernel->hold({.in = In::dev, .path = "vfio/17"}).has_value());
  EXPECT_EQ(kernel->hold({.in = In::dev, .path = "vfio/99"}).error().os_error, ENOENT);
  EXPECT_EQ(sim::hold_vf(host.file(), "0000:03:00.2", 1, "x").error().kind, ErrorKind::in_use);
}

TEST_F(Held, AHoldOfOneProcessKeepsOthersAndVmsOut) {
  const Place node{.in = In::dev, .path = "vfio/17"};
  const auto second = host.open();
  {
    const auto held = kernel->hold(node);
    ASSERT_TRUE(held.has_value());
    EXPECT_EQ(second->hold(node).error().os_error, EBUSY);
    EXPECT_EQ(sim::hold_vf(host.file(), "0000:03:00.1", 1, "x").error().kind, ErrorKind::in_use);
  }
  EXPECT_TRUE(second->hold(node).has_value());
  EXPECT_TRUE(sim::hold_vf(host.file(), "0000:03:00.1", 1, "x").has_value());
}

TEST_F(Held, AWriteOfZeroWaitsAndHoldsItsLocks) {
  const Milliseconds before = kernel->now();
  EXPECT_EQ(write(*kernel, count, "0", Milliseconds(500)), EINPROGRESS);
  EXPECT_EQ(kernel->now() - before, Milliseconds(500));
  // VF 0 went, VF 1 is stuck in its removal with its link already gone, VF 2 is untouched.
  EXPECT_EQ(vf_count(*kernel, gpu()), "1");
  EXPECT_EQ(kernel->link(pci::of(pci::kVf, gpu(), VfIndex{2})).value(), "../0000:03:00.3");
  const std::vector<Place> slow{count, pci::of(pci::kTotalVfs, gpu()), other};
  const auto seen = kernel->read_slowly(slow, Milliseconds(100));
  EXPECT_EQ(seen[0].error().kind, ErrorKind::unreadable);
  EXPECT_EQ(seen[0].error().os_error, ETIMEDOUT);
  EXPECT_TRUE(seen[1].has_value());
  EXPECT_TRUE(seen[2].has_value());
  // Kernels of the 6.x line and later serialise the counts of the whole host.
  EXPECT_EQ(write(*kernel, other, "2"), EINPROGRESS);
  EXPECT_EQ(vf_count(*kernel, address("0000:04:00.0")), "0");

  ASSERT_TRUE(sim::release_vf(host.file(), "0000:03:00.2").has_value());
  EXPECT_EQ(read(*kernel, count), "0\n");
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  EXPECT_EQ(vf_count(*kernel, address("0000:04:00.0")), "2");
}

TEST_F(Held, AnUnbindWaitsWithoutStoppingAnybodyElse) {
  const Place unbind = pci::named(pci::kUnbind, "vfio-pci");
  EXPECT_EQ(write(*kernel, unbind, "0000:03:00.2"), EINPROGRESS);
  // Its links go first (dd.c:__device_release_driver).
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.2")), "");
  EXPECT_EQ(read(*kernel, count), "3\n");
  EXPECT_EQ(write(*kernel, other, "1"), 0);
  EXPECT_EQ(write(*kernel, unbind, "0000:03:00.1"), 0);
  ASSERT_TRUE(sim::release_vf(host.file(), "0000:03:00.0/1").has_value());
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.2")), "");
}

TEST_F(Held, ItsDriversModuleIsInUseAndTheModuleOfItsPfWaits) {
  EXPECT_EQ(write(*kernel, pci::named(pci::kModule, "vfio_pci"), "unload"), EBUSY);
  EXPECT_EQ(read(*kernel, pci::named(pci::kModule, "vfio_pci")), "loaded");
  EXPECT_EQ(write(*kernel, pci::named(pci::kModule, "simple"), "unload"), EINPROGRESS);
  ASSERT_TRUE(sim::release_vf(host.file(), "0000:03:00.2").has_value());
  EXPECT_EQ(read(*kernel, pci::named(pci::kModule, "simple")), "errno 2");
  EXPECT_EQ(driver_of(*kernel, gpu()), "");
}

TEST_F(Held, NobodyHoldsWhatIsOnNoVfioDriverOrIsNotThere) {
  EXPECT_EQ(sim::hold_vf(host.file(), "0000:03:00.0", 1, "x").error().kind, ErrorKind::unsupported);
  EXPECT_EQ(sim::hold_vf(host.file(), "0000:03:00.0/7", 1, "x").error().kind, ErrorKind::no_match);
  EXPECT_EQ(sim::hold_vf(host.file(), "web-2", 1, "x").error().kind, ErrorKind::no_match);
  EXPECT_EQ(sim::release_vf(host.file(), "0000:03:00.1").error().kind, ErrorKind::no_match);
}

TEST(HeldOnKernelFiveTen, OtherGpusAreNotHeldUp) {
  const std::vector<sim::ModelCount> gpus{{.model = "plain", .count = 2}};
  const Host host({}, replaced(sim::host_text(gpus).value(), "kernel = 7.2", "kernel = 5.10"));
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "1"), 0);
  const Place wish = pci::of(pci::kVfOverride, gpu(), VfIndex{0});
  ASSERT_EQ(write(*kernel, wish, "vfio-pci"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kBind, "vfio-pci"), "0000:03:00.1"), 0);
  ASSERT_TRUE(sim::hold_vf(host.file(), "0000:03:00.1", 1, "x").has_value());
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "0"), EINPROGRESS);
  EXPECT_EQ(write(*kernel, pci::of(pci::kNumVfs, address("0000:04:00.0")), "1"), 0);
}

TEST(Time, PassesWithWhatIsDoneAndWaitedFor) {
  const Host host({"plain"});
  const auto kernel = host.open();
  const Milliseconds start = kernel->now();
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  EXPECT_EQ(kernel->now() - start, Milliseconds(110));
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "0"), 0);
  EXPECT_EQ(kernel->now() - start, Milliseconds(1110));
  kernel->watch(pci::of(pci::kNumVfs, gpu()))->wait(Milliseconds(40));
  EXPECT_EQ(host.open()->now() - start, Milliseconds(1150));
}

TEST(Time, BringsAFunctionsEnd) {
  const Host host({"plain", "plain"});
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  ASSERT_TRUE(sim::vanish(host.file(), gpu(), Milliseconds(50)).has_value());
  kernel->watch(pci::of(pci::kNumVfs, gpu()))->wait(Milliseconds(20));
  EXPECT_EQ(vf_count(*kernel, gpu()), "2");
  const Milliseconds before = kernel->now();
  kernel->watch(pci::of(pci::kNumVfs, gpu()))->wait(Milliseconds(1000));
  EXPECT_EQ(kernel->now() - before, Milliseconds(30));
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "0"), ENOENT);
  EXPECT_EQ(kernel->list(pci::of(pci::kFunctionDir, address("0000:03:00.1"))).error().os_error,
            ENOENT);
  EXPECT_EQ(vf_count(*kernel, address("0000:04:00.0")), "0");
}

}  // namespace
}  // namespace vfmgr::test
