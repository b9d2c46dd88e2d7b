// SPDX-License-Identifier: Apache-2.0
// Mediated devices as drivers/vfio/mdev makes them (Linux 6.2, mdev_core.c and mdev_sysfs.c), of
// made-up types and of NVIDIA's (harvester/pcidevices pkg/util/gpuhelper/testdata: an A2).
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/support/nvidia.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kOne = "b9a60f1e-1111-4222-8333-444455556666";
constexpr const char* kTwo = "c0de0000-1111-4222-8333-444455556666";

Place of_type(const std::string& vf, const std::string& type, const std::string& leaf) {
  return in_function(address(vf), "mdev_supported_types/" + type + "/" + leaf);
}

Place of_mdev(const std::string& uuid, const std::string& leaf) {
  return {.in = In::sys, .path = "bus/mdev/devices/" + uuid + "/" + leaf};
}

/// A GPU whose two VFs offer two made-up types.
class Mdev : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0); }
  static std::string text() {
    const std::string plain =
        text_with("plain", {{"mdev_types", "small:4:Small one|big:1:Big one"}});
    return replaced(plain, "drivers/simple/rules = simple", "drivers/simple/rules = mdev-parent");
  }
  [[nodiscard]] std::string left(const std::string& type) const {
    return read(*kernel, of_type("0000:03:00.1", "simple-" + type, "available_instances"));
  }
  int create(const std::string& vf, const std::string& uuid, const std::string& type = "small") {
    return write(*kernel, of_type(vf, "simple-" + type, "create"), uuid);
  }
  Host host{{}, text()};
  std::unique_ptr<Kernel> kernel = host.open();
};

TEST_F(Mdev, AreOfferedByVfsOnTheirDriver) {
  EXPECT_EQ(left("small"), "4\n");
  EXPECT_EQ(left("big"), "1\n");
  EXPECT_EQ(read(*kernel, of_type("0000:03:00.1", "simple-big", "name")), "Big one\n");
  EXPECT_EQ(read(*kernel, of_type("0000:03:00.1", "simple-big", "device_api")), "vfio-pci\n");
  EXPECT_EQ(read(*kernel, of_type("0000:03:00.1", "simple-big", "create")), "errno 13");
  const Place bus{.in = In::sys, .path = "class/mdev_bus"};
  EXPECT_THAT(kernel->list(bus).value(), ElementsAre("0000:03:00.1", "0000:03:00.2"));
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "simple"), "0000:03:00.1"), 0);
  EXPECT_EQ(left("small"), "errno 2");
  EXPECT_THAT(kernel->list(bus).value(), ElementsAre("0000:03:00.2"));
}

TEST_F(Mdev, AreMadeByANameAndTakenAwayByTheirOwnFile) {
  const std::string before = host.dump();
  ASSERT_EQ(create("0000:03:00.1", std::string(kOne) + "\n"), 0);
  EXPECT_EQ(left("small"), "3\n");
  EXPECT_EQ(left("big"), "0\n");
  EXPECT_EQ(kernel->link(of_mdev(kOne, "mdev_type")).value(),
            "../mdev_supported_types/simple-small");
  const auto devices = kernel->list(of_type("0000:03:00.1", "simple-small", "devices"));
  EXPECT_THAT(devices.value(), ElementsAre(kOne));
  EXPECT_EQ(write(*kernel, of_mdev(kOne, "remove"), "yes"), EINVAL);
  EXPECT_EQ(write(*kernel, of_mdev(kOne, "remove"), "0"), 0);
  EXPECT_EQ(left("small"), "3\n");
  EXPECT_EQ(write(*kernel, of_mdev(kOne, "remove"), "1"), 0);
  EXPECT_EQ(host.dump(), before);
}

TEST_F(Mdev, HaveNamesThatAreUuidsAndNotTakenAnywhere) {
  for (const char* const bad : {"b9a60f1e-1111-4222-8333-44445555666",
                                "b9a60f1e-1111-4222-8333-444455556666\n\n",
                                "b9a60f1e_1111-4222-8333-444455556666",
                                "b9a60f1g-1111-4222-8333-444455556666"}) {
    EXPECT_EQ(create("0000:03:00.1", bad), EINVAL) << bad;
  }
  ASSERT_EQ(create("0000:03:00.1", "B9A60F1E-1111-4222-8333-444455556666"), 0);
  EXPECT_EQ(read(*kernel, of_mdev(kOne, "remove")), "errno 13");
  EXPECT_EQ(create("0000:03:00.2", kOne), EEXIST);
}

TEST_F(Mdev, AreAsManyAsTheParentTakes) {
  ASSERT_EQ(create("0000:03:00.1", kOne, "big"), 0);
  EXPECT_EQ(create("0000:03:00.1", kTwo, "big"), EUSERS);
  EXPECT_EQ(create("0000:03:00.2", kTwo, "big"), 0);
}

TEST_F(Mdev, GoWithTheirParent) {
  ASSERT_EQ(create("0000:03:00.1", kOne), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "0"), 0);
  EXPECT_EQ(kernel->link({.in = In::sys, .path = std::string("bus/mdev/devices/") + kOne})
                .error()
                .os_error,
            ENOENT);
  EXPECT_THAT(host.dump(), testing::Not(testing::HasSubstr(kOne)));
}

