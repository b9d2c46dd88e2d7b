// SPDX-License-Identifier: Apache-2.0
// The first gim's file, registers, answers and arithmetic, without a host.
#include "backends/amd_gim_s7150/answers.hpp"
#include "backends/amd_gim_s7150/config_text.hpp"
#include "backends/amd_gim_s7150/framebuffer.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::test::of_amd_s7150_text {
namespace {

using namespace amd_gim_s7150;

TEST(S7150Area, IsAsTheLogOfIssue3HasIt) {
  const Area area = area_for({.total = 8192}, 16);
  EXPECT_EQ(area.base, 272U);
  EXPECT_EQ(area.size, 7920U);
  // VF 0 and VF 1 of sixteen with 480 MiB each: drv/gim_gpuiov.c.
  EXPECT_EQ(register_of({.base = 272, .size = 480}), std::to_string(0x0011001D));
  EXPECT_EQ(register_of({.base = 752, .size = 480}), std::to_string(0x002F001D));
  EXPECT_EQ(part_in(std::to_string(0x002F001D)), (Part{.base = 752, .size = 480}));
  EXPECT_EQ(std::get<std::uint64_t>(spelled_size("0")), 16ULL << 20U);
}

TEST(S7150Area, LeavesThePfWhatTheFileSaysBetweenItsBounds) {
  EXPECT_EQ(area_for({.total = 8192, .pf_fb = 1000}, 4).base, 1008U);  // 992, rounded down, and 16
  EXPECT_EQ(area_for({.total = 8192, .pf_fb = 100}, 4).base, 272U);
  EXPECT_EQ(area_for({.total = 8192, .pf_fb = 65536}, 4).size, 4U * 256);
  EXPECT_EQ(area_for({.total = 8192, .bar = 8192}, 4).base, 32U) << "a BAR over all of it";
  EXPECT_EQ(area_for({}, 4).size, 0U) << "not known";
  EXPECT_EQ(area_for({}, 4).base, 272U);
  EXPECT_EQ(area_now({.total = 8192, .consumed = 7680}).base, 528U);
  EXPECT_EQ(area_now({.total = 8192}).size, 0U) << "the driver has not been here";
}

TEST(S7150Area, TellsTheDriversOwnFromWhatWasGivenOut) {
  const Area area = area_for({.total = 8192}, 2);
  const auto own = [&area](const std::vector<Part>& parts, std::uint64_t vf_fb) {
    return is_drivers_own(parts, area, vf_fb);
  };
  EXPECT_TRUE(own({{.base = 272, .size = 3952}, {.base = 4224, .size = 3952}}, 0));
  EXPECT_TRUE(own({{.base = 272, .size = 992}, {.base = 1264, .size = 992}}, 1000));
  EXPECT_TRUE(own({{.base = 272, .size = 7920}}, 0));
  EXPECT_TRUE(own({{.base = 272, .size = 1024}}, 1030));
  EXPECT_FALSE(own({{.base = 272, .size = 1024}}, 0));
  EXPECT_FALSE(own({{.base = 272, .size = 1024}, {.base = 1296, .size = 2048}}, 0));
  EXPECT_FALSE(own({{.base = 272, .size = 1024}, {.base = 4224, .size = 1024}}, 0));
  // However alike they are: what is given out never lies as the driver lays it.
  const std::vector<std::uint64_t> alike{1024, 1024, 1024};
  const std::vector<Part> parts = laid_out(alike, 272);
  EXPECT_EQ(parts.front().base, 272U + 2048);
  EXPECT_EQ(parts.back().base, 272U);
  EXPECT_FALSE(own(parts, 0));
}

TEST(S7150Area, GivesEachVfAShareOfTimeThatIsThere) {
  for (std::uint32_t vfs = 1; vfs <= 16; ++vfs) {
    const std::uint32_t divider = divider_for(vfs);
    EXPECT_GE(divider, vfs);
    EXPECT_LE(divider, 16U);
    EXPECT_EQ(divider & (divider - 1), 0U);
  }
}

TEST(S7150File, IsReadAsTheDriverReadsIt) {
  const Config config =
      config_in("vf_num = 4\tfb_clear=1\nsched_option=3\npf_fb=-1\nvf_fb=65537\nother=1\nvf_num=9");
  EXPECT_EQ(config.of(Option::vf_num), 4U);
  EXPECT_EQ(config.of(Option::fb_clear), 1U);
  EXPECT_EQ(config.of(Option::sched_option), 0U) << "out of range";
  EXPECT_EQ(config.of(Option::pf_fb), 0U);
  EXPECT_EQ(config.of(Option::vf_fb), 0U);
  EXPECT_EQ(config.rest, "other=1\nvf_num=9");
  EXPECT_EQ(config_text(config),
            "fb_option=0\nsched_option=0\nvf_num=4\npf_fb=0\nvf_fb=0\nsched_interval=0\n"
            "sched_interval_us=0\nfb_clear=1\nother=1\nvf_num=9\n");
  EXPECT_EQ(config_text(config_in(config_text(config))), config_text(config));
  EXPECT_EQ(config_in("vf_num=17 vf_num").of(Option::vf_num), 0U);
  EXPECT_EQ(config_in("").rest, "");
}

TEST(S7150File, IsToldFromTheLaterGims) {
  EXPECT_EQ(word_of_other_gim("vf_num=8\nmemory_partition_mode=4"), "memory_partition_mode");
  EXPECT_EQ(word_of_other_gim("vf_num=8,4\n"), "8,4");
  EXPECT_FALSE(word_of_other_gim("vf_num=8\npf_fb=256\nhang_detect_timeout=1,2\n"));
  EXPECT_FALSE(word_of_other_gim(""));
}

TEST(S7150Answer, IsAnErrorWhereItIsNoSuccess) {
  EXPECT_EQ(errno_of_getvf("0000:03:02.0\n\n"), 0);
  EXPECT_EQ(errno_of_relvf("OK\n\n"), 0);
  const std::string get = "Failed to do getvf with error: ";
  const std::string rel = "Failed to do relvf with error: ";
  EXPECT_EQ(errno_of_getvf(get + "Can't find an availible VF\n\n"), EBUSY);
  EXPECT_EQ(errno_of_getvf("Can't find available VF\n"), EBUSY);
  EXPECT_EQ(errno_of_getvf(get + "Can not allocate a frame buffer with this offset and size\n"),
            ENOSPC);
  EXPECT_EQ(errno_of_getvf(get + "The specified GFX_partition cannot be satisfied\n"), ENOSPC);
  EXPECT_EQ(errno_of_getvf(get + "Invalid Parameters\n"), EINVAL);
  EXPECT_EQ(errno_of_getvf(get + "Unknown Error\n"), EIO);
  EXPECT_EQ(errno_of_getvf(""), EIO) << "who reads before it can answer";
  EXPECT_EQ(errno_of_relvf(rel + "Failed to release VF. The VF is still in use.\n"), EBUSY);
  EXPECT_EQ(errno_of_relvf(rel + "Failed to release VF. The VF has not been set.\n"), 0);
  EXPECT_EQ(errno_of_relvf(rel + "Failed to release VF. The specified VF cannot be found.\n"), EIO);
}

}  // namespace
}  // namespace vfmgr::test::of_amd_s7150_text
