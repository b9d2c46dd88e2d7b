// SPDX-License-Identifier: Apache-2.0
// What is dear to read is read only where a profile names it, or a person asks.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "engine/compare.hpp"
#include "engine/tables.hpp"
#include "sim/sim_kernel.hpp"
#include "support/forwarding.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::test::of_dear {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

/// A door that notes what is read through it.
class Noted final : public Forwarding {
 public:
  using Forwarding::Forwarding;

  Result<std::string> read(const Place& place) const override {
    seen.insert(place.path);
    return Forwarding::read(place);
  }
  std::vector<Result<std::string>> read_slowly(std::span<const Place> places,
                                               Milliseconds limit) const override {
    for (const Place& place : places) {
      seen.insert(place.path);
    }
    return Forwarding::read_slowly(places, limit);
  }

  mutable std::set<std::string> seen;
};

/// What a check of this profile reads on two GPUs whose driver deals out vectors.
std::set<std::string> read_by_check(const std::string& toml) {
  const Lab lab({"plain-msix", "plain-msix"});
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
  const AttrTables tables = attr_tables(shipped_backends());
  const auto kernel = sim::open_host_file(lab.file(), tables);
  EXPECT_TRUE(kernel);
  const Noted watch(**kernel);
  const Profile wanted = profile(toml);
  EXPECT_TRUE(compare(watch, shipped_backends(), {.profile = &wanted.model()}, {}));
  return watch.seen;
}

TEST(Dear, IsNotReadWhereNoProfileNamesIt) {
  const auto seen = read_by_check("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
  EXPECT_THAT(seen, Contains(HasSubstr("sriov_totalvfs")));
  EXPECT_THAT(seen, Each(Not(HasSubstr("msix"))));
  EXPECT_THAT(seen, Each(Not(HasSubstr("config"))));
}

TEST(Dear, IsReadOfTheGpusAloneForWhichItIsNamed) {
  const auto seen = read_by_check(
      "schema = 1\n[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nvfs = 2\n"
      "[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = 2\n"
      "[[gpu.vf]]\nindex = 1\nmsix = 8\n");
  EXPECT_THAT(seen, Contains("bus/pci/devices/0000:03:00.0/sriov_vf_total_msix"));
  EXPECT_THAT(seen, Contains("bus/pci/devices/0000:03:00.0/virtfn1/config"));
  EXPECT_THAT(seen, Not(Contains("bus/pci/devices/0000:04:00.0/sriov_vf_total_msix")));
  EXPECT_THAT(seen, Not(Contains("bus/pci/devices/0000:04:00.0/virtfn1/config")));
}

TEST(Dear, IsNotReadByListAndIsReadByShow) {
  const Lab lab({"plain-msix"});
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 1\n");
  const auto listed = lab.open().inventory({});
  const auto shown = lab.open().inventory({}, Detail::whole);
  ASSERT_TRUE(listed && shown);
  EXPECT_FALSE(listed->gpus[0].vfs[0].attributes.contains("msix"));
  EXPECT_TRUE(shown->gpus[0].vfs[0].attributes.contains("msix"));
}

}  // namespace
}  // namespace vfmgr::test::of_dear
