// SPDX-License-Identifier: Apache-2.0
// The simulated xe against what its ABI page and its source say.
#include "vfmgr/place.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

class Xe : public testing::Test {
 protected:
  static Place profile(const std::string& who, const std::string& what) {
    return in_function(gpu(), "sriov_admin/" + who + "/profile/" + what);
  }
  static Place bulk(const std::string& what) {
    return in_function(gpu(), "sriov_admin/.bulk_profile/" + what);
  }
  [[nodiscard]] std::string quota(int vf) const {
    return read(*kernel, profile("vf" + std::to_string(vf), "vram_quota"));
  }
  Host host{{"intel-b60"}};
  std::unique_ptr<Kernel> kernel = host.open();
};

TEST_F(Xe, HasAllVfsInItsTreeFromTheStart) {
  EXPECT_EQ(driver_of(*kernel, gpu()), "xe");
  EXPECT_EQ(quota(1), "0\n");
  EXPECT_EQ(quota(24), "0\n");
  EXPECT_EQ(quota(25), "errno 2");
  EXPECT_EQ(read(*kernel, profile("pf", "sched_priority")), "[low] normal high\n");
  EXPECT_EQ(read(*kernel, profile("vf1", "sched_priority")), "[low] normal\n");
  EXPECT_EQ(read(*kernel, profile("pf", "vram_quota")), "errno 2");
}

TEST_F(Xe, GivesAFairShareRoundedDownToAPowerOfTwo) {
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "1"), 0);
  EXPECT_EQ(quota(1), std::to_string(8ULL << 30U) + "\n");
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "0"), 0);
  EXPECT_EQ(quota(1), "0\n");
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "4"), 0);
  EXPECT_EQ(quota(1), std::to_string(4ULL << 30U) + "\n");
  EXPECT_EQ(quota(4), std::to_string(4ULL << 30U) + "\n");
  EXPECT_EQ(quota(5), "0\n");
}

TEST_F(Xe, LeavesVramAloneAsSoonAsOneVfHasSome) {
  ASSERT_EQ(write(*kernel, profile("vf2", "vram_quota"), "1073741824"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "3"), 0);
  EXPECT_EQ(quota(1), "0\n");
  EXPECT_EQ(quota(2), "1073741824\n");
  EXPECT_EQ(quota(3), "0\n");
}

TEST_F(Xe, RoundsAQuotaUpToItsPage) {
  ASSERT_EQ(write(*kernel, profile("vf1", "vram_quota"), "1"), 0);
  EXPECT_EQ(quota(1), "2097152\n");
  ASSERT_EQ(write(*kernel, profile("vf1", "vram_quota"), "0x40000001"), 0);
  EXPECT_EQ(quota(1), "1075838976\n");
}

TEST_F(Xe, RefusesMoreVramThanThereIsAndLosesTheOldQuota) {
  ASSERT_EQ(write(*kernel, profile("vf1", "vram_quota"), "20GiB"), EINVAL);
  ASSERT_EQ(write(*kernel, profile("vf1", "vram_quota"), "21474836480"), 0);
  EXPECT_EQ(write(*kernel, profile("vf2", "vram_quota"), "4294967296"), ENOSPC);
  EXPECT_EQ(write(*kernel, profile("vf1", "vram_quota"), "18446744073709551615"), ENOSPC);
  EXPECT_EQ(quota(1), "0\n");
  EXPECT_EQ(write(*kernel, profile("vf1", "vram_quota"), "18446744073709551616"), ERANGE);
}

TEST_F(Xe, ABulkQuotaStopsAtTheFirstVfThatFails) {
  EXPECT_EQ(write(*kernel, bulk("vram_quota"), std::to_string(2ULL << 30U)), ENOSPC);
  EXPECT_EQ(quota(11), std::to_string(2ULL << 30U) + "\n");
  EXPECT_EQ(quota(12), "0\n");
  EXPECT_EQ(write(*kernel, bulk("vram_quota"), "0"), 0);
  EXPECT_EQ(quota(1), "0\n");
}

