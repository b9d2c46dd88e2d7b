// SPDX-License-Identifier: Apache-2.0
// docs/host-file.md: its example loads and reacts, and it names whatever a host file can hold.
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/driver.hpp"
#include "sim/host_file.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"
#include "sim/tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

std::string page() {
  std::ifstream in(VFMGR_TESTS_DIR "/../docs/host-file.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string example() {
  constexpr std::string_view kBegin = "```vfhost\n";
  const std::string text = page();
  const std::size_t begin = text.find(kBegin);
  EXPECT_NE(begin, std::string::npos);
  return text.substr(begin + kBegin.size(), text.find("```\n", begin + 1) - begin - kBegin.size());
}

TEST(HostFilePage, ShowsAHostThatLoadsAndReacts) {
  const Host host({}, example());
  const PciAddress pf = address("0000:01:00.0");
  const auto kernel = host.open();
  EXPECT_EQ(vf_count(*kernel, pf), "2");
  EXPECT_EQ(driver_of(*kernel, address("0000:01:00.2")), "demo");
  EXPECT_EQ(observe(*kernel, pci::of(pci::kVfIommuGroup, pf, VfIndex{1})).text(), "9");
  const Place count = pci::of(pci::kNumVfs, pf);
  EXPECT_EQ(write(*kernel, count, "5"), ERANGE);
  EXPECT_EQ(write(*kernel, count, "0"), 0);
  EXPECT_EQ(vf_count(*kernel, pf), "0");
  EXPECT_EQ(write(*kernel, pci::named(pci::kUnbind, "demo"), "0000:01:00.0"), 0);
  EXPECT_EQ(write(*kernel, count, "2"), ENOENT);
}

TEST(HostFilePage, NamesAllNamespacesRulesAndFacts) {
  const std::string text = page();
  for (std::size_t at = 0; at < sim::kSpaces; ++at) {
    EXPECT_THAT(text, HasSubstr(std::string(sim::to_string(static_cast<sim::Space>(at)))));
  }
  for (const sim::SimDriver* driver : sim::shipped_drivers()) {
    EXPECT_THAT(text, HasSubstr("`" + std::string(driver->name()) + "`"));
  }
  const auto models = sim::list_models().value();
  for (const sim::ModelInfo& info : models) {
    const std::string base = Host({info.name}).text();
    constexpr std::string_view kFacts = "\nhidden:functions/";
    for (std::size_t at = base.find(kFacts); at != std::string::npos;
         at = base.find(kFacts, at + 1)) {
      const std::size_t name = base.find('/', at + kFacts.size()) + 1;
      const std::string fact = base.substr(name, base.find(' ', name) - name);
      EXPECT_TRUE(text.find("`" + fact + "`") != std::string::npos ||
                  text.find("/" + fact + "`") != std::string::npos)
          << fact << " of " << info.name;
    }
  }
}

TEST(HostFilePage, NamesAllRecordsAndAllThatIsVolatile) {
  const Host host({"plain"});
  const auto kernel = host.open();
  const std::size_t base = host.text().size();
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  ASSERT_EQ(write(*kernel, pci::of(pci::kVfOverride, gpu(), VfIndex{0}), "vfio-pci"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kBind, "vfio-pci"), "0000:03:00.1"), 0);
  ASSERT_TRUE(sim::hold_vf(host.file(), "0000:03:00.1", 1, "vm").has_value());
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "0"), EINPROGRESS);
  ASSERT_TRUE(sim::vanish(host.file(), gpu(), Milliseconds(100'000)).has_value());
  ASSERT_TRUE(sim::disarm_faults(host.file()).has_value());
  ASSERT_TRUE(sim::arm_fault(host.file(), {.place = pci::of(pci::kVendor, gpu()), .os_error = EIO})
                  .has_value());
  ASSERT_TRUE(sim::poke(host.file(), in_function(gpu(), "x"), "1").has_value());
  kernel->watch(pci::of(pci::kVendor, gpu()))->wait(Milliseconds(5));
  const std::string text = page();
  const std::string log = host.text().substr(base);
  std::set<std::string> records;
  for (std::size_t at = 0; at < log.size(); at = log.find('\n', at) + 1) {
    records.insert(log.substr(at, log.find('\t', at) - at));
  }
  EXPECT_EQ(records.size(), 7U);
  for (const std::string& record : records) {
    EXPECT_TRUE(text.find("`" + record + " ") != std::string::npos ||
                text.find("`" + record + "`") != std::string::npos)
        << record;
  }
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  for (const std::string_view name : {"clock", "due", "faults", "held", "pending"}) {
    EXPECT_THAT(host.text(), HasSubstr("hidden:volatile/" + std::string(name)));
    EXPECT_THAT(text, HasSubstr("`" + std::string(name) + "`"));
  }
}

TEST(HostFilePage, TellsWhatAPathCannotHold) {
  for (const std::string_view path : {"/a", "a/", "./a", "a/../b", "..", "a//b", "a [b"}) {
    const auto loaded = sim::load_text("vfhost 1\nsys:" + std::string(path) + " = 1\nlog\n", "it");
    EXPECT_FALSE(loaded.has_value()) << path;
  }
}

}  // namespace
}  // namespace vfmgr::test
