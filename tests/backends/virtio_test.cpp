// SPDX-License-Identifier: Apache-2.0
// VFs of virtio devices: who manages them, what keeps them from being made, and what is told of a
// virtio-gpu that has none.
#include "vfmgr/inventory.hpp"
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

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test::of_virtio {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Swap = std::pair<std::string, std::string>;

const std::string sriov = "virtio-gpu-sriov";
const std::string wish = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";
const std::string wish_for_host = wish + "vf_driver = \"host\"\n";
const Swap taken_off{"virtio0/status = 0x0000000f", "virtio0/status = 0x00000001"};
const std::string features = "virtio0/features = ";

/// A host with one such device, and these texts of it in place of others.
class Host : public Lab {
 public:
  explicit Host(const std::string& model, const std::vector<Swap>& swaps = {}) : Lab({model}) {
    const std::vector<sim::ModelCount> gpus{{.model = model}};
    change(sim::host_text(gpus).value(), swaps);
  }
  /// Changes a host that has been used.
  void now(const std::vector<Swap>& swaps) const {
    ASSERT_TRUE(sim::fold(file()).has_value());
    std::ifstream in(file());
    change({std::istreambuf_iterator<char>(in), {}}, swaps);
  }
  [[nodiscard]] GpuView view(const Scope& scope = {}) const {
    const auto inventory = open().inventory(scope);
    EXPECT_TRUE(inventory) << to_string(inventory.error());
    return inventory && !inventory->gpus.empty() ? inventory->gpus.front() : GpuView{};
  }

 private:
  void change(std::string text, const std::vector<Swap>& swaps) const {
    for (const auto& [from, to] : swaps) {
      const std::size_t at = text.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    }
    std::ofstream(file()) << text;
  }
};

Error fault_of(const Host& host, const std::string& toml = wish) {
  const auto plan = host.plan(toml);
  EXPECT_FALSE(plan);
  return plan ? Error{} : plan.error();
}

TEST(Virtio, ManagesADeviceWithVfsUnderVirtioPci) {
  EXPECT_EQ(Host(sriov).view().backend, "virtio");
  EXPECT_TRUE(Host(sriov).view().makes_vfs);
  EXPECT_THAT(Host(sriov).view().findings, IsEmpty());
  const Host unbound(sriov,
                     {{"sys:devices/pci0000:00/0000:00:01.0/0000:03:00.0/driver -> ",
                       "sys:devices/pci0000:00/0000:00:01.0/0000:03:00.0/not_driver -> "}});
  EXPECT_EQ(unbound.view().backend, "generic");
  EXPECT_EQ(Host("plain").view().backend, "generic");
}

TEST(Virtio, ManagesANetworkDeviceWhereAllClassesAreMeant) {
  const Host host("virtio-net-sriov");
  EXPECT_EQ(host.view({.all_classes = true}).backend, "virtio");
  EXPECT_EQ(host.view().backend, "");
}

TEST(Virtio, MakesVfsForVmsAndTakesThemAwayThroughThePciCoreAlone) {
  Host host(sriov);
  const std::string before = host.dump();
  host.reach(wish);
  EXPECT_THAT(host.writes(), ::testing::Contains(gpu_file("sriov_numvfs") + " = 2"));
  EXPECT_TRUE(host.teardown());
  EXPECT_EQ(host.dump(), before);
}

TEST(Virtio, CanNotMakeVfsWhereDriverAndDeviceHaveNotAgreedOnThem) {
  Host host(sriov,
            {{features + "11011000000000000000000000001100100001",
              features + "11011000000000000000000000001100100000"}});
  EXPECT_FALSE(host.view().makes_vfs);
  const Error error = refused(host, wish);
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.why, HasSubstr("bit 37 (VIRTIO_F_SR_IOV) of virtio0/features is 0"));
  EXPECT_THAT(error.help, HasSubstr("sriov-pf="));
  // Whatever the tool thinks, this is what the kernel says.
  EXPECT_FALSE(host.tries(gpu_file("sriov_numvfs"), "2"));
}

TEST(Virtio, CanNotMakeVfsWithoutTheDriverOfItsKind) {
  Host host(sriov, {taken_off});
  const Error error = refused(host, wish);
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.why, HasSubstr("the driver of its virtio device (virtio0) is missing"));
  EXPECT_THAT(error.help, HasSubstr("modprobe virtio_gpu"));
  EXPECT_FALSE(host.tries(gpu_file("sriov_numvfs"), "2"));
}

TEST(Virtio, CanNotTakeVfsAwayWithoutTheDriverOfItsKindEither) {
  const Host host(sriov);
  host.reach(wish);
  host.now({taken_off});
  const std::string before = host.dump();
  const auto report = host.teardown();
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().why, HasSubstr("neither makes VFs nor takes them away"));
  EXPECT_EQ(host.dump(), before);
  EXPECT_FALSE(host.view().makes_vfs);
  EXPECT_THAT(host.view().vfs, SizeIs(2));
}

