// SPDX-License-Identifier: Apache-2.0
// A host file that was cut off or damaged anywhere: an error with its line, or what had happened up
// to there; never anything else.
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/base_text.hpp"
#include "sim/host_file.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::string_view kFile = "it.vfhost";

Result<std::string> dump_of(std::string_view text) {
  const auto machine = sim::load_text(text, std::string(kFile));
  if (!machine) {
    return fail(machine.error());
  }
  return sim::dump_text(*machine);
}

/// A file with a record of every kind, and what the host was like after each of them.
class Story : public testing::Test {
 protected:
  void SetUp() override {
    const auto kernel = host.open();
    note();
    const auto step = [this](bool done) {
      ASSERT_TRUE(done);
      note();
    };
    step(write(*kernel, pci::kAutoprobe, "0") == 0);
    step(write(*kernel, pci::kNumVfs, "99") == ERANGE);
    step(write(*kernel, pci::kNumVfs, "1") == 0);
    step(write(*kernel, pci::of(pci::kVfOverride, gpu(), VfIndex{0}), "vfio-pci\n") == 0);
    step(write(*kernel, pci::named(pci::kBind, "vfio-pci"), "0000:03:00.1") == 0);
    step(sim::hold_vf(host.file(), "0000:03:00.1", 7, "a\tb\\c").has_value());
    step(write(*kernel, pci::kNumVfs, "0", Milliseconds(10)) == EINPROGRESS);
    step(sim::release_vf(host.file(), "0000:03:00.1").has_value());
    step(
        sim::poke(host.file(), in_function(gpu(), "late"), std::string("\0\n\xff", 3)).has_value());
    step(sim::arm_fault(host.file(), {.place = in_function(gpu(), "late"), .os_error = EIO})
             .has_value());
    step(sim::disarm_faults(host.file()).has_value());
    step(sim::vanish(host.file(), gpu(), Milliseconds(0)).has_value());
  }
  static int write(Kernel& kernel,
                   const Place& place,
                   std::string_view bytes,
                   Milliseconds limit = Milliseconds(10)) {
    return test::write(kernel, place, bytes, limit);
  }
  static int write(Kernel& kernel, const Attr& attr, std::string_view bytes) {
    return test::write(kernel, attr, bytes);
  }
  static int write(Kernel& kernel, const Attr& attr, std::string_view bytes, Milliseconds limit) {
    return test::write(kernel, pci::of(attr, gpu()), bytes, limit);
  }
  void note() {
    lengths.push_back(host.text().size());
    dumps.push_back(host.dump());
  }
  const Host host{{"plain"}};
  std::vector<std::size_t> lengths;  ///< of the file …
  std::vector<std::string> dumps;    ///< … and the host's dump, after each record
};

TEST_F(Story, CutOffAnywhereIsWhatHadHappenedUpToThere) {
  const std::string whole = host.text();
  ASSERT_EQ(lengths.back(), whole.size());
  for (std::size_t length = lengths.front(); length <= whole.size(); ++length) {
    const auto records = std::ranges::upper_bound(lengths, length);
    const auto cut = dump_of(std::string_view(whole).substr(0, length));
    ASSERT_TRUE(cut.has_value()) << "cut at " << length << ": " << to_string(cut.error());
    ASSERT_EQ(*cut, dumps[static_cast<std::size_t>(records - lengths.begin()) - 1])
        << "cut at " << length;
  }
}

TEST_F(Story, CutOffInItsBaseIsRefusedWithItsLine) {
  const std::string base = host.text().substr(0, lengths.front());
  for (std::size_t length = 0; length < base.size(); ++length) {
    const auto cut = dump_of(std::string_view(base).substr(0, length));
    ASSERT_FALSE(cut.has_value()) << "cut at " << length;
    ASSERT_EQ(cut.error().kind, ErrorKind::syntax);
    ASSERT_TRUE(cut.error().spot.has_value());
    const auto lines =
        std::count(base.begin(), base.begin() + static_cast<std::ptrdiff_t>(length), '\n');
    ASSERT_GE(cut.error().spot->line, static_cast<std::uint32_t>(lines)) << "cut at " << length;
    ASSERT_LE(cut.error().spot->line, static_cast<std::uint32_t>(lines + 1)) << "cut at " << length;
  }
}

