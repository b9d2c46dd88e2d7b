// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vfmgr::test::of_export {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string five = R"(schema = 1
[[gpu]]
match = { address = "0000:03:00.0" }
vfs = 5
vram = "2GiB"
exec_quantum = "20ms"
preempt_timeout = "40ms"
  [[gpu.vf]]
  index = 3
  exec_quantum = "35ms"
)";

std::string exported(const Lab& lab) {
  const auto text = lab.open().export_toml({});
  EXPECT_TRUE(text) << to_string(text.error());
  return text.value_or("");
}

TEST(Export, OfWhatWasAppliedChangesNothingAndBringsItBack) {
  Lab lab({"intel-b60", "plain"});
  lab.reach(five);
  const std::string text = exported(lab);
  EXPECT_THAT(text,
              HasSubstr("vfs = 5\nvf_driver = \"vfio-pci\"\nvram = \"2GiB\"\n"
                        "exec_quantum = \"20ms\"\npreempt_timeout = \"40ms\"\n"));
  EXPECT_THAT(text, HasSubstr("  [[gpu.vf]]\n  index = 3\n  exec_quantum = \"35ms\"\n"));
  EXPECT_THAT(text, HasSubstr("match = { address = \"0000:04:00.0\" }\nvfs = 0\n"));
  static_cast<void>(lab.writes());
  const std::string before = lab.dump();
  lab.reach(text);
  EXPECT_THAT(lab.writes(), IsEmpty());
  ASSERT_TRUE(lab.teardown());
  lab.reach(text);
  EXPECT_EQ(lab.dump(), before);
}

TEST(Export, WritesWhatTheDriverIsKnownToHaveChosenAsComments) {
  Lab lab({"intel-b60"});
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
  const std::string text = exported(lab);
  EXPECT_THAT(text, HasSubstr("# vram = \"4GiB\"  chosen by the driver\n"));
  EXPECT_THAT(text, Not(HasSubstr("\nvram")));
  static_cast<void>(lab.writes());
  lab.reach(text);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Export, WritesAllOutWhereSomebodySetOneOfThem) {
  const Lab lab({"intel-b60"});
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
  lab.reach(
      "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n"
      "[[gpu.vf]]\nindex = 0\nvram = \"3GiB\"\n");
  EXPECT_THAT(exported(lab), HasSubstr("vram"));
  EXPECT_THAT(exported(lab), Not(HasSubstr("# vram")));
}

TEST(Export, KeepsWhatTheHostFoundForItsVfsAsHost) {
  Lab lab({"intel-b60"});
  lab.reach(
      "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 3\nvf_driver = \"host\"\n"
      "[[gpu.vf]]\nindex = 1\nvf_driver = \"none\"\n");
  const std::string text = exported(lab);
  EXPECT_THAT(text, HasSubstr("vf_driver = \"host\"\n"));
  EXPECT_THAT(text, HasSubstr("  index = 1\n  vf_driver = \"none\"\n"));
  static_cast<void>(lab.writes());
  lab.reach(text);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Export, SaysWhyAGpuHasNoTable) {
  const Lab lab({"amd-v620"});
  EXPECT_THAT(exported(lab), HasSubstr("# 0000:03:00.0: its driver makes no VFs this way\n"));
}

}  // namespace
}  // namespace vfmgr::test::of_export
