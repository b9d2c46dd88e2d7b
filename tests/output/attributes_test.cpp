// SPDX-License-Identifier: Apache-2.0
#include "core/attributes.hpp"

#include "output/attributes_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace vgpuctl {
namespace {

using ::testing::HasSubstr;

TEST(TheAttributes, AreToldWithValueOwnerAndMeaning) {
  constexpr std::array kRows{vfmgr::AttributeRow{.key = vfmgr::Key::vram,
                                                 .name = "vram",
                                                 .type = vfmgr::Type::bytes,
                                                 .scope = vfmgr::kScopeVf,
                                                 .doc = "how much of it"},
                             vfmgr::AttributeRow{.key = vfmgr::Key::exec_quantum,
                                                 .name = "exec_quantum",
                                                 .type = vfmgr::Type::duration,
                                                 .scope = vfmgr::kScopeVf | vfmgr::kScopePf,
                                                 .doc = "how long"}};
  EXPECT_THAT(attributes_text(kRows),
              HasSubstr("  vram              a size: \"4GiB\", \"512MiB\"; of VFs\n"
                        "                    how much of it\n"
                        "  exec_quantum      a time: \"500us\", \"20ms\", \"infinite\"; of VFs and "
                        "of the GPU\n"
                        "                    how long\n"));
}

TEST(TheAttributes, AreAllOfTheTable) {
  const std::string text = attributes_text(vfmgr::kAttributes);
  for (const vfmgr::AttributeRow& row : vfmgr::kAttributes) {
    EXPECT_THAT(text, HasSubstr("\n  " + std::string(row.name))) << row.name;
  }
}

}  // namespace
}  // namespace vgpuctl
