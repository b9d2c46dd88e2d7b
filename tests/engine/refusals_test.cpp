// SPDX-License-Identifier: Apache-2.0
// The kernel's errnos are told in the words of the very file that they came from.
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/attrs.hpp"
#include "backends/amd_gim_s7150/attrs.hpp"
#include "backends/amd_gpuiov/attrs.hpp"
#include "backends/backend.hpp"
#include "backends/intel_i915/attrs.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia_mdev/attrs.hpp"
#include "backends/nvidia_vfio/attrs.hpp"
#include "core/attr.hpp"
#include "core/refusal.hpp"
#include "engine/tables.hpp"
#include "kernel/errors.hpp"
#include "mdev/attrs.hpp"
#include "pci/attrs.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test::of_refusals {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

AttrTables all_tables() {
  return attr_tables(shipped_backends());
}

Error meaning(const Attr& attr, const Holes& holes, int os_error) {
  const Place place = place_of(attr, holes);
  Error error = kernel_error(place, os_error, "1");
  add_meaning(all_tables(), place, error);
  return error;
}

const Holes gpu{.gpu = parse_address("0000:03:00.0").value(), .vf = vf_at(0), .name = "name"};

TEST(ARefusal, HasWordsForEachErrnoOfEachFileThatIsWritten) {
  std::set<std::string_view> written;
  for (const std::span<const Attr> table : all_tables()) {
    for (const Attr& attr : table) {
      std::set<int> seen;
      for (const Refusal& refusal : attr.errnos) {
        written.insert(attr.pattern);
        SCOPED_TRACE(std::string(attr.pattern) + ": " + words_of_errno(refusal.os_error));
        EXPECT_TRUE(seen.insert(refusal.os_error).second) << "is there twice";
        EXPECT_GE(refusal.why.size(), 10U);
        // They stand within a sentence and before " (EBUSY)".
        EXPECT_THAT(std::string(refusal.why), Not(EndsWith(".")));
        EXPECT_THAT(std::string(refusal.help), Not(EndsWith(".")));
        const Error told = meaning(attr, gpu, refusal.os_error);
        EXPECT_THAT(told.why, HasSubstr(std::string(refusal.why) + " (E"));
        EXPECT_EQ(told.help, refusal.help);
      }
    }
  }
  EXPECT_GE(written.size(), 20U);
}

/// What reading the kernel's and drivers' code, and running it, has shown to happen.
struct Known {
  const Attr& attr;
  std::vector<int> os_errors;
};

// xe_sriov_pf_sysfs.c, xe_gt_sriov_pf_config.c; in debugfs, xe_gt_sriov_pf_debugfs.c, EOVERFLOW.
const std::vector<int> xe_schedule{
    EINVAL, ERANGE, EPERM, EIO, ENOKEY, EPROTO, ENOBUFS, EBUSY, ECANCELED, EACCES, EROFS};
const std::vector<int> xe_gt_schedule{
    EINVAL, EOVERFLOW, EPERM, EIO, ENOKEY, EPROTO, ENOBUFS, EBUSY, ECANCELED, EACCES, EROFS};
const std::vector<int> xe_gt_quota{EINVAL,
                                   EOVERFLOW,
                                   EDQUOT,
                                   ENOSPC,
                                   ENOMEM,
                                   EPERM,
                                   EIO,
                                   ENOKEY,
                                   EPROTO,
                                   ENOBUFS,
                                   EBUSY,
                                   ECANCELED,
                                   EACCES,
                                   EROFS};
const std::vector<int> xe_spare{EINVAL, EOVERFLOW, EPERM, EBUSY, ECANCELED, EACCES, EROFS};

// intel-gpu-i915-backports gt/iov/intel_iov_sysfs.c, intel_iov_provisioning.c
const std::vector<int> i915_schedule{EINVAL, ERANGE, EIO, ENOKEY, EPROTO, EACCES, EROFS};
const std::vector<int> i915_quota{
    EINVAL, ERANGE, EOVERFLOW, E2BIG, EDQUOT, ENOSPC, ENOMEM, EIO, ENOKEY, EPROTO, EACCES, EROFS};
