// SPDX-License-Identifier: Apache-2.0
// Which files each generation of xe has: xe_gt_sriov_pf_debugfs.c of 6.17 and 6.18, and with
// xe_tile_sriov_pf_debugfs.c, xe_sriov_pf_debugfs.c and xe_sriov_pf_sysfs.c of 6.19 and 7.0.
#include "vfmgr/place.hpp"

#include "sim/support/xe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <set>
#include <sstream>
#include <string>

namespace vfmgr::test {
namespace {

using Paths = std::set<std::string>;

/// The words of a text, each behind a directory.
Paths words(const std::string& directory, const std::string& text) {
  Paths paths;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    paths.insert(directory + word);
  }
  return paths;
}

Paths operator+(Paths some, const Paths& more) {
  some.insert(more.begin(), more.end());
  return some;
}

const std::string threshold_words =
    "threshold_cat_error_count threshold_engine_reset_count threshold_page_fault_count "
    "threshold_guc_time_us threshold_irq_time_us threshold_doorbell_time_us ";
const std::string pf_words =
    "contexts_provisioned doorbells_provisioned runtime_registers adverse_events doorbells_spare "
    "contexts_spare exec_quantum_ms preempt_timeout_us sched_priority reset_engine sched_if_idle "
    "sample_period_ms " +
    threshold_words;
const std::string vf_words =
    "contexts_quota doorbells_quota exec_quantum_ms preempt_timeout_us sched_priority control " +
    threshold_words;

/// A function's files up to 6.18; `gt` is the directory of its GTs.
Paths older(const std::string& gt, bool pf, bool vram, bool media) {
  const std::string own = pf ? pf_words + "negotiated_versions " : vf_words;
  const std::string ggtt = pf ? "ggtt_available ggtt_provisioned ggtt_spare" : "ggtt_quota";
  const std::string lmem = pf ? "lmem_provisioned lmem_spare" : "lmem_quota";
  Paths paths = words(gt + "gt0/@/", own) + words(gt + "gt0/@/", ggtt);
  if (vram) {
    paths = paths + words(gt + "gt0/@/", lmem);
  }
  return media ? paths + words(gt + "gt1/@/", own) : paths;
}

/// A function's files from 6.19 on, and the ways to them.
Paths newer(bool pf, bool vram, bool media) {
  const std::string tile = "sriov/@/tile0/";
  const std::string own = pf ? pf_words : vf_words;
  Paths paths = words(tile + "gt0/", own);
  if (pf) {
    paths = paths + words(tile, "ggtt_spare ggtt_available ggtt_provisioned") +
            Paths{"sriov/@/vfs",
                  "sriov/@/versions",
                  tile + "gt0/ggtt_spare -> ../ggtt_spare",
                  tile + "gt0/ggtt_available -> ../ggtt_available",
                  tile + "gt0/ggtt_provisioned -> ../ggtt_provisioned"};
  } else {
    paths =
        paths +
        words("sriov/@/", "pause resume stop reset save restore migration_data migration_size") +
        Paths{tile + "ggtt_quota", tile + "gt0/ggtt_quota -> ../ggtt_quota"};
  }
  if (vram && pf) {
    paths = paths + words(tile, "vram_spare vram_provisioned") +
            Paths{tile + "gt0/lmem_spare -> ../vram_spare",
                  tile + "gt0/lmem_provisioned -> ../vram_provisioned"};
  } else if (vram) {
    paths = paths + Paths{tile + "vram_quota", tile + "gt0/lmem_quota -> ../vram_quota"};
  }
  paths.insert("tile0/gt0/@ -> ../../sriov/@/tile0/gt0");
  if (media) {
    paths = paths + words(tile + "gt1/", own);
    paths.insert("tile0/gt1/@ -> ../../sriov/@/tile0/gt1");
  }
  return paths;
}

/// Every path is a function's or the device's, and all VFs have the same.
void expect_tree(
    const XeHost& xe, std::size_t vfs, const Paths& device, const Paths& pf, const Paths& vf) {
  const Paths all = xe.debug_paths();
  EXPECT_EQ(paths_of(all, "pf"), pf);
  for (std::size_t number = 1; number <= vfs; ++number) {
    EXPECT_EQ(paths_of(all, "vf" + std::to_string(number)), vf) << number;
  }
  for (const std::string& path : device) {
    EXPECT_TRUE(all.contains(path)) << path;
  }
  EXPECT_EQ(all.size(), device.size() + pf.size() + vfs * vf.size());
}

const Paths device_paths{
    "sriov/restore_auto_provisioning", "sriov/lockdown_vfs_enabling", "sriov_info"};
const Paths gt0_link{"gt0 -> tile0/gt0"};
const Paths gt1_link{"gt1 -> tile0/gt1"};

TEST(XeLayout, Of617HasGtsBelowTheDevice) {
  const XeHost xe("intel-b60-6.17");
  expect_tree(xe, 24, {}, older("", true, true, true), older("", false, true, true));
  EXPECT_EQ(xe.read(xe.admin("pf/profile/sched_priority")), "errno 2");
}

TEST(XeLayout, Of618HasThemBelowTheirTile) {
  const XeHost xe("intel-b60-6.18");
  expect_tree(xe,
              24,
              gt0_link + gt1_link,
              older("tile0/", true, true, true),
              older("tile0/", false, true, true));
  EXPECT_EQ(xe.read(xe.debug("gt1/vf24/contexts_quota")), "0");
  EXPECT_EQ(xe.read(xe.admin("pf/profile/sched_priority")), "errno 2");
}

TEST(XeLayout, Of619AndLaterHasATreeOfVfsAndTheOldWaysToIt) {
  for (const std::string model : {"intel-b60-7.0", "intel-b60-debugfs"}) {
    const XeHost xe(model);
    expect_tree(xe,
                24,
                device_paths + gt0_link + gt1_link,
                newer(true, true, true),
                newer(false, true, true));
    EXPECT_EQ(xe.read(xe.debug("sriov/pf/vfs")), "total: 24\nsupported: 24\nenabled: 0");
    EXPECT_EQ(xe.read(xe.debug("sriov_info")), "supported: yes\nenabled: yes\nmode: SR-IOV PF");
    EXPECT_EQ(xe.read({.in = In::debug, .path = "dri/0/gt0/vf1/lmem_quota"}), "0");
  }
}

TEST(XeLayout, OfAnIntegratedGpuHasNoFileOfVram) {
  const XeHost panther("intel-ptl");
  expect_tree(panther,
              7,
              device_paths + gt0_link + gt1_link,
              newer(true, false, true),
              newer(false, false, true));
  EXPECT_EQ(panther.read(panther.admin("vf1/profile/vram_quota")), "errno 2");
  EXPECT_EQ(panther.read(panther.admin("vf7/profile/exec_quantum_ms")), "0");
  for (const std::string model : {"intel-adl", "intel-tgl"}) {
    const XeHost xe(model);
    expect_tree(
        xe, 7, device_paths + gt0_link, newer(true, false, false), newer(false, false, false));
  }
  const XeHost older_one("intel-tgl", {{"xe_release", "617"}});
  expect_tree(older_one, 7, {}, older("", true, false, false), older("", false, false, false));
}

TEST(XeLayout, HasAQuotaInSysfsOnlyAfter70) {
  const XeHost newest("intel-b60-debugfs");
  EXPECT_EQ(newest.read(newest.admin("vf24/profile/vram_quota")), "0");
  const XeHost before("intel-b60-7.0");
  EXPECT_EQ(before.read(before.admin("vf24/profile/vram_quota")), "errno 2");
  EXPECT_EQ(before.read(before.admin("vf24/profile/exec_quantum_ms")), "0");
  EXPECT_EQ(before.read(before.admin(".bulk_profile/vram_quota")), "errno 2");
  EXPECT_EQ(before.read(before.admin(".bulk_profile/exec_quantum_ms")), "errno 13");
}

TEST(XeLayout, HasAThresholdMoreWithNewerFirmware) {
  const XeHost xe("intel-b60-7.0", {{"multi_lrc", "1"}});
  EXPECT_EQ(xe.read(xe.debug("gt1/vf1/threshold_multi_lrc_count")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/pf/threshold_multi_lrc_count")), "0");
}

TEST(XeLayout, WithoutDebugfsHasNothingThere) {
  for (const std::string release : {"617", "618", "619", "700", "701"}) {
    const XeHost xe("intel-b60-7.0", {{"xe_release", release}, {"debugfs", "0"}});
    EXPECT_THAT(xe.host().dump(), testing::Not(testing::HasSubstr("debug:"))) << release;
  }
}

TEST(XeLayout, UnderLockdownShowsNamesAndOpensNothing) {
  XeHost xe("intel-b60-debugfs", {{"debugfs", "2"}});
  EXPECT_EQ(xe.debug_paths(), XeHost("intel-b60-debugfs").debug_paths());
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "errno 1");
  EXPECT_EQ(xe.write(xe.debug("gt0/vf1/contexts_quota"), 1024), EPERM);
  EXPECT_EQ(xe.write(xe.debug("sriov/restore_auto_provisioning"), 1), EPERM);
  EXPECT_EQ(xe.write(xe.admin("vf1/profile/vram_quota"), 1), 0);
  EXPECT_EQ(xe.read(xe.admin("vf1/profile/vram_quota")), "2097152");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/lmem_quota")), "errno 1");
}

}  // namespace
}  // namespace vfmgr::test
