// SPDX-License-Identifier: Apache-2.0
// What VFs get by themselves, as each release of xe reckons.
#include "sim/drivers/xe_share.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/support/host.hpp"
#include "sim/support/xe.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace vfmgr::test {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;
constexpr std::uint64_t kGiB = 1ULL << 30U;
constexpr std::uint64_t kVram = 25367150592;  // of the B60 model
constexpr std::uint64_t kGgtt = 0xFEE00000;   // top of the address space
constexpr std::uint64_t kPage = 2 * kMiB;     // of VRAM

struct Share {
  std::uint64_t ggtt, contexts, doorbells, vram;
  friend bool operator==(const Share&, const Share&) = default;
};

std::uint64_t number(const XeHost& xe, const std::string& leaf) {
  return std::stoull(xe.read(xe.debug(leaf)));
}

/// What each VF has once they are enabled; the same for all, and on the media GT.
Share share_of(XeHost& xe, std::uint32_t vfs) {
  EXPECT_EQ(xe.enable(vfs), 0);
  Share first{};
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    const std::string who = "/vf" + std::to_string(vf);
    const Share one{.ggtt = number(xe, "gt0" + who + "/ggtt_quota"),
                    .contexts = number(xe, "gt0" + who + "/contexts_quota"),
                    .doorbells = number(xe, "gt0" + who + "/doorbells_quota"),
                    .vram = number(xe, "gt0" + who + "/lmem_quota")};
    first = vf == 1 ? one : first;
    EXPECT_EQ(one, first) << vf;
    EXPECT_EQ(number(xe, "gt1" + who + "/contexts_quota"), one.contexts);
    EXPECT_EQ(number(xe, "gt1" + who + "/doorbells_quota"), one.doorbells);
  }
  EXPECT_EQ(number(xe, "gt0/vf" + std::to_string(vfs + 1) + "/contexts_quota"), 0U);
  EXPECT_EQ(xe.enable(0), 0);
  EXPECT_EQ(number(xe, "gt0/vf1/contexts_quota"), 0U);
  EXPECT_EQ(number(xe, "gt1/vf1/contexts_quota"), 0U);
  EXPECT_EQ(number(xe, "gt0/vf1/lmem_quota"), 0U);
  return first;
}

TEST(XeShare, Of617And618IsWhatIsFreeDividedByVfs) {
  for (const std::string model : {"intel-b60-6.17", "intel-b60-6.18"}) {
    XeHost xe(model);
    for (const std::uint32_t vfs : {1U, 3U, 4U, 23U}) {
      EXPECT_EQ(share_of(xe, vfs),
                (Share{.ggtt = (kGgtt - 64 * kMiB) / vfs / 4096 * 4096,
                       .contexts = (65535 - 256) / vfs,
                       .doorbells = 256 / vfs,
                       .vram = (kVram - 128 * kMiB) / vfs / kPage * kPage}))
          << model << " " << vfs;
    }
  }
}

TEST(XeShare, Of617LeavesWhatThePfKeeps) {
  XeHost xe("intel-b60-6.17");
  ASSERT_EQ(xe.write(xe.debug("gt0/pf/lmem_spare"), 4 * kGiB), 0);
  ASSERT_EQ(xe.write(xe.debug("gt0/pf/ggtt_spare"), 768 * kMiB), 0);
  ASSERT_EQ(xe.write(xe.debug("gt0/pf/contexts_spare"), 8192), 0);
  ASSERT_EQ(xe.write(xe.debug("gt0/pf/doorbells_spare"), 16), 0);
  ASSERT_EQ(xe.enable(2), 0);
  EXPECT_EQ(number(xe, "gt0/vf2/lmem_quota"), (kVram - 4 * kGiB) / 2 / kPage * kPage);
  EXPECT_EQ(number(xe, "gt0/vf2/ggtt_quota"), (kGgtt - 768 * kMiB) / 2);
  EXPECT_EQ(number(xe, "gt0/vf2/contexts_quota"), (65535U - 8192U) / 2);
  EXPECT_EQ(number(xe, "gt0/vf2/doorbells_quota"), 120U);
  EXPECT_EQ(number(xe, "gt1/vf2/doorbells_quota"), 128U);
}

TEST(XeShare, BeforeAFixOf2025WasAPowerOfTwo) {
  XeHost xe("intel-b60-6.17", {{"fair_vram_floored", "1"}});
  EXPECT_EQ(share_of(xe, 4).vram, 4 * kGiB);
}