const std::vector<int> i915_spare{EINVAL, ERANGE, ENODEV, EACCES, EROFS};
const std::vector<int> i915_priority{EINVAL, EIO, ENOKEY, EPROTO, ENODEV, EACCES, EROFS};

const std::vector<Known> known{
    // iov.c:sriov_numvfs_store and sriov_enable, xe_pci_sriov.c, xe_sriov_pf_provision.c
    {pci::kNumVfs,
     {EINVAL,
      ERANGE,
      ENOENT,
      EBUSY,
      EIO,
      ENOMEM,
      ENOSYS,
      ENODEV,
      EPERM,
      ENOSPC,
      EUCLEAN,
      EAGAIN,
      EACCES,
      EROFS}},
    {pci::kAutoprobe, {EINVAL, ENODEV, EACCES, EROFS}},           // iov.c
    {pci::kVfOverride, {EINVAL, ENOMEM, ENODEV, EACCES, EROFS}},  // base/driver.c
    {pci::kPfOverride, {EINVAL, ENOMEM, ENODEV, EACCES, EROFS}},
    // bus.c:bind_store, dd.c, vfio/group.c, vfio_pci_core.c, iommu.c
    {pci::kBind, {ENODEV, EBUSY, EAGAIN, EINVAL, EPERM, EIO, EACCES, EROFS}},
    {pci::kUnbind, {ENODEV, EACCES, EROFS}},                // bus.c:unbind_store
    {pci::kDriversProbe, {ENODEV, EINVAL, EACCES, EROFS}},  // bus.c:drivers_probe_store
    {pci::kMsixCount, {EINVAL, EOPNOTSUPP, EBUSY, ENODEV, EACCES, EROFS}},
    {pci::kModule, {ENOENT, EPERM, ENOEXEC, ENOMEM, EBUSY, EAGAIN}},
    // xe_sriov_pf_sysfs.c, xe_gt_sriov_pf_config.c
    {intel_xe::kVram,
     {EINVAL,
      ERANGE,
      EPERM,
      EIO,
      ENOKEY,
      EPROTO,
      ENOBUFS,
      ENOSPC,
      ENOMEM,
      EBUSY,
      ECANCELED,
      EACCES,
      EROFS}},
    {intel_xe::kExecQuantum, xe_schedule},
    {intel_xe::kPreemptTimeout, xe_schedule},
    {intel_xe::kPfExecQuantum, xe_schedule},
    {intel_xe::kPfPreemptTimeout, xe_schedule},
    {intel_xe::kPfPriority,
     {EINVAL, EPERM, EIO, ENOKEY, EPROTO, ENOBUFS, EBUSY, ECANCELED, EACCES, EROFS}},
    {intel_xe::kAllPriorities,
     {EINVAL, EPERM, EIO, ENOKEY, EPROTO, ENOBUFS, EBUSY, ECANCELED, EACCES, EROFS}},
    {intel_xe::debugfs::kRestore, {EBUSY, EINVAL, ECANCELED, EPERM, EACCES, EROFS}},
    {intel_xe::debugfs::kVram0, xe_gt_quota},
    {intel_xe::debugfs::kGgtt0, xe_gt_quota},
    {intel_xe::debugfs::kContexts0, xe_gt_quota},
    {intel_xe::debugfs::kDoorbells0, xe_gt_quota},
    {intel_xe::debugfs::kExecQuantum0, xe_gt_schedule},
    {intel_xe::debugfs::kPreemptTimeout0, xe_gt_schedule},
    {intel_xe::debugfs::kPfExecQuantum0, xe_gt_schedule},
    {intel_xe::debugfs::kPfPreemptTimeout0, xe_gt_schedule},
    {intel_xe::debugfs::kReserve0, xe_spare},
    {intel_xe::debugfs::kVram1, xe_gt_quota},
    {intel_xe::debugfs::kGgtt1, xe_gt_quota},
    {intel_xe::debugfs::kContexts1, xe_gt_quota},
    {intel_xe::debugfs::kDoorbells1, xe_gt_quota},
    {intel_xe::debugfs::kExecQuantum1, xe_gt_schedule},
    {intel_xe::debugfs::kPreemptTimeout1, xe_gt_schedule},
    {intel_xe::debugfs::kPfExecQuantum1, xe_gt_schedule},
    {intel_xe::debugfs::kPfPreemptTimeout1, xe_gt_schedule},
    {intel_xe::debugfs::kReserve1, xe_spare},
    {intel_i915::kVram, i915_quota},
    {intel_i915::kGgtt, i915_quota},
    {intel_i915::kContexts, i915_quota},
    {intel_i915::kDoorbells, i915_quota},
    {intel_i915::kExecQuantum, i915_schedule},
    {intel_i915::kPreemptTimeout, i915_schedule},
    {intel_i915::kPfExecQuantum, i915_schedule},
    {intel_i915::kPfPreemptTimeout, i915_schedule},
    {intel_i915::kReserve, i915_spare},
    {intel_i915::kPfPriority, i915_priority},
    {intel_i915::kStrict, i915_priority},
    {intel_i915::kVram0, i915_quota},
    {intel_i915::kGgtt0, i915_quota},
    {intel_i915::kContexts0, i915_quota},
    {intel_i915::kDoorbells0, i915_quota},
    {intel_i915::kExecQuantum0, i915_schedule},
    {intel_i915::kPreemptTimeout0, i915_schedule},
    {intel_i915::kPfExecQuantum0, i915_schedule},
    {intel_i915::kPfPreemptTimeout0, i915_schedule},
    {intel_i915::kReserve0, i915_spare},
    {intel_i915::kPfPriority0, i915_priority},
    {intel_i915::kStrict0, i915_priority},
    {intel_i915::kVram1, i915_quota},
    {intel_i915::kGgtt1, i915_quota},
    {intel_i915::kContexts1, i915_quota},
    {intel_i915::kDoorbells1, i915_quota},
    {intel_i915::kExecQuantum1, i915_schedule},
    {intel_i915::kPreemptTimeout1, i915_schedule},
    {intel_i915::kPfExecQuantum1, i915_schedule},
    {intel_i915::kPfPreemptTimeout1, i915_schedule},
    {intel_i915::kReserve1, i915_spare},
    {intel_i915::kPfPriority1, i915_priority},
    {intel_i915::kStrict1, i915_priority},
    {intel_i915::kAuto, {EINVAL, ESTALE, ENODEV, EACCES, EROFS}},
    // rename(2), fsync(2); amd/MxGPU-Virtualization gim_monitor.c, gim_debugfs.c
    {amd_gim::kGimConfig, {ENOSPC, EDQUOT, EIO, EACCES, EROFS}},
    {amd_gim::kMemoryMode, {EINVAL, ENODEV, EACCES, EROFS}},
    {amd_gim::kProfile, {EINVAL, ENODEV, EACCES, EROFS}},
    {amd_gim::kSlices, {EINVAL, EFAULT, ENODEV, EACCES}},
    {amd_gim::kFramebuffers, {EINVAL, EFAULT, ENODEV, EACCES}},
    // amd/MxGPU-Virtualization smi_drv_cmd.c:smi_convert_ret_value
    {amd_gim::kRunTimeCount, {EBUSY, EINVAL, EAGAIN, EOPNOTSUPP, EIO, ENODEV, EACCES}},
    // pci-sysfs.c:pci_write_config
    {amd_gpuiov::kContextA, {EPERM, ENODEV, EACCES, EROFS}},
    {amd_gpuiov::kTotalsA, {EPERM, ENODEV, EACCES, EROFS}},
    {amd_gpuiov::kFramebufferA, {EPERM, ENODEV, EACCES, EROFS}},
    {amd_gpuiov::kTotalsB, {EPERM, ENODEV, EACCES, EROFS}},
    {amd_gpuiov::kFramebufferB, {EPERM, ENODEV, EACCES, EROFS}},
    // GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization gim_monitor.c, by what it answers
    {amd_gim_s7150::kGetVf, {EBUSY, ENOSPC, EINVAL, EIO, ENODEV, EACCES, EROFS}},
    {amd_gim_s7150::kRelVf, {EBUSY, ENOSPC, EINVAL, EIO, ENODEV, EACCES, EROFS}},
    {mdev::kCreate, {EINVAL, EEXIST, EUSERS, ENODEV, ENOMEM, EIO, EACCES, EROFS}},
    {mdev::kRemove, {EINVAL, ENODEV, EAGAIN, EACCES, EROFS}},
    {nvidia::kLock, {EINVAL, ENOMEM, EFAULT, EACCES, EROFS}},
    {nvidia::kMig, {EOPNOTSUPP, EPERM, EBUSY, ENOSPC, EAGAIN, ENODEV, EINVAL, EIO}},
    {nvidia::kMixed, {EOPNOTSUPP, EPERM, EBUSY, EINVAL, EIO}},
    {nvidia::kTool, {EIO, EACCES, ENOENT, ENOEXEC, ENOMEM}},
    {nvidia_vfio::kType, {EIO, EINVAL, ENODEV, EACCES, EROFS}},
    {nvidia_vfio::kParams, {EIO, EINVAL, ENODEV, EACCES, EROFS}},
    {nvidia_vfio::kPlacement, {EIO, EINVAL, ENODEV, EACCES, EROFS}},
    {nvidia_vfio::kInstance, {EIO, EINVAL, ENODEV, EACCES, EROFS}},
    {nvidia_mdev::kParams, {EIO, EINVAL, ENODEV, EACCES, EROFS}},
};

