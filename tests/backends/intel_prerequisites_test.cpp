// SPDX-License-Identifier: Apache-2.0
// What keeps Intel's GPUs from making VFs, told by files of simulated hosts.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <functional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test::of_intel_prerequisites {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Edit = std::function<std::string(std::string)>;

const std::string gpu_name = "0000:03:00.0";
const std::string xe_max_vfs = "sys:module/xe/parameters/max_vfs";
const std::string i915_max_vfs = "sys:module/i915/parameters/max_vfs";
const std::string i915_enable_guc = "sys:module/i915/parameters/enable_guc";
const std::string lockdown = "sys:kernel/security/lockdown";

/// An Arc Pro B60 under xe with sriov_admin/, changed by these in their order.
class Host : public Lab {
 public:
  explicit Host(const std::vector<Edit>& edits) : Lab({"intel-b60"}) {
    const std::vector<sim::ModelCount> gpus{{.model = "intel-b60"}};
    std::string text = sim::host_text(gpus).value();
    for (const Edit& edit : edits) {
      text = edit(std::move(text));
    }
    std::ofstream(file()) << text;
  }
  [[nodiscard]] std::vector<Finding> findings() const {
    const auto inventory = open().inventory({});
    EXPECT_TRUE(inventory) << to_string(inventory.error());
    return inventory && !inventory->gpus.empty() ? inventory->gpus.front().findings
                                                 : std::vector<Finding>{};
  }
  /// The first of them; there must be one.
  [[nodiscard]] Finding first() const {
    const auto all = findings();
    EXPECT_THAT(all, Not(IsEmpty()));
    return all.empty() ? Finding{} : all.front();
  }
};

Edit line(const std::string& line) {
  return [line](const std::string& text) {
    const std::size_t at = text.find("\nlog\n");
    EXPECT_NE(at, std::string::npos);
    return text.substr(0, at + 1) + line + text.substr(at);
  };
}

/// A file with one line of text.
Edit file(const std::string& place, const std::string& value) {
  return line(place + " = " + value + "\\n");
}

/// Every line that has this is gone; there must be one.
Edit without(const std::string& part) {
  return [part](const std::string& text) {
    std::string kept;
    std::size_t gone = 0;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t to = text.find('\n', from) + 1;
      const std::string one = text.substr(from, to - from);
      const bool goes = one.find(part) != std::string::npos;
      gone += goes ? 1U : 0U;
      kept += goes ? "" : one;
      from = to;
    }
    EXPECT_NE(gone, 0U) << part;
    return kept;
  };
}

/// One text in place of another; it must be there.
Edit replaced(const std::string& from, const std::string& to) {
  return [from, to](const std::string& text) {
    const std::string result = std::regex_replace(text, std::regex(from), to);
    EXPECT_NE(result, text) << from;
    return result;
  };
}

Edit device(const std::string& id) {
  return replaced("/device = 0xe211", "/device = 0x" + id);
}

const Edit no_vfs = replaced(R"(/sriov_totalvfs = 24)", "/sriov_totalvfs = 0");
const Edit no_capability = without("/sriov_");
const Edit no_admin = without("/sriov_admin");
const Edit no_vram_quota = without("vram_quota");
const Edit unbound = without("/driver -> ");
const Edit no_iommu = [](const std::string& text) {
  return without(gpu_name + "/iommu_group -> ")(without("/vf_groups = ")(text));
};

/// The GPU with this id is bound to i915 in place of xe, and has no files of xe's.
std::vector<Edit> on_i915(const std::string& id, const std::vector<Edit>& more = {}) {
  std::vector<Edit> edits{no_admin, device(id), replaced(R"(drivers/xe)", "drivers/i915")};
  edits.insert(edits.end(), more.begin(), more.end());
  return edits;
}

TEST(IntelPrerequisites, AreAllThereOnAHealthyHost) {
  EXPECT_THAT(Host({}).findings(), IsEmpty());
  EXPECT_THAT(Host({file(xe_max_vfs, "4294967295"), file(lockdown, "[none] integrity")}).findings(),
              IsEmpty());
}

TEST(IntelPrerequisites, AreNotLookedForOnAGpuThatWasGivenAway) {
  const Host host({no_admin, no_iommu, replaced(R"(drivers/xe)", "drivers/given-away")});
  EXPECT_THAT(host.findings(), IsEmpty());
}

TEST(IntelUnderXe, IsToldToMakeNoVfsByTheModulesParameter) {
  const Host host({no_vfs, file(xe_max_vfs, "0")});
  const auto found = host.findings();
  ASSERT_THAT(found, SizeIs(2));  // the other says that its driver allows 0 VFs
  EXPECT_THAT(found.front().what, HasSubstr(xe_max_vfs + " reads '0'"));
  EXPECT_THAT(found.front().help,
              AllOf(HasSubstr("options xe max_vfs=N"),
                    HasSubstr("/etc/modprobe.d/"),
                    HasSubstr("xe.max_vfs=N on the kernel's command line")));
}