TEST_F(Xe, ABulkWriteReachesPfAndAllVfs) {
  ASSERT_EQ(write(*kernel, bulk("exec_quantum_ms"), "20"), 0);
  ASSERT_EQ(write(*kernel, bulk("preempt_timeout_us"), "0x4e20\n"), 0);
  ASSERT_EQ(write(*kernel, bulk("sched_priority"), "normal\n"), 0);
  EXPECT_EQ(read(*kernel, profile("pf", "exec_quantum_ms")), "20\n");
  EXPECT_EQ(read(*kernel, profile("vf24", "preempt_timeout_us")), "20000\n");
  EXPECT_EQ(read(*kernel, profile("vf24", "sched_priority")), "low [normal]\n");
  EXPECT_EQ(write(*kernel, bulk("sched_priority"), "high"), EINVAL);
  EXPECT_EQ(write(*kernel, profile("pf", "sched_priority"), "high"), 0);
  EXPECT_EQ(write(*kernel, profile("vf1", "sched_priority"), "low"), EACCES);
  EXPECT_EQ(read(*kernel, bulk("exec_quantum_ms")), "errno 13");
}

TEST_F(Xe, ClampsTimesAndRefusesWhatIsNoNumber) {
  ASSERT_EQ(write(*kernel, profile("vf1", "exec_quantum_ms"), "4000000"), 0);
  EXPECT_EQ(read(*kernel, profile("vf1", "exec_quantum_ms")), "100000\n");
  ASSERT_EQ(write(*kernel, profile("vf1", "preempt_timeout_us"), "200000000"), 0);
  EXPECT_EQ(read(*kernel, profile("vf1", "preempt_timeout_us")), "100000000\n");
  EXPECT_EQ(write(*kernel, profile("vf1", "exec_quantum_ms"), "4294967296"), ERANGE);
  EXPECT_EQ(write(*kernel, profile("vf1", "exec_quantum_ms"), "20ms"), EINVAL);
}

TEST_F(Xe, ResetsWhatVfsHadWhenTheyGoAndKeepsWhatStandsAboveThem) {
  ASSERT_EQ(write(*kernel, profile("vf9", "vram_quota"), "2097152"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  ASSERT_EQ(write(*kernel, profile("vf1", "exec_quantum_ms"), "20"), 0);
  ASSERT_EQ(write(*kernel, profile("vf9", "exec_quantum_ms"), "30"), 0);
  ASSERT_EQ(write(*kernel, profile("pf", "exec_quantum_ms"), "10"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "0"), 0);
  EXPECT_EQ(read(*kernel, profile("vf1", "exec_quantum_ms")), "0\n");
  EXPECT_EQ(read(*kernel, profile("vf9", "exec_quantum_ms")), "30\n");
  EXPECT_EQ(read(*kernel, profile("pf", "exec_quantum_ms")), "10\n");
  EXPECT_EQ(quota(9), "2097152\n");
}

TEST_F(Xe, RefusesANewQuotaForAVfThatRuns) {
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);  // autoprobe: xe drives them on the host
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.1")), "xe");
  EXPECT_EQ(write(*kernel, profile("vf1", "vram_quota"), "2097152"), EIO);
  EXPECT_EQ(quota(1), std::to_string(4ULL << 30U) + "\n");
}

TEST_F(Xe, PointsToAVfOnlyWhileItIsThere) {
  EXPECT_EQ(kernel->link(in_function(gpu(), "sriov_admin/vf1/device")).error().os_error, ENOENT);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "1"), 0);
  EXPECT_EQ(kernel->link(in_function(gpu(), "sriov_admin/vf1/device")).value(),
            "../../../0000:03:00.1");
  EXPECT_EQ(kernel->link(in_function(gpu(), "sriov_admin/vf2/device")).error().os_error, ENOENT);
}

TEST_F(Xe, TakesItsTreeAlongWhenItIsUnbound) {
  const std::string before = host.dump();
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "xe"), "0000:03:00.0"), 0);
  EXPECT_EQ(quota(1), "errno 2");
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  ASSERT_EQ(write(*kernel, pci::named(pci::kBind, "xe"), "0000:03:00.0"), 0);
  EXPECT_EQ(host.dump(), before);
}

TEST_F(Xe, HalfABulkWriteSetsTheFirstHalf) {
  ASSERT_TRUE(
      sim::arm_fault(host.file(), {.place = bulk("exec_quantum_ms"), .os_error = EIO, .half = true})
          .has_value());
  EXPECT_EQ(write(*kernel, bulk("exec_quantum_ms"), "20"), EIO);
  EXPECT_EQ(read(*kernel, profile("pf", "exec_quantum_ms")), "20\n");
  EXPECT_EQ(read(*kernel, profile("vf12", "exec_quantum_ms")), "20\n");
  EXPECT_EQ(read(*kernel, profile("vf13", "exec_quantum_ms")), "0\n");
}

}  // namespace
}  // namespace vfmgr::test