TEST_F(Mdev, AreInUseByTheNodeOfAGroupOfTheirOwn) {
  ASSERT_EQ(create("0000:03:00.1", kOne), 0);
  const Place link{.in = In::sys, .path = of_mdev(kOne, "iommu_group").path, .as = As::link};
  const Place node{.in = In::dev, .path = "vfio/" + observe(*kernel, link).text()};
  EXPECT_EQ(read(*kernel, node), "");
  ASSERT_TRUE(sim::hold_vf(host.file(), "0000:03:00.1", 7, "web").has_value());
  const std::array nodes{node};
  EXPECT_THAT(kernel->openers(nodes).seen, SizeIs(1));
  EXPECT_EQ(kernel->hold(node).error().os_error, EBUSY);
  // Removing one waits for who has it open, and takes nobody's driver meanwhile.
  EXPECT_EQ(write(*kernel, of_mdev(kOne, "remove"), "1"), EINPROGRESS);
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.1")), "simple");
  ASSERT_TRUE(sim::release_vf(host.file(), "0000:03:00.1").has_value());
  EXPECT_EQ(read(*kernel, node), "errno 2");
  EXPECT_EQ(left("small"), "4\n");
}

TEST(NvidiaMdev, ShowsItsFrameworkBeforeThereAreVfs) {
  const NvidiaHost a2("nvidia-a2");
  const Place holders{.in = In::sys, .path = "module/mdev/holders"};
  EXPECT_THAT(a2.host().open()->list(holders).value(), ElementsAre("nvidia_vgpu_vfio"));
  EXPECT_THAT(a2.host().open()->list({.in = In::sys, .path = "class/mdev_bus"}).value(), IsEmpty());
  const NvidiaHost vendor("nvidia-l40s-vgpu");
  EXPECT_FALSE(vendor.host().open()->list(holders).has_value());
  EXPECT_FALSE(vendor.host().open()->list({.in = In::sys, .path = "class/mdev_bus"}).has_value());
}

/// An A2 with its VFs, of which the first two are used.
class NvidiaMdevs : public testing::Test {
 protected:
  void SetUp() override { a2.enable(16); }
  [[nodiscard]] std::string left(const std::string& vf, const std::string& type) const {
    return a2.read(of_type(vf, "nvidia-" + type, "available_instances"));
  }
  int create(const std::string& vf, const std::string& uuid, const std::string& type) {
    return a2.write(of_type(vf, "nvidia-" + type, "create"), uuid);
  }
  NvidiaHost a2{"nvidia-a2"};
};

TEST_F(NvidiaMdevs, DescribeTheirTypes) {
  EXPECT_EQ(a2.read(of_type("0000:03:00.4", "nvidia-746", "name")), "NVIDIA A2-4Q\n");
  EXPECT_EQ(a2.read(of_type("0000:03:00.4", "nvidia-746", "description")),
            "num_heads=4, frl_config=60, framebuffer=4096M, max_resolution=7680x4320, "
            "max_instance=4\n");
  EXPECT_EQ(a2.read(in_function(address("0000:03:00.4"), "nvidia/current_vgpu_type")), "errno 2");
}

TEST_F(NvidiaMdevs, FollowTheRulesOfTheGpuAndAreOneAVf) {
  EXPECT_EQ(left("0000:03:00.4", "746"), "1\n");
  EXPECT_EQ(left("0000:03:00.4", "747"), "1\n");
  ASSERT_EQ(create("0000:03:00.4", kOne, "746"), 0);
  // HARV's listing: with an A2-4Q somewhere, others have room for 4Q, 4A and 4C alone.
  for (const char* const type : {"746", "751", "754"}) {
    EXPECT_EQ(left("0000:03:00.4", type), "0\n") << type;
    EXPECT_EQ(left("0000:03:00.5", type), "1\n") << type;
  }
  EXPECT_EQ(left("0000:03:00.5", "747"), "0\n");
  EXPECT_EQ(create("0000:03:00.5", kTwo, "747"), EIO);
  EXPECT_EQ(create("0000:03:00.4", kTwo, "746"), EIO);
  ASSERT_EQ(create("0000:03:00.5", kTwo, "754"), 0);
  ASSERT_EQ(a2.write(of_mdev(kOne, "remove"), "1"), 0);
  ASSERT_EQ(a2.write(of_mdev(kTwo, "remove"), "1"), 0);
  EXPECT_EQ(left("0000:03:00.5", "747"), "1\n");
}

TEST_F(NvidiaMdevs, HaveParametersOfTheirOwn) {
  ASSERT_EQ(create("0000:03:00.4", kOne, "746"), 0);
  const Place params = of_mdev(kOne, "nvidia/vgpu_params");
  EXPECT_EQ(a2.read(params), "");
  ASSERT_EQ(a2.write(params, "disable_vnc=1"), 0);
  EXPECT_EQ(a2.read(params), "disable_vnc=1\n");
  EXPECT_EQ(a2.write(params, std::string(1025, 'x')), EINVAL);
  EXPECT_EQ(a2.write(params, " "), 0);
  EXPECT_EQ(a2.read(params), "");
}

TEST_F(NvidiaMdevs, GoWhenTheGpuLeavesItsDriverAndComeLateAgain) {
  ASSERT_EQ(create("0000:03:00.4", kOne, "746"), 0);
  ASSERT_TRUE(sim::hold_vf(a2.host().file(), "0000:03:00.4", 7, "web").has_value());
  EXPECT_EQ(a2.write(unbind_lock(), "1"), 0);
  EXPECT_EQ(a2.read(unbind_lock()), "0\n");
  ASSERT_TRUE(sim::release_vf(a2.host().file(), "0000:03:00.4").has_value());
  a2.to_stub();
  EXPECT_EQ(a2.read(of_mdev(kOne, "remove")), "errno 2");
  EXPECT_EQ(left("0000:03:00.4", "746"), "errno 2");
  a2.to_nvidia();
  EXPECT_EQ(left("0000:03:00.4", "746"), "errno 2");
  a2.wait(Milliseconds(200));
  EXPECT_EQ(left("0000:03:00.4", "747"), "1\n");
}

}  // namespace
}  // namespace vfmgr::test