TEST(IntelUnderXe, IsToldToMakeNoVfsInConfigfsWhateverTheParameterSays) {
  const std::string own = "sys:kernel/config/xe/" + gpu_name + "/sriov/max_vfs";
  const Host host({no_vfs, file(xe_max_vfs, "4294967295"), file(own, "0")});
  EXPECT_THAT(host.first().what, HasSubstr(own + " reads '0'"));
  EXPECT_THAT(host.first().help, HasSubstr("'unlimited'"));
  const Host above({no_vfs, file(xe_max_vfs, "0"), file(own, "unlimited")});
  EXPECT_THAT(above.first().what, HasSubstr(own + " reads 'unlimited', which allows VFs"));
}

TEST(IntelUnderXe, SaysSoWhereTheParameterIsForRootAlone) {
  const Host host({no_vfs, line(xe_max_vfs + " [r!13] = ")});
  EXPECT_THAT(host.first().what, AllOf(HasSubstr(xe_max_vfs), HasSubstr("for root alone")));
  EXPECT_EQ(host.first().help, "run it as root");
}

TEST(IntelUnderXe, HasNoSriovForThisGpuByItsOwnWords) {
  const Host host({no_vfs,
                   file(xe_max_vfs, "4294967295"),
                   line("debug:dri/" + gpu_name + "/sriov_info = supported: no\\nenabled: no\\n")});
  EXPECT_THAT(host.first().what, HasSubstr("/sriov_info says 'supported: no'"));
}

TEST(IntelUnderXe, HasNoSriovForItsFamily) {
  const Host meteor_lake({no_vfs, device("7d55"), file(xe_max_vfs, "4294967295")});
  EXPECT_THAT(meteor_lake.first().what, HasSubstr("no SR-IOV for Meteor Lake"));
  EXPECT_THAT(meteor_lake.first().help, HasSubstr("i915-sriov-dkms"));
  const Host max({no_vfs, device("0bd5"), file(xe_max_vfs, "4294967295")});
  EXPECT_THAT(max.first().help, HasSubstr("intel-gpu-i915-backports"));
}

TEST(IntelUnderXe, SendsToTheKernelsLogWhereNoFileTells) {
  const Host host({no_vfs, file(xe_max_vfs, "4294967295")});
  EXPECT_THAT(host.first().what,
              AllOf(HasSubstr("reads '4294967295'"), HasSubstr("told by no file")));
  EXPECT_THAT(host.first().help, HasSubstr("Guc submission disabled"));
}

TEST(IntelUnderXe, CanShareOutNothingWhereDebugfsIsNotMounted) {
  const Host older({no_admin});
  ASSERT_THAT(older.findings(), SizeIs(1));
  EXPECT_THAT(older.first().what,
              AllOf(HasSubstr("debugfs is not mounted"), HasSubstr("shares and times")));
  EXPECT_THAT(older.first().help, HasSubstr("mount -t debugfs none /sys/kernel/debug"));
  const Host without_quota({no_vram_quota});
  EXPECT_THAT(without_quota.first().what, HasSubstr("VFs' VRAM in debugfs alone"));
}

TEST(IntelUnderXe, CanShareOutNothingWhereTheKernelIsLockedDown) {
  const Edit debugfs = line("debug:dri/" + gpu_name + "/sriov_info = supported: yes\\n");
  const Host host({no_admin, debugfs, file(lockdown, "none [integrity] confidentiality")});
  ASSERT_THAT(host.findings(), SizeIs(1));
  EXPECT_THAT(host.first().what,
              AllOf(HasSubstr(lockdown + " reads 'none [integrity] confidentiality'"),
                    HasSubstr("lets nobody write to debugfs")));
  const Host open({no_admin, debugfs, file(lockdown, "[none] integrity confidentiality")});
  EXPECT_THAT(open.findings(), IsEmpty());
}

TEST(IntelUnderXe, NeedsNoDebugfsForAGpuWithoutMemoryOfItsOwn) {
  EXPECT_THAT(Host({no_vram_quota, device("b080")}).findings(), IsEmpty());
}

TEST(IntelGpu, IsTakenByXeOnlyWhenItIsTold) {
  const Host host({no_admin, unbound, device("46a6")});
  EXPECT_THAT(host.first().what, HasSubstr("Alder Lake"));
  EXPECT_THAT(host.first().help, HasSubstr("xe.force_probe=46a6 i915.force_probe=!46a6"));
  // xe takes this one by itself: only that it has no driver is told.
  EXPECT_THAT(Host({no_admin, unbound}).findings(), SizeIs(1));
}

TEST(IntelGpu, HasNoIommu) {
  const Host host({no_iommu});
  ASSERT_THAT(host.findings(), SizeIs(1));
  EXPECT_THAT(host.first().what, HasSubstr("no IOMMU"));
  EXPECT_THAT(host.first().help, HasSubstr("intel_iommu=on"));
}

TEST(IntelGpu, IsABattlemageThatIsNoArcPro) {
  const Host host({no_admin, no_capability, device("e20b")});
  EXPECT_THAT(host.first().what, HasSubstr("only the boards of Arc Pro"));
}