TEST(Virtio, LeavesItToTheKernelWhereTheFeaturesCanNotBeRead) {
  const Host garbled(sriov, {{features + "1", features + "?"}});
  EXPECT_TRUE(garbled.view().makes_vfs);
  EXPECT_TRUE(garbled.plan(wish));
}

TEST(Virtio, SaysWhyTheKernelRefusedWhenItsDriverWentMeanwhile) {
  const Host host(sriov);
  const auto report = apply_with(host, wish, [&host](const Place& place, std::string_view) {
    if (to_string(place) == gpu_file("sriov_numvfs")) {
      EXPECT_TRUE(sim::poke(host.file(), *parse_place(gpu_file("virtio0/status")), "0x00000001\n"));
    }
  });
  ASSERT_TRUE(report);
  const auto& error = report->units.front().error;
  ASSERT_TRUE(error);
  EXPECT_EQ(error->os_error, EBUSY);
  EXPECT_THAT(error->why, HasSubstr("the driver of its virtio device (virtio0) is missing"));
  const Host other(sriov);
  other.fault(gpu_file("sriov_numvfs"), EBUSY);
  const auto failed = other.apply(wish);
  ASSERT_TRUE(failed && failed->units.front().error);
  EXPECT_THAT(failed->units.front().error->why, Not(HasSubstr("virtio")));
}

TEST(Virtio, SeesWhoUsesAVfOfAGpuByItsNodesAndNotWhoUsesANetworkDevices) {
  const Host gpu(sriov);
  gpu.reach(wish_for_host);
  EXPECT_TRUE(gpu.teardown());
  // Where an older kernel has them.
  const Host older(sriov, {{"kernel = 7.2", "kernel = 5.10"}});
  older.reach(wish_for_host);
  EXPECT_THAT(older.dump(), HasSubstr("0000:03:00.1/virtio1/drm/card"));
  EXPECT_TRUE(older.teardown());
  const Host net("virtio-net-sriov");
  RunOptions all;
  all.scope.all_classes = true;
  const std::string any =
      "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\", class = \"any\" }\nvfs = 2\n"
      "vf_driver = \"host\"\n";
  const auto made = net.apply(any, all);
  ASSERT_TRUE(made) << to_string(made.error());
  ASSERT_FALSE(made->units.front().error);
  const auto kept = net.teardown(all);
  ASSERT_TRUE(kept);
  ASSERT_TRUE(kept->units.front().error);
  EXPECT_EQ(kept->units.front().error->kind, ErrorKind::in_use);
}

TEST(VirtioGpu, IsToldToBeSharedByItsHostAndWhatItOffers) {
  const Host host("virtio-gpu");
  const GpuView view = host.view();
  EXPECT_EQ(view.gpu.model, "virtio-gpu");
  EXPECT_EQ(view.backend, "");
  ASSERT_THAT(view.findings, SizeIs(3));  // the last: it has no SR-IOV
  EXPECT_THAT(view.findings[0].what,
              AllOf(HasSubstr("one VM"), HasSubstr("virglrenderer or rutabaga")));
  EXPECT_THAT(view.findings[0].help, HasSubstr("-device virtio-gpu-gl"));
  EXPECT_EQ(view.findings[1].what,
            "features agreed with its host: VIRGL EDID RESOURCE_BLOB CONTEXT_INIT; capsets: 3, of "
            "which kinds is not read");
  EXPECT_EQ(fault_of(host).kind, ErrorKind::not_a_pf);
}

TEST(VirtioGpu, WithoutVirglOnlyShowsPictures) {
  const Host host(
      "virtio-gpu",
      {{features + "1", features + "0"}, {"cap sets         : 3", "cap sets         : 0"}});
  EXPECT_THAT(host.view().findings.at(1).what,
              AllOf(HasSubstr("its host: EDID RESOURCE_BLOB CONTEXT_INIT; capsets: 0,"),
                    HasSubstr("without VIRGL")));
}

TEST(VirtioGpu, SaysWhatIsNotReadAndWhatCanNotBe) {
  const Host no_debugfs("virtio-gpu", {{"debug:dri/0/", "debug:dri/9/"}});
  EXPECT_THAT(no_debugfs.view().findings.at(1).what, HasSubstr("; capsets: not read"));
  const Host garbled("virtio-gpu", {{features + "1", features + "?"}});
  EXPECT_THAT(garbled.view().findings.at(1).what, HasSubstr("no feature bits that can be read"));
  const Host off("virtio-gpu", {taken_off});
  EXPECT_THAT(off.view().findings.at(1).what, HasSubstr("no driver has taken its virtio device"));
  EXPECT_THAT(off.view().findings.at(1).help, HasSubstr("modprobe virtio_gpu"));
}

TEST(VirtioGpu, ThatWasGivenAwayIsOnlySaidToHaveNoVfs) {
  const Host host("virtio-gpu",
                  {{"/bus/pci/drivers/virtio-pci\n", "/bus/pci/drivers/given-away\n"}});
  EXPECT_THAT(host.view().findings, SizeIs(2));
}

}  // namespace
}  // namespace vfmgr::test::of_virtio
