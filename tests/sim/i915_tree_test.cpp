// SPDX-License-Identifier: Apache-2.0
// The tree of each form of i915 with SR-IOV: these paths with these modes, and no others.
#include "vfmgr/place.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/support/i915.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::ElementsAreArray;

using Entries = std::vector<std::string>;

/// What a form has on a card.
struct Shape {
  Entries gts;
  std::string media;  ///< the media GT; empty: none
  bool lmem = false;
  bool backports = false;
  int vfs = 0;
};

void add(Entries& all, const std::string& directory, const Entries& names) {
  for (const std::string& name : names) {
    all.push_back(directory + name);
  }
}

Entries of_pf_gt(const Shape& shape, const std::string& gt) {
  Entries all;
  const bool lmem = shape.lmem && gt != shape.media;
  add(all,
      "pf/" + gt + "/",
      {"exec_quantum_ms [rw]",
       "preempt_timeout_us [rw]",
       "ggtt_spare [rw]",
       "contexts_spare [rw]",
       "doorbells_spare [rw]",
       "available/ggtt_free",
       "available/ggtt_max_quota",
       "available/contexts_free",
       "available/contexts_max_quota",
       "available/doorbells_free",
       "available/doorbells_max_quota",
       "policies/sched_if_idle [rw]",
       "policies/engine_reset [rw]",
       "policies/sample_period_ms [rw]"});
  if (shape.backports) {
    add(all,
        "pf/" + gt + "/",
        {"sched_priority [rw]", "contexts_quota [rw]", "doorbells_quota [rw]"});
  }
  if (lmem) {
    add(all,
        "pf/" + gt + "/",
        {"lmem_spare [rw]", "available/lmem_free", "available/lmem_max_quota"});
  }
  return all;
}

Entries of_vf_gt(const Shape& shape, const std::string& vf, const std::string& gt) {
  Entries all;
  add(all,
      vf + "/" + gt + "/",
      {gt == shape.media ? "ggtt_quota" : "ggtt_quota [rw]",
       "contexts_quota [rw]",
       "doorbells_quota [rw]",
       "exec_quantum_ms [rw]",
       "preempt_timeout_us [rw]",
       "threshold/cat_error_count [rw]",
       "threshold/engine_reset_count [rw]",
       "threshold/page_fault_count [rw]",
       "threshold/h2g_time_us [rw]",
       "threshold/irq_time_us [rw]",
       "threshold/doorbell_time_us [rw]"});
  if (shape.lmem && gt != shape.media) {
    all.push_back(vf + "/" + gt + "/lmem_quota [rw]");
  }
  return all;
}

Entries entries(const Shape& shape) {
  Entries all{"mode", "pf/auto_provisioning [rw]", "pf/device ->"};
  Entries gts = shape.gts;
  if (!shape.media.empty()) {
    gts.push_back(shape.media);
  }
  for (const std::string& gt : gts) {
    add(all, "", of_pf_gt(shape, gt));
  }
  for (int number = 1; number <= shape.vfs; ++number) {
    const std::string vf = "vf" + std::to_string(number);
    add(all, vf + "/", {"id", "control [w]"});
    for (const std::string& gt : gts) {
      add(all, "", of_vf_gt(shape, vf, gt));
    }
  }
  std::ranges::sort(all);
  return all;
}

Entries sorted(Entries all) {
  std::ranges::sort(all);
  return all;
}

TEST(I915Tree, OfBackportsOnOneGtIsAllInGt) {
  const I915Host flex("intel-flex170");
  EXPECT_THAT(sorted(flex.tree()),
              ElementsAreArray(entries(
                  {.gts = {"gt"}, .media = {}, .lmem = true, .backports = true, .vfs = 31})));
}

TEST(I915Tree, OfBackportsOnTwoTilesHasAGtEach) {
  const I915Host max("intel-max1550");
  EXPECT_THAT(
      sorted(max.tree()),
      ElementsAreArray(entries(
          {.gts = {"gt0", "gt1"}, .media = {}, .lmem = true, .backports = true, .vfs = 63})));
}

