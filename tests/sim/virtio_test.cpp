// SPDX-License-Identifier: Apache-2.0
// A virtio device under virtio-pci: what its files say, and when its VFs can come and go.
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace vfmgr::test::of_virtio_pci {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string sriov_model = "virtio-gpu-sriov";

std::string fresh(const std::string& of) {
  const std::vector<sim::ModelCount> gpus{{.model = of}};
  return sim::host_text(gpus).value();
}

int set_count(Kernel& kernel, const std::string& count) {
  return write(kernel, pci::of(pci::kNumVfs, gpu()), count);
}

std::string child(const Kernel& kernel, const PciAddress& function, const std::string& leaf) {
  return read(kernel, in_function(function, leaf));
}

TEST(SimVirtio, ShowsItsFeaturesByIndexAsManyAsTheKernelKnows) {
  const Host newest({"virtio-gpu"});
  const std::string now = child(*newest.open(), gpu(), "virtio0/features");
  EXPECT_EQ(now.size(), 129U);
  EXPECT_EQ(now.substr(0, 8), "11011000");
  EXPECT_EQ(now.substr(28, 10), "1100100000");
  const Host older({}, replaced(fresh("virtio-gpu"), "kernel = 7.2", "kernel = 6.12"));
  const auto kernel = older.open();
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "virtio-pci"), "0000:03:00.0"), 0);
  EXPECT_EQ(child(*kernel, gpu(), "virtio0/features"), "errno 2");
  ASSERT_EQ(write(*kernel, pci::named(pci::kBind, "virtio-pci"), "0000:03:00.0"), 0);
  EXPECT_EQ(child(*kernel, gpu(), "virtio0/features"), now.substr(0, 64) + "\n");
}

TEST(SimVirtio, TellsItsKindAndThatItsDriverIsReady) {
  const Host host({"virtio-net-sriov"});
  const auto kernel = host.open();
  EXPECT_EQ(child(*kernel, gpu(), "virtio0/device"), "0x0001\n");
  EXPECT_EQ(child(*kernel, gpu(), "virtio0/vendor"), "0x1af4\n");
  EXPECT_EQ(child(*kernel, gpu(), "virtio0/status"), "0x0000000f\n");
}

TEST(SimVirtio, GivesEachVfAVirtioDeviceWithoutTheFeatureOfPfs) {
  const Host host({sriov_model});
  const auto kernel = host.open();
  ASSERT_EQ(set_count(*kernel, "2"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "2");
  const PciAddress vf = address("0000:03:00.2");
  EXPECT_EQ(driver_of(*kernel, vf), "virtio-pci");
  const std::string of_vf = child(*kernel, vf, "virtio2/features");
  const std::string of_pf = child(*kernel, gpu(), "virtio0/features");
  EXPECT_EQ(of_pf.substr(37, 1), "1");
  EXPECT_EQ(of_vf, replaced(of_pf, of_pf.substr(30, 8), of_vf.substr(30, 8)));
  EXPECT_EQ(of_vf.substr(37, 1), "0");
  EXPECT_THAT(host.dump(), HasSubstr("0000:03:00.2/drm/card2"));
  ASSERT_EQ(set_count(*kernel, "0"), 0);
  EXPECT_THAT(host.dump(), AllOf(Not(HasSubstr("virtio2")), Not(HasSubstr("card2"))));
}

TEST(SimVirtio, HasAGpusNodesBelowItBefore6_1) {
  const Host host({}, replaced(fresh("virtio-gpu"), "kernel = 7.2", "kernel = 5.10"));
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "virtio-pci"), "0000:03:00.0"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kBind, "virtio-pci"), "0000:03:00.0"), 0);
  EXPECT_THAT(host.dump(), HasSubstr("0000:03:00.0/virtio0/drm/card"));
}

TEST(SimVirtio, TellsInDebugfsWhatItsFeaturesAre) {
  const Host host({"virtio-gpu"});
  const std::string told =
      read(*host.open(), {.in = In::debug, .path = "dri/0/virtio-gpu-features"});
  EXPECT_THAT(told, HasSubstr("virgl            : yes\nedid             : yes\n"));
  EXPECT_THAT(told, HasSubstr("resource uuid    : no\n"));
  EXPECT_THAT(told, HasSubstr("cap sets         : 3\n"));
}

TEST(SimVirtio, NeitherMakesNorRemovesVfsWithoutTheDriverOfItsKind) {
  const std::string ready = "virtio0/status = 0x0000000f";
  const std::string taken_off = "virtio0/status = 0x00000001";
  const Host host({sriov_model});
  ASSERT_EQ(set_count(*host.open(), "2"), 0);
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  host.set_text(replaced(host.text(), ready, taken_off));
  EXPECT_EQ(set_count(*host.open(), "0"), EBUSY);
  EXPECT_EQ(vf_count(*host.open(), gpu()), "2");
  const Host without({}, replaced(fresh(sriov_model), ready, taken_off));
  EXPECT_EQ(set_count(*without.open(), "1"), EBUSY);
}

TEST(SimVirtio, MakesNoVfsThatWereNotAgreedOn) {
  const Host host(
      {}, replaced(fresh(sriov_model), "virtio_features = 142539227163", "virtio_features = 27"));
  const auto kernel = host.open();
  EXPECT_EQ(set_count(*kernel, "1"), 0) << "what is agreed on is so until the next bind";
  ASSERT_EQ(set_count(*kernel, "0"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "virtio-pci"), "0000:03:00.0"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kBind, "virtio-pci"), "0000:03:00.0"), 0);
  EXPECT_EQ(set_count(*kernel, "1"), EINVAL);
}

TEST(SimVirtio, LetsNoVfGoThatAGuestHasByLegacyAssignment) {
  const Host host({sriov_model});
  ASSERT_EQ(set_count(*host.open(), "2"), 0);
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  host.set_text(
      replaced(host.text(),
               "hidden:functions/0000:03:00.1/dir",
               "hidden:functions/0000:03:00.1/assigned = 1\nhidden:functions/0000:03:00.1/dir"));
  EXPECT_EQ(set_count(*host.open(), "0"), EPERM);
}

TEST(SimVirtio, LosesItsVfsWithItsDriverWhateverItsStatus) {
  const Host host({sriov_model});
  ASSERT_EQ(set_count(*host.open(), "3"), 0);
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  host.set_text(
      replaced(host.text(), "virtio0/status = 0x0000000f", "virtio0/status = 0x00000001"));
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "virtio-pci"), "0000:03:00.0"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  EXPECT_THAT(host.dump(), Not(::testing::ContainsRegex("/virtio[0-9]")));
}

}  // namespace
}  // namespace vfmgr::test::of_virtio_pci
