// SPDX-License-Identifier: Apache-2.0
#include "output/schema_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/setting.hpp"

#include "output/support/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace vgpuctl {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AttributesText, IsOneLineAnAttribute) {
  vfmgr::GpuView gpu = b60(0);
  gpu.offers = {{.name = "vf_driver",
                 .least = {},
                 .most = {},
                 .read_from = "the PCI core",
                 .before_vfs = false},
                {.name = "exec_quantum",
                 .least = 1000,
                 .most = 2'000'000,
                 .read_from = "a file",
                 .before_vfs = true},
                {.name = "heterogeneous", .pf = true, .least = {}, .most = {}, .read_from = {}}};
  EXPECT_EQ(
      attributes_text({.gpus = {gpu}}, {}),
      "0000:03:00.0  Intel Arc Pro B60\n"
      "  ATTRIBUTE      OF       TYPE      WRITTEN             VALUES                       READ "
      "FROM\n"
      "  vf_driver      each VF  driver    with VFs            auto, host, none, or a name  the "
      "PCI "
      "core\n"
      "  exec_quantum   each VF  duration  before or with VFs  1 ms to 2 s                  a "
      "file\n"
      "  heterogeneous  the GPU  boolean\n");
}

TEST(AttributesText, SaysWhereThereIsNothing) {
  vfmgr::GpuView gpu = b60(0);
  gpu.offers.clear();
  gpu.findings = {{.what = "its driver\x1b makes none", .help = {}}};
  const std::string text = attributes_text({.gpus = {gpu}}, {});
  EXPECT_THAT(text, HasSubstr("a profile can give it nothing\n"));
  EXPECT_THAT(text, HasSubstr("note  its driver\\x1b makes none\n"));
}

TEST(ResourcesText, IsNameValuesAndFileOfEach) {
  vfmgr::NamedResources one{.name = "site/half\n", .files = {"a\x1b.toml"}, .values = {}};
  one.values["vram"] = std::uint64_t{11} << 30U;
  one.values["exec_quantum"] = std::uint64_t{20'000};
  const std::string text = resources_text({one}, {});
  EXPECT_THAT(text, HasSubstr("exec_quantum = 20 ms, vram = 11 GiB"));
  EXPECT_THAT(text, HasSubstr("site/half\\x0a"));
  EXPECT_THAT(text, HasSubstr("a\\x1b.toml"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ResourcesText, SaysWhereThereAreNone) {
  EXPECT_THAT(resources_text({}, {}), HasSubstr("No resources are installed"));
}

}  // namespace
}  // namespace vgpuctl
