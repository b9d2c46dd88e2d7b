// SPDX-License-Identifier: Apache-2.0
// GPUs as boxes on a terminal.
#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"

#include "output/map_text.hpp"
#include "output/style.hpp"
#include "output/support/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace vgpuctl {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kGibibyte = 1ULL << 30U;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (const std::string& line : lines_of(text)) {
    most = std::max(most, columns(line));
  }
  return most;
}

vfmgr::Holder vm(const std::string& name) {
  return {.pid = 4711, .command = "qemu-system-x86", .vm = name, .container = {}, .node = {}};
}

/// Four VFs of which two are in use by VMs and one by nobody.
vfmgr::GpuView shared_by_vms() {
  vfmgr::GpuView gpu = b60(4);
  gpu.vfs[0].in_use = true;
  gpu.vfs[0].holders.push_back(vm("build-7"));
  gpu.vfs[1].in_use = false;
  gpu.vfs[2].in_use = true;
  gpu.vfs[2].holders.push_back(vm("web-2"));
  return gpu;
}

/// An L40S whose VFs were all made, as its driver does, and of which `used` have a vGPU.
vfmgr::GpuView with_vgpus(std::size_t used) {
  vfmgr::GpuView gpu = l40s(32);
  gpu.offers.push_back({.name = "vgpu_type", .least = {}, .most = {}, .read_from = {}});
  for (std::size_t at = 0; at < gpu.vfs.size(); ++at) {
    gpu.vfs[at].attributes["vgpu_type"] = at < used ? "NVIDIA L40S-8Q"s : "none"s;
  }
  gpu.fits = {{.attribute = "vgpu_type", .value = "NVIDIA L40S-8Q", .more = 4},
              {.attribute = "vgpu_type", .value = "NVIDIA L40S-48Q", .more = 0}};
  return gpu;
}

TEST(Map, IsABoxAVfWithItsShareItsPlaceAndItsUser) {
  EXPECT_EQ(map_text({.gpus = {shared_by_vms()}}, {.width = 80}),
            "Intel Arc Pro B60  0000:03:00.0  xe  NUMA 0             4 of 24 VFs, 24 GiB VRAM\n"
            "┌─ vf0 ───────┬─ vf1 ───────┬─ vf2 ───────┬─ vf3 ───────┬─ free ───────────────┐\n"
            "│ 4 GiB       │ 4 GiB       │ 4 GiB       │ 4 GiB       │ 8 GiB in no VF       │\n"
            "│ 20 ms       │ 20 ms       │ 20 ms       │ 20 ms       │ 20 VFs not made      │\n"
            "│ 03:00.1     │ 03:00.2     │ 03:00.3     │ 03:00.4     │                      │\n"
            "│ group 42    │ group 43    │ group 44    │ group 45    │                      │\n"
            "│ vfio-pci    │ vfio-pci    │ vfio-pci    │ vfio-pci    │                      │\n"
            "│ build-7     │ unused      │ web-2       │ use unknown │                      │\n"
            "└─────────────┴─────────────┴─────────────┴─────────────┴──────────────────────┘\n");
}

TEST(Map, GivesTheSameVramTheSameWidthAndMoreOfItMore) {
  vfmgr::GpuView gpu = b60(3);
  gpu.vfs[2].attributes["vram"] = 12 * kGibibyte;
  const std::string text = map_text({.gpus = {gpu}}, {.width = 100});
  const std::string top = lines_of(text)[1];
  const auto width_of = [&](const std::string& from, const std::string& to) {
    return columns(top.substr(top.find(from), top.find(to) - top.find(from)));
  };
  EXPECT_EQ(width_of(" vf0 ", " vf1 "), width_of(" vf1 ", " vf2 "));
  EXPECT_GT(width_of(" vf2 ", " free "), 2 * width_of(" vf0 ", " vf1 "));
}