TEST(IntelGpu, ShowsNoCapabilityThoughItsFamilyCanHaveIt) {
  const Host host({no_admin, no_capability});
  EXPECT_THAT(host.first().what, AllOf(HasSubstr("firmware"), HasSubstr("CONFIG_PCI_IOV")));
  EXPECT_THAT(Host({no_admin, no_capability, device("1912")}).findings(), SizeIs(1))
      << "of a GPU of which nothing is known, only that it has no capability is told";
}

TEST(IntelUnderI915, IsTheKernelsOwnWhereXeMakesVfs) {
  const Host host(on_i915("46a6"));
  EXPECT_THAT(host.first().what, AllOf(HasSubstr(i915_max_vfs), HasSubstr("the kernel's own")));
  EXPECT_THAT(host.first().help,
              AllOf(HasSubstr("xe.force_probe=46a6 i915.force_probe=!46a6"),
                    HasSubstr("i915-sriov-dkms"),
                    HasSubstr("dkms status")));
}

TEST(IntelUnderI915, IsNotTheBackportThatFlexAndMaxNeed) {
  const Host flex(on_i915("56c0"));
  EXPECT_THAT(flex.first().help,
              AllOf(HasSubstr("intel-gpu-i915-backports"), HasSubstr("xe.force_probe=56c0")));
  const Host max(on_i915("0bd5"));
  EXPECT_THAT(max.first().help,
              AllOf(HasSubstr("intel-gpu-i915-backports"), Not(HasSubstr("force_probe"))));
}

TEST(IntelUnderI915, IsToldToMakeNoVfsByTheModulesParameter) {
  const Host host(on_i915("56c0", {no_vfs, file(i915_max_vfs, "0"), file(i915_enable_guc, "3")}));
  ASSERT_THAT(host.findings(), SizeIs(2));
  EXPECT_THAT(host.first().what, HasSubstr(i915_max_vfs + " reads '0'"));
  EXPECT_THAT(host.first().help,
              AllOf(HasSubstr("options i915 max_vfs=N"), HasSubstr("i915.max_vfs=N")));
}

TEST(IntelUnderI915, TakesTheOldSwitchForVfsToo) {
  const Host host(on_i915("56c0", {no_vfs, file(i915_max_vfs, "0"), file(i915_enable_guc, "7")}));
  EXPECT_THAT(host.first().what, HasSubstr("told by no file"));
  EXPECT_THAT(host.first().help, AllOf(HasSubstr("VFs BAR not ready"), HasSubstr("pci=realloc")));
}

TEST(IntelUnderI915, HasItsFirmwareTurnedOff) {
  for (const char* const bits : {"0", "2"}) {
    const Host host(
        on_i915("46a6", {no_vfs, file(i915_max_vfs, "7"), file(i915_enable_guc, bits)}));
    EXPECT_THAT(host.first().what,
                AllOf(HasSubstr(i915_enable_guc + " reads '" + bits + "'"), HasSubstr("bit 0")));
    EXPECT_THAT(host.first().help, HasSubstr("options i915 enable_guc=3"));
  }
  const Host half(on_i915("46a6", {no_vfs, file(i915_max_vfs, "7"), file(i915_enable_guc, "1")}));
  EXPECT_THAT(half.first().what, HasSubstr("bit 1"));
  const Host own(on_i915("46a6", {no_vfs, file(i915_max_vfs, "7"), file(i915_enable_guc, "-1")}));
  EXPECT_THAT(own.first().what, HasSubstr("told by no file"));
}

TEST(IntelUnderI915, HasTheFabricOfMaxTurnedOn) {
  const std::string iaf = "sys:module/i915/parameters/enable_iaf";
  for (const char* const on : {"Y", "1"}) {
    const Host host(on_i915("0bd5", {no_vfs, file(i915_max_vfs, "63"), file(iaf, on)}));
    EXPECT_THAT(host.first().what, HasSubstr(iaf + " reads '" + on + "'"));
    EXPECT_THAT(host.first().help, HasSubstr("i915.enable_iaf=0"));
  }
  const Host off(on_i915("0bd5", {no_vfs, file(i915_max_vfs, "63"), file(iaf, "N")}));
  EXPECT_THAT(off.first().what, Not(HasSubstr("IAF")));
  const Host flex(on_i915("56c0", {no_vfs, file(i915_max_vfs, "31"), file(iaf, "Y")}));
  EXPECT_THAT(flex.first().what, Not(HasSubstr("IAF")));
}

TEST(IntelUnderI915, WithSriovHasNothingAgainstIt) {
  const std::string mode =
      "sys:devices/pci0000:00/0000:00:01.0/" + gpu_name + "/drm/card0/prelim_iov/mode";
  for (const Edit& sign : {file(i915_max_vfs, "31"), file(mode, "SR-IOV PF")}) {
    for (const Finding& finding : Host(on_i915("56c0", {sign})).findings()) {
      // Until a backend of its own manages it, the kernel's i915 is what this version knows.
      EXPECT_EQ(finding.what, "its driver makes no VFs this way");
    }
  }
}

}  // namespace
}  // namespace vfmgr::test::of_intel_prerequisites
