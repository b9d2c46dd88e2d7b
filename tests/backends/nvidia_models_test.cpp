// SPDX-License-Identifier: Apache-2.0
// Every model of NVIDIA's, with all its VFs: from none to types on six of them, and back.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::test::of_nvidia_models {
namespace {

struct Wanted {
  std::string model, keys, type;

  friend std::ostream& operator<<(std::ostream& out, const Wanted& wanted) {
    return out << wanted.model;
  }
};

class NvidiaModel : public ::testing::TestWithParam<Wanted> {};

std::vector<std::string> types_of_vfs(const Lab& lab) {
  const auto shown = lab.open().inventory({}, Detail::plain);
  std::vector<std::string> types;
  for (const VfView& vf : shown->gpus.front().vfs) {
    const auto type = vf.attributes.find("vgpu_type");
    const auto* const text =
        type == vf.attributes.end() ? nullptr : std::get_if<std::string>(&type->second);
    types.push_back(text == nullptr ? "none" : *text);
  }
  return types;
}

TEST_P(NvidiaModel, GivesSixOfAllItsVfsATypeAndTakesAllBack) {
  const Lab lab({GetParam().model});
  const std::string six = for_all("vfs = 6\n" + GetParam().keys);
  lab.reach(six);
  const std::vector<std::string> types = types_of_vfs(lab);
  ASSERT_GE(types.size(), 16U);
  for (std::size_t vf = 0; vf < types.size(); ++vf) {
    EXPECT_EQ(types[vf], vf < 6 ? GetParam().type : "none") << vf;
  }
  EXPECT_TRUE(lab.check(six)->in_sync());
  const auto report = lab.teardown();
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_EQ(types_of_vfs(lab).size(), 0U);
}

const std::string a100_mig = "vgpu_type = \"A100D-1-10C\"\n[gpu.pf]\nmig = { \"1g.10gb\" = 6 }\n";
const std::string h100_mig =
    "vgpu_type = \"at least 8GiB, series C\"\n[gpu.pf]\nmig = { \"1g.10gb\" = 6 }\n";
const std::string rtx_mig = "vgpu_type = \"DC-1-8Q\"\n[gpu.pf]\nmig = { \"1g.24gb+gfx\" = 2 }\n";

INSTANTIATE_TEST_SUITE_P(
    Shipped,
    NvidiaModel,
    ::testing::Values(
        Wanted{"nvidia-a2", "vgpu_type = \"A2-2Q\"\n", "NVIDIA A2-2Q"},
        Wanted{"nvidia-a16", "vgpu_type = \"A16-2B\"\n", "NVIDIA A16-2B"},
        Wanted{"nvidia-a40", "vgpu_type = 562\n", "NVIDIA A40-8Q"},
        Wanted{"nvidia-a100", a100_mig, "GRID A100D-1-10C"},
        Wanted{"nvidia-l4", "vgpu_type = \"at least 4GiB, series Q\"\n", "NVIDIA L4-4Q"},
        Wanted{"nvidia-l40s-vgpu", "vgpu_type = \"L40S-8C\"\n", "NVIDIA L40S-8C"},
        Wanted{"nvidia-h100", h100_mig, "NVIDIA H100XM-1-10C"},
        Wanted{"nvidia-rtx-pro-6000", rtx_mig, "NVIDIA RTX Pro 6000 Blackwell DC-1-8Q"}),
    [](const ::testing::TestParamInfo<Wanted>& one) {
      std::string name;
      for (const char letter : one.param.model) {
        name += letter == '-' ? '_' : letter;
      }
      return name;
    });

}  // namespace
}  // namespace vfmgr::test::of_nvidia_models