TEST(Map, FoldsRunsThatAreAlikeWhereTwoRowsAreNotEnough) {
  vfmgr::GpuView gpu = b60(24);
  gpu.vfs[3].attributes["exec_quantum"] = std::uint64_t{35'000};
  const std::string text = map_text({.gpus = {gpu}}, {.width = 80});
  EXPECT_THAT(text, HasSubstr(" vf0 … vf2, 3 alike "));
  EXPECT_THAT(text, HasSubstr(" vf3 "));
  EXPECT_THAT(text, HasSubstr(" vf4 … vf23, 20 alike "));
  EXPECT_THAT(text, HasSubstr("│ 4 GiB each"));
  EXPECT_THAT(text, HasSubstr("group 46 … 65"));
  EXPECT_LE(widest(text), 80);
}

TEST(Map, WrapsVfsThatDifferIntoRowsOfOneWidth) {
  for (const std::size_t vfs : {24U, 32U, 64U}) {
    vfmgr::GpuView gpu = b60(static_cast<std::uint32_t>(vfs));
    gpu.gpu.total_vfs = 64;
    for (std::size_t at = 0; at < vfs; ++at) {
      gpu.vfs[at].holders.push_back(vm("vm-" + std::to_string(at)));
    }
    for (const std::size_t width : {40U, 80U, 160U}) {
      const std::string text = map_text({.gpus = {gpu}}, {.width = width});
      EXPECT_LE(widest(text), width);
      for (std::size_t at = 0; at < vfs; ++at) {
        EXPECT_THAT(text, HasSubstr("─ vf" + std::to_string(at) + " ─"));
        EXPECT_THAT(text, HasSubstr("│ vm-" + std::to_string(at) + " "));
      }
    }
  }
}

TEST(Map, DrawsSpareVfsOnceAndTellsWhatStillFits) {
  const std::string text = map_text({.gpus = {with_vgpus(2)}}, {.width = 80});
  EXPECT_THAT(text, HasSubstr("2 of 32 VFs, VRAM unknown"));
  EXPECT_THAT(text, HasSubstr("─ spare ─"));
  EXPECT_THAT(text, HasSubstr("│ 30 VFs"));
  EXPECT_THAT(text, HasSubstr("│ L40S-8Q"));
  EXPECT_THAT(text, HasSubstr("│ fits 4 more L40S-8Q"));
  EXPECT_THAT(text, Not(HasSubstr("48Q")));
}

TEST(Map, NamesTheTypesOfWhichMostFitWhereNoneIsInUse) {
  vfmgr::GpuView gpu = with_vgpus(0);
  gpu.fits.clear();
  for (std::uint32_t more = 1; more <= 6; ++more) {
    gpu.fits.push_back({.attribute = "vgpu_type",
                        .value = "NVIDIA L40S-" + std::to_string(48 / more) + "Q",
                        .more = more});
  }
  const std::string text = map_text({.gpus = {gpu}}, {.width = 80});
  EXPECT_THAT(text, HasSubstr("│ fits 6 L40S-8Q"));
  EXPECT_THAT(text, HasSubstr("│ fits 4 L40S-12Q"));
  EXPECT_THAT(text, HasSubstr("│ … show names all"));
  EXPECT_THAT(text, Not(HasSubstr("48Q")));
}

TEST(Map, ClaimsNoRoomThatNobodyTold) {
  vfmgr::GpuView gpu = b60(4);
  gpu.vram_total.reset();
  const std::string unknown_total = map_text({.gpus = {gpu}}, {.width = 80});
  EXPECT_THAT(unknown_total, HasSubstr("VRAM unknown"));
  EXPECT_THAT(unknown_total, HasSubstr("│ 20 VFs not made"));
  EXPECT_THAT(unknown_total, Not(HasSubstr("in no VF")));
  EXPECT_THAT(unknown_total, Not(HasSubstr("fits")));
  gpu = b60(4);
  gpu.vfs[1].attributes["vram"] = vfmgr::Setting();
  const std::string unknown_share = map_text({.gpus = {gpu}}, {.width = 80});
  EXPECT_THAT(unknown_share, HasSubstr("│ vram unknown"));
  EXPECT_THAT(unknown_share, Not(HasSubstr("in no VF")));
}

TEST(Map, DrawsAGpuWithoutVfsAndOneThatMakesNone) {
  EXPECT_THAT(map_text({.gpus = {b60(0)}}, {.width = 80}), HasSubstr("│ up to 24 can be made"));
  vfmgr::GpuView gpu = l40s(0);
  gpu.backend = "";
  gpu.makes_vfs = false;
  gpu.findings.push_back({.what = "driver nouveau makes no VFs", .help = "bind another"});
  const std::string text = map_text({.gpus = {gpu}}, {.width = 80});
  EXPECT_THAT(text, HasSubstr("│ none can be made here"));
  EXPECT_THAT(text, HasSubstr("┘\nnote: driver nouveau makes no VFs\n      bind another\n"));
}

TEST(Map, IsNeverWiderThanTheTerminal) {
  vfmgr::GpuView gpu = shared_by_vms();
  gpu.vfs[0].holders[0].vm = "a virtual machine with quite a long name in its definition";
  gpu.attributes["heterogeneous"] = false;
  for (std::size_t width = 30; width < 170; ++width) {
    EXPECT_LE(widest(map_text({.gpus = {gpu, with_vgpus(11), b60(0)}}, {.width = width})), width);
  }
}

TEST(Map, LetsNoNameMoveTheCursor) {
  vfmgr::GpuView gpu = shared_by_vms();
  gpu.vfs[0].holders[0].vm = "x\x1b[2J\n";
  gpu.vfs[1].driver = "dr\x9biver";
  const std::string text = map_text({.gpus = {gpu}}, {.width = 80});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("x\\x1b[2J\\x0a"));
  EXPECT_THAT(text, HasSubstr("dr\\x9biver"));
}

}  // namespace
}  // namespace vgpuctl