TEST(XeShare, Of619And70IsNoMoreThanAProfile) {
  XeHost xe("intel-b60-7.0");
  const auto vram = [](std::uint64_t vfs) { return (kVram - 128 * kMiB) / vfs / kPage * kPage; };
  EXPECT_EQ(share_of(xe, 1),
            (Share{.ggtt = 2 * kGiB, .contexts = 32768, .doorbells = 128, .vram = vram(1)}));
  EXPECT_EQ(share_of(xe, 2),
            (Share{.ggtt = kGiB, .contexts = 16384, .doorbells = 64, .vram = vram(2)}));
  EXPECT_EQ(share_of(xe, 3),
            (Share{.ggtt = kGiB, .contexts = 16384, .doorbells = 64, .vram = vram(3)}));
  EXPECT_EQ(share_of(xe, 4),
            (Share{.ggtt = 512 * kMiB, .contexts = 8192, .doorbells = 32, .vram = vram(4)}));
  EXPECT_EQ(share_of(xe, 23),
            (Share{.ggtt = 128 * kMiB, .contexts = 2048, .doorbells = 8, .vram = vram(23)}));
}

TEST(XeShare, OfGgttIsFixedForVeryManyVfs) {
  const sim::xe::Card card{.pf = gpu(), .release = 619, .ggtt_page = 4096};
  EXPECT_EQ(sim::xe::fair_ggtt(card, kGgtt, 56), 64 * kMiB);
  EXPECT_EQ(sim::xe::fair_ggtt(card, kGgtt, 57), 56 * kMiB);
  EXPECT_EQ(sim::xe::fair_ggtt(card, 57 * kMiB, 57), kMiB);  // what is free, if that is less
}

TEST(XeShare, After70IsAPowerOfTwoOfWholeGiBWithOneForThePf) {
  XeHost xe("intel-b60-debugfs");
  EXPECT_EQ(share_of(xe, 1),
            (Share{.ggtt = 2 * kGiB, .contexts = 32768, .doorbells = 128, .vram = 8 * kGiB}));
  EXPECT_EQ(share_of(xe, 4),
            (Share{.ggtt = 512 * kMiB, .contexts = 8192, .doorbells = 32, .vram = 4 * kGiB}));
  EXPECT_EQ(share_of(xe, 23).vram, 512 * kMiB);
}

TEST(XeShare, OfAPfThatOnlyManagesIsMoreForOneVf) {
  XeHost xe("intel-b60-debugfs", {{"admin_only_pf", "1"}});
  EXPECT_EQ(share_of(xe, 1),
            (Share{.ggtt = 3584 * kMiB, .contexts = 64512, .doorbells = 240, .vram = 23 * kGiB}));
  EXPECT_EQ(share_of(xe, 4).vram, 4 * kGiB);
  XeHost older("intel-b60-7.0", {{"admin_only_pf", "1"}});
  EXPECT_EQ(share_of(older, 1).contexts, 32768U);  // it has no such parameter
}

TEST(XeShare, OfTimeSlicesIsTheNewestDriversAlone) {
  XeHost newest("intel-b60-debugfs");
  ASSERT_EQ(newest.write(newest.admin("vf1/profile/exec_quantum_ms"), 50), 0);
  ASSERT_EQ(newest.enable(2), 0);
  EXPECT_EQ(newest.read(newest.debug("gt1/vf1/exec_quantum_ms")), "16");
  EXPECT_EQ(newest.read(newest.admin("vf2/profile/preempt_timeout_us")), "64000");
  EXPECT_EQ(newest.read(newest.admin("vf3/profile/exec_quantum_ms")), "0");
  XeHost before("intel-b60-7.0", {{"fair_quantum_ms", "16"}});
  ASSERT_EQ(before.write(before.admin("vf1/profile/exec_quantum_ms"), 50), 0);
  ASSERT_EQ(before.enable(2), 0);
  EXPECT_EQ(before.read(before.admin("vf1/profile/exec_quantum_ms")), "50");
  EXPECT_EQ(before.read(before.admin("vf2/profile/exec_quantum_ms")), "0");
}

TEST(XeShare, OfAnIntegratedGpuHasNoVram) {
  XeHost xe("intel-adl");
  ASSERT_EQ(xe.enable(7), 0);
  EXPECT_EQ(number(xe, "gt0/vf7/ggtt_quota"), 512 * kMiB);
  EXPECT_EQ(number(xe, "gt0/vf7/contexts_quota"), 8192U);
  EXPECT_EQ(number(xe, "gt0/vf7/doorbells_quota"), 32U);
}

}  // namespace
}  // namespace vfmgr::test
