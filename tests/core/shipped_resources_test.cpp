// SPDX-License-Identifier: Apache-2.0
// The named resources in profiles/resources/, each number computed anew from the vendor's own
// columns (data/intel_vgpu.txt), so that none can be mistyped.
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test::of_shipped_resources {
namespace {

using ::testing::StartsWith;
namespace fs = std::filesystem;

const fs::path tests = VFMGR_TESTS_DIR;
const fs::path shipped = tests / "../profiles/resources";

// Linux xe_gt_sriov_pf_config.c (7.0) and i915/gt/iov of Intel's backports: what all functions of a
// tile share.
constexpr std::uint64_t kContexts = 65535;
constexpr std::uint64_t kDoorbells = 256;
constexpr std::uint64_t kGgtt = 0xFEE00000;

// Of how many VFs a row for any count is shipped.
constexpr std::array<std::uint64_t, 7> kCounts{1, 2, 4, 6, 8, 12, 24};

struct Row {
  std::uint64_t count = 0;  ///< 0: for any, to be divided
  std::uint64_t vram = 0, vram_ecc = 0, contexts = 0, doorbells = 0, ggtt = 0;
};

struct Card {
  std::string file, ids, scheduler;
  std::uint64_t tiles = 0, most_vfs = 0, gib = 0;
  std::vector<Row> rows;
};

std::vector<Card> cards() {
  std::vector<Card> all;
  std::ifstream file(tests / "core/data/intel_vgpu.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "card") {
      Card card;
      words >> card.file >> card.ids >> card.scheduler >> card.tiles >> card.most_vfs >> card.gib;
      all.push_back(std::move(card));
    } else if (kind == "row") {
      std::string ids;
      std::string count;
      Row row;
      words >> ids >> count >> row.vram >> row.vram_ecc >> row.contexts >> row.doorbells >>
          row.ggtt;
      EXPECT_EQ(ids, all.back().ids) << line;
      row.count = count == "DEF" ? 0 : std::stoull(count);
      all.back().rows.push_back(row);
    }
    EXPECT_TRUE(kind.empty() || kind.starts_with('#') || !words.fail()) << line;
  }
  return all;
}

/// The row for each count of VFs that is shipped, divided where the vendor's tool divides it.
std::vector<Row> rows_by_count(const Card& card) {
  std::vector<Row> rows;
  for (const Row& row : card.rows) {
    if (row.count != 0) {
      rows.push_back(row);
      continue;
    }
    for (const std::uint64_t n : kCounts) {
      if (n <= card.most_vfs) {
        rows.push_back({.count = n,
                        .vram = row.vram / n,
                        .vram_ecc = row.vram_ecc / n,
                        .contexts = row.contexts,
                        .doorbells = row.doorbells / n,
                        .ggtt = row.ggtt / n});
      }
    }
  }
  return rows;
}

/// Quantum in ms and timeout in us that the tool's scheduler of that name gives one of n VFs
/// (intel/xpumanager v1.3.x at b10db2fa, core/src/vgpu).
std::pair<std::uint64_t, std::uint64_t> times(std::string_view scheduler, std::uint64_t n) {
  if (scheduler == "Flexible_30fps") {
    return {std::max<std::uint64_t>(32 / n, 1),
            n == 1 ? 128'000 : std::max<std::uint64_t>(64'000 / n, 16'000)};
  }
  EXPECT_EQ(scheduler, "Flexible_BurstableQoS");
  const std::uint64_t whole = 2000 / std::max<std::uint64_t>(n - 1, 1);
  const std::uint64_t quantum = std::min<std::uint64_t>(whole / 2, 50);
  return {quantum, (whole - quantum) * 1000};
}

std::vector<std::string> ids_of(const Card& card) {
  std::vector<std::string> ids;
  std::istringstream words(card.ids);
  for (std::string id; std::getline(words, id, ',');) {
    ids.push_back(id);
  }
  return ids;
}

Attributes values_of(const Card& card, const Row& row, bool ecc) {
  const auto [quantum_ms, timeout_us] = times(card.scheduler, row.count);
  return {{"vram", ecc ? row.vram_ecc : row.vram},
          // The tool's are the whole VF's, ours a tile's.
          {"ggtt", row.ggtt / card.tiles},
          {"contexts", row.contexts / card.tiles},
          {"doorbells", row.doorbells / card.tiles},
          {"exec_quantum", quantum_ms * 1000},
          {"preempt_timeout", timeout_us}};
}

using ByName = std::map<std::string, Attributes>;

ByName published() {
  ByName all;
  for (const Card& card : cards()) {
    for (const std::string& id : ids_of(card)) {
      for (const Row& row : rows_by_count(card)) {
        all[fmt::format("intel/{}-{}", id, row.count)] = values_of(card, row, false);
        all[fmt::format("intel/{}-{}-ecc", id, row.count)] = values_of(card, row, true);
      }
    }
  }
  return all;
}

std::vector<ProfileText> shipped_texts() {
  std::vector<ProfileText> texts;
  for (const auto& entry : fs::recursive_directory_iterator(shipped)) {
    if (entry.is_regular_file()) {
      std::ifstream file(entry.path());
      texts.push_back({.file = entry.path().filename(),
                       .text = std::string(std::istreambuf_iterator<char>(file), {})});
    }
  }
  std::ranges::sort(texts, {}, &ProfileText::file);
  return texts;
}

std::vector<NamedResources> shipped_resources() {
  auto resources = named_resources(shipped_texts());
  EXPECT_TRUE(resources) << to_string(resources.error());
  return resources ? *resources : std::vector<NamedResources>{};
}

std::uint64_t number(const Attributes& values, std::string_view key) {
  return std::get<std::uint64_t>(values.find(key)->second);
}

TEST(ShippedResources, AreTheNumbersThatIntelPublished) {
  ByName read;
  for (const NamedResources& one : shipped_resources()) {
    read[one.name] = one.values;
  }
  const ByName expected = published();
  ASSERT_GT(expected.size(), 100U);
  for (const auto& [name, values] : expected) {
    EXPECT_EQ(read[name], values) << name;
  }
  EXPECT_EQ(read.size(), expected.size()) << "there are resources that no source publishes";
}

// The values that the reference gives beside the formulas: the formulas here are right.
TEST(ShippedResources, HaveTheTimesThatTheSchedulersAreKnownToGive) {
  using Times = std::pair<std::uint64_t, std::uint64_t>;
  const std::map<std::uint64_t, Times> burstable{{1, {50, 1'950'000}},
                                                 {2, {50, 1'950'000}},
                                                 {3, {50, 950'000}},
                                                 {4, {50, 616'000}},
                                                 {6, {50, 350'000}},
                                                 {8, {50, 235'000}},
                                                 {16, {50, 83'000}},
                                                 {24, {43, 43'000}},
                                                 {62, {16, 16'000}},
                                                 {63, {16, 16'000}}};
  for (const auto& [n, expected] : burstable) {
    EXPECT_EQ(times("Flexible_BurstableQoS", n), expected) << n;
  }
  const std::map<std::uint64_t, Times> of_30fps{{1, {32, 128'000}},
                                                {2, {16, 32'000}},
                                                {3, {10, 21'333}},
                                                {4, {8, 16'000}},
                                                {8, {4, 16'000}},
                                                {16, {2, 16'000}}};
  for (const auto& [n, expected] : of_30fps) {
    EXPECT_EQ(times("Flexible_30fps", n), expected) << n;
  }
}

TEST(ShippedResources, AddUpToNoMoreThanTheCardHas) {
  ByName read;
  for (const NamedResources& one : shipped_resources()) {
    read[one.name] = one.values;
  }
  for (const Card& card : cards()) {
    for (const std::string& id : ids_of(card)) {
      for (const Row& row : rows_by_count(card)) {
        for (const char* const ecc : {"", "-ecc"}) {
          const std::string name = fmt::format("intel/{}-{}{}", id, row.count, ecc);
          ASSERT_TRUE(read.contains(name)) << name;
          const auto sum = [&](std::string_view key) {
            return row.count * number(read.at(name), key);
          };
          EXPECT_LE(row.count, card.most_vfs) << name;
          EXPECT_LE(sum("vram"), card.gib << 30U) << name;
          EXPECT_LE(sum("contexts"), kContexts) << name;
          EXPECT_LE(sum("doorbells"), kDoorbells) << name;
          EXPECT_LE(sum("ggtt"), kGgtt) << name;
        }
      }
    }
  }
}

TEST(ShippedResources, SayWhereTheyComeFromAndWhereTheyTakeTheLastDoorbell) {
  std::map<std::string, std::string> texts;
  for (const ProfileText& one : shipped_texts()) {
    texts[one.file] = std::string(one.text.view());
  }
  ASSERT_EQ(texts.size(), cards().size());
  for (const Card& card : cards()) {
    const std::string& text = texts[card.file + ".toml"];
    EXPECT_THAT(text, StartsWith("# SPDX-License-Identifier: Apache-2.0\n")) << card.file;
    EXPECT_NE(text.find("b10db2fa"), std::string::npos) << card.file;
    EXPECT_NE(text.find("core/resources/config/vgpu.conf"), std::string::npos) << card.file;
    EXPECT_NE(text.find(card.scheduler + "_GPUTimeSlicing"), std::string::npos) << card.file;
    const bool takes_all = std::ranges::any_of(rows_by_count(card), [&](const Row& row) {
      return row.count * row.doorbells == kDoorbells;
    });
    EXPECT_EQ(text.find("EDQUOT") != std::string::npos, takes_all) << card.file;
  }
}

TEST(ShippedResources, AreTakenByAProfileThatNamesOne) {
  const ProfileText wish{.file = "lab.toml",
                         .text =
                             "schema = 1\n[[gpu]]\nmatch = { device = \"8086:e212\" }\nvfs = 4\n"
                             "resources = \"intel/e212-4\"\n"};
  const auto profile = Profile::parse({wish}, shipped_texts());
  EXPECT_TRUE(profile) << to_string(profile.error());
}

}  // namespace
}  // namespace vfmgr::test::of_shipped_resources