TEST(ARefusal, IsKnownForWhateverAFileIsKnownToAnswer) {
  for (const Known& one : known) {
    for (const int os_error : one.os_errors) {
      EXPECT_NE(meaning(one.attr, gpu, os_error).why, words_of_errno(os_error))
          << one.attr.pattern << ": " << words_of_errno(os_error);
    }
  }
  for (const std::span<const Attr> table : all_tables()) {
    for (const Attr& attr : table) {
      const bool stands = std::ranges::any_of(
          known, [&attr](const Known& one) { return one.attr.pattern == attr.pattern; });
      EXPECT_TRUE(stands || attr.errnos.empty()) << attr.pattern << " is not in the list above";
    }
  }
}

TEST(ARefusal, IsNotTheSameOfTwoFiles) {
  const std::string count = meaning(pci::kNumVfs, gpu, EBUSY).why;
  const std::string bind = meaning(pci::kBind, gpu, EBUSY).why;
  EXPECT_THAT(count, HasSubstr("there are other VFs"));
  EXPECT_THAT(bind, HasSubstr("has a driver already"));
}

TEST(ARefusal, LeavesTheWordsThatSomebodyElseHasFound) {
  const Place place = pci::named(pci::kModule, "xe");
  Error error = kernel_error(place, EBUSY, "unload");
  error.why = "modprobe ended with 1: Module xe is in use.";
  add_meaning(all_tables(), place, error);
  EXPECT_EQ(error.why, "modprobe ended with 1: Module xe is in use.");
  EXPECT_EQ(error.help, "lsmod names what uses it");
}

TEST(ARefusal, OfAnErrnoThatNoTableHasIsTheKernelsOwnWord) {
  EXPECT_EQ(meaning(pci::kUnbind, gpu, EXDEV).why, words_of_errno(EXDEV));
  EXPECT_EQ(meaning(pci::kUnbind, gpu, EXDEV).help, "");
}

TEST(ARefusal, IsWhatARunReports) {
  const Lab lab({"intel-b60"});
  lab.fault(gpu_file("sriov_numvfs"), ENOMEM);
  const auto report = lab.apply("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_TRUE(report->units.at(0).error);
  EXPECT_EQ(report->units[0].result, Outcome::rolled_back);
  EXPECT_THAT(report->units[0].error->why, HasSubstr("no room for so many VFs"));
  EXPECT_THAT(report->units[0].error->why, EndsWith(" (ENOMEM)"));
  EXPECT_THAT(report->units[0].error->help, HasSubstr("Above 4G Decoding"));
}

}  // namespace
}  // namespace vfmgr::test::of_refusals