TEST(I915Tree, OfDkmsNumbersItsOnlyGt) {
  const I915Host adl("intel-adl-i915");
  EXPECT_THAT(sorted(adl.tree()),
              ElementsAreArray(entries({.gts = {"gt0"}, .media = {}, .vfs = 7})));
}

TEST(I915Tree, OfDkmsOnMeteorLakeHasTheMediaGtWhoseGgttCannotBeSet) {
  const I915Host mtl("intel-mtl-i915");
  EXPECT_THAT(sorted(mtl.tree()),
              ElementsAreArray(entries({.gts = {"gt0"}, .media = "gt1", .vfs = 7})));
}

TEST(I915Tree, HasTheLinkIovInBackportsOnly) {
  I915Host flex("intel-flex140");
  I915Host tgl("intel-tgl-i915");
  const Place link{.in = In::sys, .path = "class/drm/card0/iov"};
  EXPECT_EQ(flex.kernel().link(link).value(), "prelim_iov");
  EXPECT_EQ(tgl.kernel().link(link).error().os_error, ENOENT);
  EXPECT_EQ(read(flex.kernel(), {.in = In::sys, .path = "class/drm/card0/iov/vf2/id"}), "2\n");
}

TEST(I915Tree, IsBelowTheCardOfTheClass) {
  I915Host adl("intel-adl-i915");
  EXPECT_EQ(adl.kernel().link({.in = In::sys, .path = "class/drm/card0/device"}).value(),
            "../../../0000:03:00.0");
  EXPECT_EQ(adl.get("mode"), "SR-IOV PF");
  EXPECT_EQ(adl.get("vf7/id"), "7");
  EXPECT_EQ(adl.get("vf8/id"), "errno 2");
  EXPECT_EQ(adl.get("pf/auto_provisioning"), "1");
  EXPECT_EQ(adl.kernel().link(I915Host::file("pf/device")).value(), "../../../../../0000:03:00.0");
}

TEST(I915Tree, PointsToAVfOnlyWhileItIsThere) {
  I915Host adl("intel-adl-i915");
  EXPECT_EQ(adl.kernel().link(I915Host::file("vf1/device")).error().os_error, ENOENT);
  ASSERT_EQ(adl.enable(1), 0);
  EXPECT_EQ(adl.kernel().link(I915Host::file("vf1/device")).value(), "../../../../../0000:03:00.1");
  EXPECT_EQ(adl.kernel().link(I915Host::file("vf2/device")).error().os_error, ENOENT);
  ASSERT_EQ(adl.enable(0), 0);
  EXPECT_EQ(adl.kernel().link(I915Host::file("vf1/device")).error().os_error, ENOENT);
}

TEST(I915Tree, OfAVfThatTheHostDrivesSaysThatItIsOne) {
  I915Host adl("intel-adl-i915");
  ASSERT_EQ(adl.enable(2), 0);  // autoprobe: i915 drives them on the host
  EXPECT_EQ(driver_of(adl.kernel(), address("0000:03:00.1")), "i915");
  EXPECT_EQ(read(adl.kernel(), {.in = In::sys, .path = "class/drm/card1/prelim_iov/mode"}),
            "SR-IOV VF\n");
  ASSERT_EQ(adl.enable(0), 0);
  EXPECT_EQ(read(adl.kernel(), {.in = In::sys, .path = "class/drm/card1/prelim_iov/mode"}),
            "errno 2");
}

TEST(I915Tree, GoesWithTheDriverAndComesBackAsItBegan) {
  I915Host flex("intel-flex170");
  const std::string before = flex.host().dump();
  ASSERT_EQ(flex.set("vf1/gt/ggtt_quota", 64 * kMiB), 0);
  ASSERT_EQ(flex.enable(0), 0);
  ASSERT_EQ(write(flex.kernel(), pci::named(pci::kUnbind, "i915"), "0000:03:00.0"), 0);
  EXPECT_EQ(flex.get("vf1/id"), "errno 2");
  ASSERT_EQ(write(flex.kernel(), pci::named(pci::kBind, "i915"), "0000:03:00.0"), 0);
  EXPECT_EQ(flex.host().dump(), before);
}

}  // namespace
}  // namespace vfmgr::test
