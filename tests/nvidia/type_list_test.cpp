// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/type_list.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vfmgr::nvidia {

namespace {

/// "557=NVIDIA A40-1Q|…".
std::string list_told(std::string_view text) {
  std::string told;
  for (const Listed& type : parse_type_list(text)) {
    told += std::to_string(type.id) + "=" + type.name + "|";
  }
  return told;
}

// harvester/pcidevices, pkg/util/gpuhelper/testdata, 0000:26:00.4.
TEST(TypeList, IsReadWithAHeaderAndTheIdInFront) {
  EXPECT_EQ(list_told("ID    : vGPU Name\n"
                      "1145  : NVIDIA L40S-1B\n"
                      "1156  : NVIDIA L40S-48Q\n"
                      "2164  : NVIDIA L40S-3B\n"),
            "1145=NVIDIA L40S-1B|1156=NVIDIA L40S-48Q|2164=NVIDIA L40S-3B|");
}

// The vGPU 17 user guide's example.
TEST(TypeList, IsReadWithTheNameInFront) {
  EXPECT_EQ(list_told("NVIDIA A40-1Q  557\nNVIDIA A40-2Q\t558\n"),
            "557=NVIDIA A40-1Q|558=NVIDIA A40-2Q|");
}

// The README of NVIDIA/kubevirt-gpu-device-plugin.
TEST(TypeList, IsReadWithoutAHeader) {
  EXPECT_EQ(list_told("1428 : NVIDIA H200X-141C"), "1428=NVIDIA H200X-141C|");
}

// kernel/nvml_vgpu.cpp; a name may end in a number.
TEST(TypeList, IsReadAsTheDoorToNvmlHasIt) {
  EXPECT_EQ(list_told("1145 NVIDIA L40S-1B\n99 GeForce RTX 3050\n"),
            "1145=NVIDIA L40S-1B|99=GeForce RTX 3050|");
}

TEST(TypeList, KeepsTheSpacesInAName) {
  EXPECT_EQ(list_told("ID    : vGPU Name\n1519  : NVIDIA RTX Pro 6000 Blackwell DC-3Q\r\n"),
            "1519=NVIDIA RTX Pro 6000 Blackwell DC-3Q|");
}

TEST(TypeList, IsEmptyWhereNothingCanBeCreated) {
  EXPECT_EQ(list_told("ID    : vGPU Name\n"), "");
  EXPECT_EQ(list_told(""), "");
  EXPECT_EQ(list_told("\n \n"), "");
}

TEST(TypeList, PassesOverWhatIsNoType) {
  EXPECT_EQ(list_told("0 : nothing\n"
                      "4294967296 : too large\n"
                      "-1 : below\n"
                      "12 :\n"
                      ": 12\n"
                      "557\n"
                      "nonsense\n"
                      "7 : bell\a\n"
                      "557 : NVIDIA A40-1Q\n"
                      "557 : again\n"),
            "557=NVIDIA A40-1Q|");
  EXPECT_EQ(list_told("1 : " + std::string(10000, 'x')), "");
}

TEST(TypeList, StopsSomewhere) {
  std::string text;
  for (int id = 1; id <= 5000; ++id) {
    text += std::to_string(id) + " : a\n";
  }
  EXPECT_EQ(parse_type_list(text).size(), 1024U);
}

}  // namespace

}  // namespace vfmgr::nvidia