TEST_F(Story, WithAnyByteOfItsLogChangedIsAnErrorOrATornEnd) {
  const std::string whole = host.text();
  for (std::size_t at = lengths.front(); at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ 0x05U);
    const auto dumped = dump_of(damaged);
    if (dumped) {
      // Only what the last record's newline was can look like a record cut off.
      ASSERT_GE(at, lengths[lengths.size() - 2]) << "changed at " << at;
      ASSERT_EQ(*dumped, dumps[dumps.size() - 2]) << "changed at " << at;
      continue;
    }
    ASSERT_EQ(dumped.error().kind, ErrorKind::syntax);
    ASSERT_TRUE(dumped.error().spot.has_value()) << "changed at " << at;
    const auto line =
        1 + std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    ASSERT_EQ(dumped.error().spot->line, static_cast<std::uint32_t>(line)) << "changed at " << at;
  }
}

TEST_F(Story, WithALineOfItsLogMissingIsNeverTakenForAnotherStory) {
  const std::string whole = host.text();
  for (std::size_t record = 0; record + 1 < lengths.size(); ++record) {
    const auto dumped =
        dump_of(whole.substr(0, lengths[record]) + whole.substr(lengths[record + 1]));
    // Records say what came of them: where that still fits, the missing one had changed nothing
    // that later ones touch.
    if (!dumped) {
      EXPECT_EQ(dumped.error().kind, ErrorKind::syntax);
      EXPECT_GT(dumped.error().spot->line, 0U);
    }
  }
  // Without the count's record its VF is not there to be bound.
  EXPECT_FALSE(dump_of(whole.substr(0, lengths[2]) + whole.substr(lengths[3])).has_value());
}

TEST(TornFile, IsCutOffByTheNextWriterAndStaysWhole) {
  const Host host({"plain"});
  ASSERT_EQ(write(*host.open(), pci::kNumVfs, "2"), 0);
  const std::string good = host.text();
  const auto kernel = host.open();
  for (const std::string_view torn : {"w", "w\tsys:bus/pci", "w\tx\t0\t0\tdeadbee"}) {
    host.set_text(good + std::string(torn));
    EXPECT_EQ(vf_count(*kernel, gpu()), "2");
    EXPECT_EQ(host.text(), good + std::string(torn)) << "who looks cuts nothing off";
    ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
    EXPECT_TRUE(host.text().starts_with(good + "w\tsys:")) << torn;
    EXPECT_EQ(sim::written(host.file()).value().size(), 2U);
    EXPECT_TRUE(sim::dump(host.file()).has_value());
  }
}

TEST(TornFile, IsFoldedWithoutItsTornRecord) {
  const Host host({"plain"});
  ASSERT_EQ(write(*host.open(), pci::kNumVfs, "2"), 0);
  const std::string dumped = host.dump();
  host.set_text(host.text() + "w\tsys:bus");
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  EXPECT_EQ(host.dump(), dumped);
  EXPECT_TRUE(host.text().ends_with("\nlog\n"));
}

TEST(DamagedFile, IsRefusedByEveryTool) {
  const Host host({"plain"});
  ASSERT_EQ(write(*host.open(), pci::kNumVfs, "2"), 0);
  host.set_text(host.text() + "not a record\n");
  const std::string damaged = host.text();
  const Place place = in_function(gpu(), "x");
  EXPECT_EQ(sim::dump(host.file()).error().kind, ErrorKind::syntax);
  EXPECT_EQ(sim::fold(host.file()).error().kind, ErrorKind::syntax);
  EXPECT_EQ(sim::written(host.file()).error().kind, ErrorKind::syntax);
  EXPECT_EQ(sim::poke(host.file(), place, "1").error().kind, ErrorKind::syntax);
  EXPECT_EQ(sim::disarm_faults(host.file()).error().kind, ErrorKind::syntax);
  EXPECT_EQ(sim::release_vf(host.file(), "0000:03:00.1").error().kind, ErrorKind::syntax);
  EXPECT_EQ(host.text(), damaged) << "and left as it is";
}

}  // namespace
}  // namespace vfmgr::test
