// SPDX-License-Identifier: Apache-2.0
// AMD's first GIM, for S7150: drv/gim_drv.c, gim_config.c, gim_fb.c, gim_monitor.c and
// gim_monitor_ioctl.c of GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization.
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "pci/attrs.hpp"
#include "sim/support/gim.hpp"
#include "sim/support/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

class GimS7150 : public testing::Test {
 protected:
  std::string ask(const std::string& leaf, const std::string& bytes) {
    EXPECT_EQ(gim.store(0, leaf, bytes), 0);
    return gim.show(0, leaf);
  }
  [[nodiscard]] std::string sizes() const {
    const std::string text = gim.show(0, "gpuvf");
    std::string all;
    constexpr std::string_view kKey = "VF Size:";
    for (std::size_t at = text.find(kKey); at != std::string::npos; at = text.find(kKey, at + 1)) {
      const std::size_t from = at + kKey.size();
      all += (all.empty() ? "" : " ") + text.substr(from, text.find(' ', from) - from);
    }
    return all;
  }
  GimHost gim{{"amd-s7150"}};
};

const std::string kZeros =
    "sched_option=0\nvf_num=0\npf_fb=0\nvf_fb=0\nsched_interval=0\nsched_interval_us=0\n"
    "fb_clear=0\n";

TEST_F(GimS7150, MakesAllVfsUnaskedAndIsBoundToNothing) {
  EXPECT_EQ(gim.counts(), "16");
  EXPECT_EQ(driver_of(gim.kernel(), gpu()), "");
  EXPECT_EQ(gim.write(pci::of(pci::kNumVfs, gpu()), "4"), ENOENT);
  EXPECT_EQ(gim.file(), "fb_option=0\n" + kZeros);
  EXPECT_EQ(gim.read({.in = In::sys, .path = "module/gim/parameters/vf_num"}), "4294967295\n");
  // The log in issue 3 of the repository: 480 MB each of 16 VFs on a card of 8 GB.
  EXPECT_THAT(gim.show(0, "gpuvf"),
              HasSubstr("VF #0\n\tType:S7150\n\tBusId:0000:03:02.0\n\tName:MxGPU_V1_16\n"
                        "\tVF State:Available\n\tVF Size:480 M\n\tGFX engine partition:6%\n"));
  EXPECT_THAT(gim.read({.in = In::sys, .path = "bus/pci/drivers/gim/gpuinfo"}),
              HasSubstr("GPU #0\n\tName:S7150\n\tBusId:0000:03:00.0\n\tDPM Cap:8\n"));
}

TEST_F(GimS7150, IgnoresWhatIsOutOfRangeAndKeepsWhatIsGivenInItsFile) {
  ASSERT_EQ(gim.reload("vf_num=4 vf_fb=1000 fb_clear=1 sched_option=7"), 0);
  EXPECT_EQ(gim.counts(), "4");
  EXPECT_EQ(sizes(), "1000 1000 1000 1000");
  EXPECT_THAT(gim.file(), HasSubstr("sched_option=0\nvf_num=4\npf_fb=0\nvf_fb=1000\n"));
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "4");
  EXPECT_EQ(gim.reload("vf_num=many"), EINVAL);
}

TEST_F(GimS7150, ReadsItsFileUpToTheFirstWordThatIsNoKey) {
  gim.set_file("vf_num=8\naccelerator_partition_mode=0\npf_fb=1024\n");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "8");
  EXPECT_EQ(sizes().substr(0, 4), "976 ");  // the least of the PF: (8176 - 256) / 8, by 16
}

TEST_F(GimS7150, NeverGivesMoreThanTheAverageAndLeavesVfsTheirWindow) {
  ASSERT_EQ(gim.reload("vf_num=2 vf_fb=65536 pf_fb=65536"), 0);
  EXPECT_EQ(sizes(), "256 256");
}

TEST_F(GimS7150, GivesVfsOutUnaskedOneAfterTheOther) {
  EXPECT_EQ(ask("getvf", "0 0 0"), "0000:03:02.0\n\n");
  EXPECT_EQ(ask("getvf", "0 0 0\n"), "0000:03:02.1\n\n");
  EXPECT_EQ(ask("getvf", "4096 1024 2"),
            "Failed to do getvf with error: The GPU partition should be managed with three zero "
            "inputs.\n\n");
  EXPECT_EQ(ask("relvf", "0000:03:02.0"), "OK\n\n");
  EXPECT_EQ(ask("getvf", "0 0 0"), "0000:03:02.0\n\n");
  EXPECT_EQ(ask("relvf", "0000:03:02.5"),
            "Failed to do relvf with error: Failed to release VF. The VF has not been set.\n\n");
  EXPECT_EQ(ask("relvf", "0000:04:02.5"),
            "Failed to do relvf with error: Failed to release VF. The specified VF cannot be "
            "found.\n\n");
}

