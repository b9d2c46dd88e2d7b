// SPDX-License-Identifier: Apache-2.0
// `list` and `show` as people see them, whole.
#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/list_text.hpp"
#include "output/show_text.hpp"
#include "output/support/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vgpuctl {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(List, IsOneLineAGpu) {
  EXPECT_EQ(list_text({.gpus = {b60(4), l40s(32)}}, {}),
            "ADDRESS       GPU                DRIVER  BACKEND   VFS                 VRAM     NUMA\n"
            "0000:03:00.0  Intel Arc Pro B60  xe      intel-xe  4 of 24   █░░░░░░░  24 GiB   0\n"
            "0000:3b:00.0  NVIDIA L40S        nvidia  generic   32 of 32  ████████  unknown  -\n");
}

TEST(List, ShowsOneBlockAsSoonAsThereIsOneVf) {
  EXPECT_THAT(list_text({.gpus = {b60(0)}}, {}), HasSubstr("░░░░░░░░"));
  EXPECT_THAT(list_text({.gpus = {b60(1)}}, {}), HasSubstr("█░░░░░░░"));
  EXPECT_THAT(list_text({.gpus = {b60(23)}}, {}), HasSubstr("███████░"));
}

TEST(List, SaysWhatKeepsAGpuFromBeingCutUp) {
  vfmgr::GpuView gpu = l40s(0);
  gpu.findings.push_back({.what = "its driver makes no VFs this way", .help = "bind another"});
  EXPECT_THAT(list_text({.gpus = {b60(0), gpu}}, {}),
              HasSubstr("\n\n0000:3b:00.0  note: its driver makes no VFs this way\n"
                        "              bind another\n"));
}

TEST(List, HasKindWordsWhereThereIsNothingToManage) {
  EXPECT_EQ(list_text({}, {}),
            "No SR-IOV GPU here.\n"
            "Try it:  vgpuctl sim create lab.vfhost --gpu intel-b60 --gpu nvidia-l40s && "
            "vgpuctl --sim lab.vfhost list\n");
  vfmgr::GpuView gpu;
  gpu.gpu.address = {.device = 2};
  gpu.gpu.vendor = "Intel Corporation";
  gpu.gpu.model = "UHD 770";
  gpu.gpu.driver = "i915";
  gpu.findings.push_back({.what = "it has no SR-IOV capability", .help = {}});
  const std::string text = list_text({.gpus = {gpu}}, {});
  EXPECT_THAT(text,
              HasSubstr("No SR-IOV GPU here. 1 GPU without SR-IOV:\n"
                        "  0000:00:02.0  Intel UHD 770 (i915)\n"
                        "    it has no SR-IOV capability\n"
                        "Try it:  "));
  EXPECT_THAT(list_text({.simulated = true, .gpus = {gpu}}, {}), Not(HasSubstr("Try it")));
}

TEST(List, TellsAGpuThatCouldFromOneWithoutSriov) {
  vfmgr::GpuView gpu = l40s(0);
  gpu.backend = "";
  gpu.makes_vfs = false;
  gpu.findings.push_back({.what = "driver nouveau makes no VFs", .help = "bind another"});
  EXPECT_THAT(
      list_text({.simulated = true, .gpus = {gpu}}, {}),
      testing::Eq("No GPU here can be cut up as it is. 1 GPU with what keeps it from that:\n"
                  "  0000:3b:00.0  NVIDIA L40S (nvidia)\n"
                  "    driver nouveau makes no VFs; bind another\n"));
}

TEST(ListOfVfs, IsOneLineAVfWithItsAttributesAndUsers) {
  vfmgr::GpuView gpu = b60(2);
  gpu.vfs[0].in_use = true;
  gpu.vfs[0].holders.push_back(
      {.pid = 1, .command = {}, .vm = "web-2", .container = {}, .node = {}});
  gpu.vfs[1].driver.reset();
  gpu.vfs[1].in_use = false;
  EXPECT_EQ(list_vfs_text({.gpus = {gpu}}, {}),
            "ADDRESS       GPU, VF            DRIVER    GROUP  IN USE       VRAM   EXEC_QUANTUM\n"
            "0000:03:00.0  Intel Arc Pro B60  xe        17     2 of 24 VFs\n"
            "0000:03:00.1    vf0              vfio-pci  42     web-2        4 GiB  20 ms\n"
            "0000:03:00.2    vf1              none      43     no           4 GiB  20 ms\n");
}

TEST(Show, FoldsVfsThatAreAlike) {
  vfmgr::GpuView gpu = b60(24);
  gpu.vfs[3].attributes["exec_quantum"] = std::uint64_t{35'000};
  const std::string text = show_text({.gpus = {gpu}}, {});
  EXPECT_THAT(text, HasSubstr("0000:03:00.0  Intel Arc Pro B60  24 of 24 VFs on\n"));
  EXPECT_THAT(text, HasSubstr("    exec_quantum  each VF  1 ms to 100 s  the driver\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n  vf0 … vf2   0000:03:00.1 … 03:00.3  vfio-pci  42 … 44  unknown  4 GiB  20 ms\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n  vf3         0000:03:00.4            vfio-pci  45       unknown  4 GiB  35 ms\n"));
  EXPECT_THAT(text, HasSubstr("\n  vf4 … vf23  "));
  EXPECT_LT(lines(text), 16);
}

TEST(Show, TellsWhereARangeWasReadWhole) {
  vfmgr::GpuView gpu = b60(0);
  gpu.offers = {
      {.name = "vram",
       .least = {},
       .most = {},
       .read_from = "sys:bus/pci/devices/0000:03:00.0/sriov_admin/vf1/profile/vram_quota"}};
  EXPECT_THAT(show_text({.gpus = {gpu}}, {.width = 120}),
              HasSubstr("    vram  each VF  range unknown  sys:bus/pci/devices/0000:03:00.0/"
                        "sriov_admin/vf1/profile/vram_quota\n"));
  EXPECT_THAT(show_text({.gpus = {gpu}}, {.width = 80}),
              HasSubstr("    vram  each VF  range unknown\n"
                        "      from sys:bus/pci/devices/0000:03:00.0/sriov_admin/vf1/profile/"
                        "vram_quota\n"));
}

TEST(Show, BreaksNotesAtTheTerminalsWidth) {
  vfmgr::GpuView gpu = b60(0);
  gpu.findings.push_back({.what = "its driver makes no VFs this way", .help = "bind another"});
  EXPECT_THAT(show_text({.gpus = {gpu}}, {.width = 36}),
              HasSubstr("  note    its driver makes no VFs\n          this way\n"
                        "          bind another\n"));
  EXPECT_THAT(list_text({.gpus = {gpu}}, {.width = 44}),
              HasSubstr("\n0000:03:00.0  note: its driver makes no VFs\n              this way\n"));
}

}  // namespace
}  // namespace vgpuctl
