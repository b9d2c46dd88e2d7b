// SPDX-License-Identifier: Apache-2.0
// What does not fit is refused before any write, with which and what to do.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "backends/support/refused.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";

void poke(const Lab& lab, const std::string& leaf, const std::string& bytes) {
  const auto poked = sim::poke(lab.file(), *parse_place(gpu_file(leaf)), bytes);
  ASSERT_TRUE(poked) << to_string(poked.error());
}

TEST(Fits, RefusesMoreVfsThanThereCanBe) {
  Lab lab({"plain"});
  const Error error = refused(lab, head + "vfs = 9\n");
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  EXPECT_THAT(to_string(error), HasSubstr("8"));
  ASSERT_TRUE(error.spot);
  EXPECT_EQ(error.spot->line, 4U);
}

TEST(Fits, RefusesVfsPastTheBusNumbersOfTheBridgeAndSaysHowManyFit) {
  Lab lab({"plain"});
  poke(lab, "sriov_offset", "252\n");
  const Error error = refused(lab, head + "vfs = 8\n");
  EXPECT_EQ(error.kind, ErrorKind::does_not_fit);
  EXPECT_THAT(error.why, HasSubstr("bus 04"));
  EXPECT_THAT(error.help, HasSubstr("at most 4 fit"));
  EXPECT_TRUE(lab.plan(head + "vfs = 4\n"));
}

TEST(Fits, RefusesVfsWhoseBarsHaveNoWindow) {
  for (const std::string line :
       {"0x0000000000000000 0x0000000000ffffff 0x000000000014220c\n",     // never placed
        "0x0000000000000000 0x0000000000ffffff 0x000000002014220c\n",     // IORESOURCE_UNSET
        "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"}) {  // none at all
    Lab lab({"plain"});
    std::string resource;
    for (int at = 0; at < 13; ++at) {
      resource += at == 7 ? line : "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
    }
    poke(lab, "resource", resource);
    const Error error = refused(lab, head + "vfs = 2\n");
    EXPECT_EQ(error.kind, ErrorKind::does_not_fit) << line;
    EXPECT_THAT(error.help, HasSubstr("pci=realloc"));
  }
}

TEST(Fits, RefusesGpusWhoseDriverMakesNoVfsThisWay) {
  Lab lab({"amd-v620"});
  const Error error = refused(lab, head + "vfs = 2\n");
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  EXPECT_EQ(error.why, "its driver makes no VFs this way");
  EXPECT_THAT(error.help, HasSubstr("pci-pf-stub"));
}

TEST(Fits, RefusesNvidiasDriverForDisplaysAloneWithTheOneThatMakesVfs) {
  NvidiaLab lab("nvidia-l40s-vgpu", {}, [](std::string text) {
    return with(std::move(text), "sys:module/nvidia_vgpu_vfio", "sys:module/nvidia_drm");
  });
  const Error error = refused(lab, head + "vfs = 2\n");
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.help, HasSubstr("nvidia_vgpu_vfio"));
  EXPECT_THAT(error.help, HasSubstr("pci-pf-stub"));
}

TEST(Fits, TakesTheSameCardsOnTheStub) {
  for (const char* const model : {"nvidia-l40s", "amd-v710"}) {
    const Lab lab({model});
    lab.reach(head + "vfs = 2\n");
  }
}

TEST(Fits, RefusesADriverThatIsNotLoaded) {
  Lab lab({"plain"});
  const Error error = refused(lab, head + "vfs = 2\nvf_driver = \"vfio_pci\"\n");
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_EQ(error.value, "vfio_pci");
  EXPECT_THAT(error.help, HasSubstr("modprobe vfio_pci"));
  ASSERT_TRUE(error.spot);
  EXPECT_EQ(error.spot->line, 5U);
}

TEST(Fits, RefusesKeysTheDeviceLacksWithThoseItHas) {
  Lab lab({"plain"});
  const Error error = refused(lab, head + "vfs = 2\nvram = \"1GiB\"\n");
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  EXPECT_THAT(to_string(error), HasSubstr("vf_driver"));
}

TEST(Fits, RefusesSlicesThatXeCannotCount) {
  Lab lab({"intel-b60"});
  const Error error = refused(lab, head + "vfs = 2\nexec_quantum = \"1500us\"\n");
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.help, HasSubstr("2ms"));
}

TEST(Fits, RefusesVramForSomeVfsOfXeOnly) {
  Lab lab({"intel-b60"});
  const Error error = refused(lab, head + "vfs = 2\n[[gpu.vf]]\nindex = 0\nvram = \"1GiB\"\n");
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.why, HasSubstr("vf1"));
}

TEST(Fits, NamesAllFaultsOfAllGpusAtOnce) {
  Lab lab({"plain", "intel-b60", "amd-v620"});
  const Error error = refused(lab,
                              "schema = 1\n"
                              "[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = 9\n"
                              "[[gpu]]\nmatch = { vendor = \"intel\" }\nvfs = 99\n"
                              "[[gpu]]\nmatch = { vendor = \"amd\" }\nvfs = 1\n");
  EXPECT_EQ(error.also.size(), 2U);
}

TEST(Fits, NeverTakesAVfOrAFunctionWithoutSrIovForAGpu) {
  Lab lab({"plain"});
  lab.reach(head + "vfs = 2\n");
  const Error error =
      refused(lab, "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.1\" }\nvfs = 1\n");
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  const auto named = lab.open().inventory({.gpus = {"0000:03:00.1"}});
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().kind, ErrorKind::not_a_pf);
}

}  // namespace
}  // namespace vfmgr::test