TEST_F(GimS7150, GivesVfsOutWithSizesWhereThoseAreFree) {
  ASSERT_EQ(gim.reload("vf_num=4"), 0);
  EXPECT_EQ(ask("getvf", "272 1024 2"), "0000:03:02.0\n\n");
  EXPECT_EQ(sizes(), "1024 1968 1968 1968");
  EXPECT_EQ(ask("getvf", "1280 1024 4"),
            "Failed to do getvf with error: Can not allocate a frame buffer with this offset and "
            "size\n\n");
  EXPECT_EQ(ask("getvf", "1296 1024 2"), "0000:03:02.1\n\n");
  EXPECT_EQ(ask("getvf", "2320 256 16"),
            "Failed to do getvf with error: The specified GFX_partition cannot be satisfied\n\n");
  EXPECT_EQ(ask("getvf", "0 0 0"),
            "Failed to do getvf with error: The GPU partition should be managed with three "
            "non-zero inputs.\n\n");
  EXPECT_THAT(gim.show(0, "gpuvf"), HasSubstr("VF Size:1024 M\n\tGFX engine partition:50%\n"));
  EXPECT_EQ(ask("relvf", "0000:03:02.0"), "OK\n\n");
  EXPECT_EQ(sizes(), "1968 1024 1968 1968");
}

TEST_F(GimS7150, DoesNotNoticeAStretchWithinAnothers) {
  ASSERT_EQ(gim.reload("vf_num=4"), 0);
  ASSERT_EQ(ask("getvf", "272 1024 4"), "0000:03:02.0\n\n");
  EXPECT_EQ(ask("getvf", "512 256 4"), "0000:03:02.1\n\n");
}

TEST_F(GimS7150, AnswersInEnglishWhatIsWrong) {
  const auto says = [this](const std::string& bytes, const std::string& why) {
    EXPECT_EQ(ask("getvf", bytes), "Failed to do getvf with error: " + why + "\n\n") << bytes;
  };
  says("x", "Invalid Parameters");
  says("1024 512", "Invalid Parameters");
  says("1024 512 0", "Invalid Parameters");
  says("256 512 2", "Invalid frame buffer offset, not in range");
  says("1024 512 3", "Invalid GFX partition, should be power of 2 and in the range from 0 to 16");
  says("1024 100 2", "Invalid frame buffer size, should be larger than 256M and aligned in 16M");
  says("7936 512 2", "Can not allocate a frame buffer with this offset and size");
}

TEST_F(GimS7150, KeepsItsLockUntilTheAnswerIsReadOrTimeIsUp) {
  const Milliseconds start = gim.kernel().now();
  ASSERT_EQ(gim.store(0, "getvf", "0 0 0"), 0);
  ASSERT_EQ(gim.store(0, "getvf", "0 0 0"), 0);  // nobody read the first answer
  EXPECT_EQ(gim.kernel().now() - start, Milliseconds(4000));
  EXPECT_EQ(gim.show(0, "getvf"), "0000:03:02.1\n\n");
  ASSERT_EQ(gim.store(0, "relvf", "0000:03:02.0"), 0);
  EXPECT_EQ(gim.kernel().now() - start, Milliseconds(4000));
  gim.wait(Milliseconds(5000));
  ASSERT_EQ(gim.store(0, "getvf", "0 0 0"), 0);
  EXPECT_EQ(gim.kernel().now() - start, Milliseconds(9000));
}

TEST_F(GimS7150, LeavesVfsInUseAlone) {
  gim.hold(0);
  EXPECT_THAT(gim.show(0, "gpuvf"), HasSubstr("VF State:Active\n"));
  EXPECT_EQ(ask("getvf", "0 0 0"), "0000:03:02.1\n\n");
  EXPECT_EQ(ask("relvf", "0000:03:02.0"),
            "Failed to do relvf with error: Failed to release VF. The VF is still in use.\n\n");
  const Place clear = in_function(address("0000:03:02.2"), "clrvffb");
  EXPECT_EQ(gim.write(clear, "0"), 0);
  EXPECT_EQ(gim.read(clear),
            "Failed to do clrvffb with error: The VF is not setup yet. No FB clear action can be "
            "taken\n\n");
  EXPECT_EQ(gim.unload(), EINPROGRESS);
  EXPECT_EQ(gim.counts(), "16");
  gim.release(0);
  EXPECT_EQ(gim.counts(), "0");
  EXPECT_EQ(gim.show(0, "getvf"), "errno 2");
}

}  // namespace
}  // namespace vfmgr::test
