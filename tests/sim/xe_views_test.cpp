// SPDX-License-Identifier: Apache-2.0
// Each number of xe's is one, whichever of its files it is written or read through.
#include "vfmgr/place.hpp"

#include "sim/support/host.hpp"
#include "sim/support/xe.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test {
namespace {

const std::string gts_differ = "errno " + std::to_string(EUCLEAN);

TEST(XeViews, SysfsWritesAllGts) {
  XeHost xe("intel-b60-7.0");
  ASSERT_EQ(xe.write(xe.admin("vf1/profile/exec_quantum_ms"), 20), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/exec_quantum_ms")), "20");
  EXPECT_EQ(xe.read(xe.debug("gt1/vf1/exec_quantum_ms")), "20");
  ASSERT_EQ(xe.write(xe.admin("pf/profile/sched_priority"), "high"), 0);
  EXPECT_EQ(xe.read(xe.debug("gt1/pf/sched_priority")), "2");
  EXPECT_EQ(xe.read(xe.debug("gt1/pf/sched_if_idle")), "0");
}

TEST(XeViews, SysfsCannotBeReadWhereGtsDiffer) {
  XeHost xe("intel-b60-7.0");
  for (const auto& [name, value] : {std::pair<std::string, int>{"exec_quantum_ms", 20},
                                    {"preempt_timeout_us", 20000},
                                    {"sched_priority", 1}}) {
    ASSERT_EQ(xe.write(xe.debug("gt1/vf2/" + name), std::to_string(value)), 0);
    EXPECT_EQ(xe.read(xe.admin("vf2/profile/" + name)), gts_differ) << name;
    EXPECT_NE(xe.read(xe.admin("vf1/profile/" + name)), gts_differ) << name;
    ASSERT_EQ(xe.write(xe.debug("gt0/vf2/" + name), std::to_string(value)), 0);
  }
  EXPECT_EQ(xe.read(xe.admin("vf2/profile/exec_quantum_ms")), "20");
  EXPECT_EQ(xe.read(xe.admin("vf2/profile/sched_priority")), "low [normal]");
}

TEST(XeViews, ASysfsWriteSettlesWhereGtsDiffered) {
  XeHost xe("intel-b60-debugfs");
  ASSERT_EQ(xe.write(xe.debug("gt1/pf/preempt_timeout_us"), 7), 0);
  ASSERT_EQ(xe.read(xe.admin("pf/profile/preempt_timeout_us")), gts_differ);
  ASSERT_EQ(xe.write(xe.admin(".bulk_profile/preempt_timeout_us"), 9), 0);
  EXPECT_EQ(xe.read(xe.admin("pf/profile/preempt_timeout_us")), "9");
  EXPECT_EQ(xe.read(xe.debug("gt0/pf/preempt_timeout_us")), "9");
  // It is a file as before: what it may be opened for has not changed.
  EXPECT_EQ(xe.write(xe.admin("pf/profile/preempt_timeout_us"), 10), 0);
  EXPECT_EQ(xe.write(xe.admin("vf1/profile/sched_priority"), "low"), EACCES);
}

TEST(XeViews, ABulkPriorityIsThePolicyOfEachGt) {
  XeHost xe("intel-b60-7.0");
  ASSERT_EQ(xe.write(xe.admin("pf/profile/sched_priority"), "high"), 0);
  ASSERT_EQ(xe.write(xe.admin(".bulk_profile/sched_priority"), "normal"), 0);
  for (const std::string gt : {"gt0", "gt1"}) {
    EXPECT_EQ(xe.read(xe.debug(gt + "/pf/sched_if_idle")), "1");
    EXPECT_EQ(xe.read(xe.debug(gt + "/pf/sched_priority")), "1");
    EXPECT_EQ(xe.read(xe.debug(gt + "/vf24/sched_priority")), "1");
  }
  EXPECT_EQ(xe.read(xe.admin("pf/profile/sched_priority")), "low [normal] high");
  ASSERT_EQ(xe.write(xe.debug("gt1/pf/sched_if_idle"), 0U), 0);
  EXPECT_EQ(xe.read(xe.debug("gt1/vf3/sched_priority")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf3/sched_priority")), "1");
  EXPECT_EQ(xe.read(xe.admin("vf3/profile/sched_priority")), gts_differ);
}

TEST(XeViews, VramInSysfsIsTheSumOverTiles) {
  XeHost xe("intel-b60-debugfs", {{"tiles", "2"}});
  ASSERT_EQ(xe.write(xe.admin("vf1/profile/vram_quota"), 1), 0);
  EXPECT_EQ(xe.read(xe.admin("vf1/profile/vram_quota")), "4194304");
  EXPECT_EQ(xe.read(xe.debug("sriov/vf1/tile0/vram_quota")), "2097152");
  EXPECT_EQ(xe.read(xe.debug("gt2/vf1/lmem_quota")), "2097152");
  ASSERT_EQ(xe.write(xe.debug("gt2/vf1/lmem_quota"), 6291456), 0);
  EXPECT_EQ(xe.read(xe.admin("vf1/profile/vram_quota")), "8388608");
}

TEST(XeViews, OldPathsLeadToTheFilesOfTheTile) {
  XeHost xe("intel-b60-7.0");
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/lmem_quota"), 1), 0);
  EXPECT_EQ(xe.read(xe.debug("sriov/vf1/tile0/vram_quota")), "2097152");
  ASSERT_EQ(xe.write(xe.debug("sriov/pf/tile0/ggtt_spare"), 134217728), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/pf/ggtt_spare")), "134217728");
}

TEST(XeViews, ThePfShowsWhatVfsHave) {
  XeHost xe("intel-b60-7.0");
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/contexts_quota"), 1024), 0);
  ASSERT_EQ(xe.write(xe.debug("gt0/vf3/contexts_quota"), 2048), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/pf/contexts_provisioned")),
            "VF1:\t256-1279\t(1024)\nVF3:\t1280-3327\t(2048)");
  EXPECT_EQ(xe.read(xe.debug("gt1/pf/contexts_provisioned")), "");
  ASSERT_EQ(xe.write(xe.debug("gt1/vf2/doorbells_quota"), 16), 0);
  EXPECT_EQ(xe.read(xe.debug("gt1/pf/doorbells_provisioned")), "VF2:\t0-15\t(16)");
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/ggtt_quota"), 536870912), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/pf/ggtt_provisioned")), "VF1:\t0x0-0x1fffffff\t(512 MiB)");
  EXPECT_EQ(xe.read(xe.debug("gt0/pf/ggtt_available")),
            "range:\t0x20000000-0xfedfffff\t(3.48 GiB)\ntotal:\t3739222016\t(3.48 GiB)\n"
            "spare:\t67108864\t(64.0 MiB)\navail:\t3672113152\t(3.42 GiB)");
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/lmem_quota"), 8520728576), 0);
  EXPECT_EQ(xe.read(xe.debug("sriov/pf/tile0/vram_provisioned")), "VF1:\t8520728576\t(7.94 GiB)");
  ASSERT_EQ(xe.enable(4), 0);
  EXPECT_EQ(xe.read(xe.debug("sriov/pf/vfs")), "total: 24\nsupported: 24\nenabled: 4");
}

/// What two files of one number may not show.
void expect_agreement(const XeHost& xe, const std::string& after) {
  for (const std::string who : {"pf", "vf1", "vf2", "vf24"}) {
    for (const std::string name : {"exec_quantum_ms", "preempt_timeout_us"}) {
      const std::string first = xe.read(xe.debug(fmt::format("gt0/{}/{}", who, name)));
      const bool same = first == xe.read(xe.debug(fmt::format("gt1/{}/{}", who, name)));
      ASSERT_EQ(xe.read(xe.admin(fmt::format("{}/profile/{}", who, name))),
                same ? first : gts_differ)
          << who << " after " << after;
    }
    const std::string first = xe.read(xe.debug("gt0/" + who + "/sched_priority"));
    const bool same = first == xe.read(xe.debug("gt1/" + who + "/sched_priority"));
    const std::string shown = xe.read(xe.admin(who + "/profile/sched_priority"));
    const std::array<std::string, 3> words{"[low]", "[normal]", "[high]"};
    ASSERT_THAT(shown, testing::HasSubstr(same ? words.at(std::stoul(first)) : gts_differ))
        << who << " after " << after;
    if (who != "pf") {
      ASSERT_EQ(xe.read(xe.admin(who + "/profile/vram_quota")),
                xe.read(xe.debug("sriov/" + who + "/tile0/vram_quota")))
          << who << " after " << after;
    }
  }
}

/// No more is given than there is, on either GT.
void expect_within_limits(const XeHost& xe, const std::string& after) {
  std::uint64_t vram = 0;
  std::uint64_t ggtt = 0;
  for (int vf = 1; vf <= 24; ++vf) {
    const std::string name = "gt0/vf" + std::to_string(vf);
    vram += std::stoull(xe.read(xe.debug(name + "/lmem_quota")));
    ggtt += std::stoull(xe.read(xe.debug(name + "/ggtt_quota")));
  }
  ASSERT_LE(vram, 25367150592ULL) << after;
  ASSERT_LE(ggtt, 0xFEE00000ULL) << after;
  for (const std::string gt : {"gt0", "gt1"}) {
    std::uint64_t contexts = 0;
    std::uint64_t doorbells = 0;
    for (int vf = 1; vf <= 24; ++vf) {
      const std::string name = gt + "/vf" + std::to_string(vf);
      contexts += std::stoull(xe.read(xe.debug(name + "/contexts_quota")));
      doorbells += std::stoull(xe.read(xe.debug(name + "/doorbells_quota")));
    }
    ASSERT_LE(contexts, 65535U) << after;
    ASSERT_LE(doorbells, 256U) << after;
  }
}

TEST(XeViews, AgreeAfterAnyWrites) {
  XeHost xe("intel-b60-debugfs");
  const std::vector<Place> places{xe.admin("pf/profile/exec_quantum_ms"),
                                  xe.admin("vf1/profile/exec_quantum_ms"),
                                  xe.admin("vf2/profile/preempt_timeout_us"),
                                  xe.admin("vf1/profile/vram_quota"),
                                  xe.admin("vf24/profile/vram_quota"),
                                  xe.admin("pf/profile/sched_priority"),
                                  xe.admin(".bulk_profile/exec_quantum_ms"),
                                  xe.admin(".bulk_profile/preempt_timeout_us"),
                                  xe.admin(".bulk_profile/sched_priority"),
                                  xe.admin(".bulk_profile/vram_quota"),
                                  xe.debug("gt0/vf1/exec_quantum_ms"),
                                  xe.debug("gt1/vf1/exec_quantum_ms"),
                                  xe.debug("gt1/pf/preempt_timeout_us"),
                                  xe.debug("gt0/vf2/sched_priority"),
                                  xe.debug("gt1/pf/sched_priority"),
                                  xe.debug("gt0/pf/sched_if_idle"),
                                  xe.debug("gt1/pf/sched_if_idle"),
                                  xe.debug("gt0/vf1/lmem_quota"),
                                  xe.debug("sriov/vf2/tile0/vram_quota"),
                                  xe.debug("gt0/vf1/ggtt_quota"),
                                  xe.debug("gt0/vf2/ggtt_quota"),
                                  xe.debug("gt0/vf2/contexts_quota"),
                                  xe.debug("gt1/vf1/contexts_quota"),
                                  xe.debug("gt1/vf24/contexts_quota"),
                                  xe.debug("gt0/vf1/doorbells_quota"),
                                  xe.debug("gt0/vf24/doorbells_quota"),
                                  xe.debug("gt1/pf/contexts_spare"),
                                  xe.debug("sriov/restore_auto_provisioning"),
                                  in_function(xe.pf(), "sriov_numvfs")};
  const std::vector<std::string> values{"0",
                                        "1",
                                        "2",
                                        "20",
                                        "250",
                                        "4096",
                                        "60000",
                                        "0x100000",
                                        "3000000000",
                                        "12884901888",
                                        "99999999999999999999",
                                        "low",
                                        "normal",
                                        "high\n",
                                        "x"};
  std::mt19937 random(20261126);  // NOLINT: the same run each time
  std::size_t taken = 0;
  for (int turn = 0; turn < 250; ++turn) {
    const Place& place = places[random() % places.size()];
    const std::string& value = values[random() % values.size()];
    const int error = xe.write(place, value);
    taken += error == 0 ? 1 : 0;
    const std::string after = to_string(place) + " = " + value;
    expect_agreement(xe, after);
    if (turn % 20 == 0) {
      expect_within_limits(xe, after);
    }
    if (testing::Test::HasFatalFailure()) {
      return;
    }
  }
  EXPECT_GT(taken, 80U);
  EXPECT_LT(taken, 220U);
}

}  // namespace
}  // namespace vfmgr::test
