// SPDX-License-Identifier: Apache-2.0
// The shipped models: each can be built, and what they assume is counted.
#include "sim/models.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

std::vector<sim::ModelInfo> models() {
  return sim::list_models().value();
}

std::string text_of(const std::string& model) {
  std::ifstream in(std::filesystem::path(VFMGR_MODELS_SOURCE_DIR) / (model + ".toml"));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t times(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

TEST(Models, AreAllShippedThatThereAre) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(VFMGR_MODELS_SOURCE_DIR)) {
    files.push_back(entry.path().stem().string());
  }
  std::ranges::sort(files);
  std::vector<std::string> shipped;
  for (const sim::ModelInfo& info : models()) {
    shipped.push_back(info.name);
  }
  EXPECT_EQ(shipped, files);
  EXPECT_GE(shipped.size(), 6U);
}

TEST(Models, CountWhatTheyKnowAndWhatTheyAssume) {
  for (const sim::ModelInfo& info : models()) {
    const std::string text = text_of(info.name);
    EXPECT_EQ(info.assumed, times(text, ", assumed = \"")) << info.name;
    EXPECT_EQ(info.sourced, times(text, ", source = \"")) << info.name;
    EXPECT_EQ(info.assumptions.size(), info.assumed) << info.name;
    EXPECT_EQ(info.assumed + info.sourced, times(text, "{ value = ")) << info.name;
    for (const std::string& assumption : info.assumptions) {
      EXPECT_THAT(assumption, HasSubstr(": ")) << info.name;
    }
  }
}

/// Where a host of one such GPU has it.
PciAddress gpu_of(const std::string& model) {
  const auto parsed = sim::parse_model(model, text_of(model)).value();
  return parsed.numbers.contains("integrated") ? address("0000:00:02.0") : gpu();
}

TEST(Models, MakeHostsWhoseDriverHasItsGpuAndMakesVfsOrDoesNot) {
  for (const sim::ModelInfo& info : models()) {
    const Host host({info.name});
    const auto kernel = host.open();
    const PciAddress pf = gpu_of(info.name);
    EXPECT_EQ(driver_of(*kernel, pf), info.driver) << info.name;
    if (info.total_vfs == 0) {
      EXPECT_EQ(read(*kernel, pci::of(pci::kTotalVfs, pf)), "errno 2") << info.name;
      EXPECT_THAT(host.dump(), testing::Not(HasSubstr("/sriov_"))) << info.name;
      continue;
    }
    EXPECT_EQ(read(*kernel, pci::of(pci::kTotalVfs, pf)), std::to_string(info.total_vfs) + "\n");
    const bool makes_vfs = info.driver != "nvidia" && info.driver != "gim" && !info.driver.empty();
    const std::string all = std::to_string(info.total_vfs);
    const std::string at_first = vf_count(*kernel, pf);
    // Its module makes some, with its driver bound to the PF or not.
    const bool has_module = !info.name.ends_with("-bare");
    EXPECT_EQ(at_first != "0", has_module && (info.driver == "gim" || info.driver.empty()))
        << info.name;
    const std::string wanted = at_first == all ? "0" : all;
    EXPECT_EQ(write(*kernel, pci::of(pci::kNumVfs, pf), wanted), makes_vfs ? 0 : ENOENT)
        << info.name;
    EXPECT_EQ(vf_count(*kernel, pf), makes_vfs ? wanted : at_first) << info.name;
    ASSERT_TRUE(sim::fold(host.file()).has_value()) << info.name;
  }
}

/// The numbers of a model, without what it says of drivers.
std::string numbers_of(const std::string& model) {
  const std::string text = text_of(model);
  const std::size_t from = text.find("[numbers]");
  return text.substr(from, text.find("[[drivers]]") - from);
}

TEST(Models, OfOneCardAgreeWhateverDriverItsPfHas) {
  EXPECT_EQ(numbers_of("nvidia-l40s"), numbers_of("nvidia-l40s-vgpu"));
}

/// The lines of `all` that `some` has, too, and those alone: what one model says of another's card.
void expect_numbers_in(const std::string& some, const std::string& all, std::string_view but) {
  const std::string more = numbers_of(all);
  std::istringstream in(numbers_of(some));
  for (std::string line; std::getline(in, line);) {
    if (but.empty() || !line.starts_with(but)) {
      EXPECT_THAT(more, HasSubstr(line + "\n")) << all;
    }
  }
}

TEST(Models, OfOneCardOfAmdsAgreeWhateverItsDriverKnowsOfItBeside) {
  expect_numbers_in("amd-v710", "amd-v710-gim", "");
  expect_numbers_in("amd-v710-bare", "amd-v710", "");
  expect_numbers_in("amd-mi300x", "amd-mi300x-1vf", "total_vfs = ");
}

TEST(Models, OfOneCardOnSeveralReleasesOfItsDriverAgree) {
  const auto card = sim::parse_model("intel-b60", text_of("intel-b60")).value().numbers;
  for (const std::string model :
       {"intel-b60-6.17", "intel-b60-6.18", "intel-b60-7.0", "intel-b60-debugfs"}) {
    const auto numbers = sim::parse_model(model, text_of(model)).value().numbers;
    for (const auto& [name, number] : card) {
      if (!name.starts_with("fair_") || model == "intel-b60-debugfs") {
        ASSERT_TRUE(numbers.contains(name)) << model << " " << name;
        EXPECT_EQ(numbers.at(name), number) << model << " " << name;
      }
    }
  }
}

TEST(Models, InAProcessorAreOnTheRootBusAndOneOfAHost) {
  const std::vector<sim::ModelCount> mixed{{.model = "plain", .count = 9}, {.model = "intel-ptl"}};
  const Host host({}, sim::host_text(mixed).value());
  const auto kernel = host.open();
  EXPECT_EQ(driver_of(*kernel, address("0000:00:02.0")), "xe");
  ASSERT_EQ(write(*kernel, pci::of(pci::kNumVfs, address("0000:00:02.0")), "7"), 0);
  EXPECT_EQ(driver_of(*kernel, address("0000:00:02.7")), "xe");
  // The ninth bridge is beside it.
  EXPECT_THAT(host.dump(), HasSubstr("devices/pci0000:00/0000:00:03.0/0000:0b:00.0/vendor"));
  const std::vector<sim::ModelCount> two{{.model = "intel-ptl"}, {.model = "intel-adl"}};
  const auto refused = sim::host_text(two);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().subject, "intel-adl");
}

std::vector<std::string> split(const std::string& text, char between) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, between);) {
    parts.push_back(part);
  }
  return parts;
}

TEST(Models, HaveAPlaceInTheGpuForEachTypeWhenSizesAreMixed) {
  std::size_t seen = 0;
  for (const sim::ModelInfo& info : models()) {
    const auto model = sim::parse_model(info.name, text_of(info.name)).value();
    const auto types = model.rows.find("vgpu_types");
    if (types == model.rows.end()) {
      continue;
    }
    unsigned long whole = 0;  // GiB of the type that takes all of the GPU
    for (const std::string& row : split(types->second, '|')) {
      whole = std::max(whole, std::stoul(split(row, ':')[1]));
    }
    std::map<std::string, std::vector<std::string>> places;
    for (const std::string& row : split(model.rows.at("vgpu_placements"), '|')) {
      places[split(row, ':')[0]] = split(row, ':');
    }
    for (const std::string& row : split(types->second, '|')) {
      const auto type = split(row, ':');
      if (type[4] != "-") {
        continue;
      }
      ++seen;
      ASSERT_TRUE(places.contains(type[1])) << info.name << " " << row;
      const auto& place = places[type[1]];
      const auto ids = split(place[2], ',');
      EXPECT_LE(ids.size(), std::stoul(type[2])) << info.name << " " << row;
      for (std::size_t at = 0; at < ids.size(); ++at) {
        const unsigned long end = std::stoul(ids[at]) + std::stoul(place[1]);
        const unsigned long next = at + 1 < ids.size() ? std::stoul(ids[at + 1]) : whole;
        EXPECT_LE(end, next) << info.name << " " << row << " at " << ids[at];
      }
    }
  }
  EXPECT_GT(seen, 100U);
}

TEST(Models, WhoseTypesHaveNoLimitOrNoInstanceToRunInAreRefused) {
  const std::string good = text_of("nvidia-a100");
  const auto changed = [&good](std::string_view from, std::string_view to) {
    const auto model = sim::parse_model("it", replaced(good, from, to));
    return model ? std::string("accepted") : model.error().why;
  };
  EXPECT_THAT(changed("692 4C", "692 3C"), HasSubstr("692 3C"));
  EXPECT_THAT(changed("1-20C 1g.20gb", "1-20C 1g.21gb"), HasSubstr("1054 1-20C"));
  EXPECT_THAT(changed("692 4C", "692 C"), HasSubstr("692 C"));
  EXPECT_THAT(changed("692 4C", "692"), HasSubstr("vgpu types"));
  EXPECT_THAT(changed("9 3g.40gb 2 4 0 4", "9 3g.40gb 2 4"), HasSubstr("3g.40gb"));
  EXPECT_THAT(changed("types = [\n  { value = \"", "types = [\n  { rows = \""),
              HasSubstr("no rows"));
}

TEST(Models, ThatSayNotWhereANumberComesFromAreRefused) {
  const std::string good = text_of("plain");
  ASSERT_TRUE(sim::parse_model("it", good).has_value());
  const auto changed = [&good](std::string_view from, std::string_view to) {
    const auto model = sim::parse_model("it", replaced(good, from, to));
    return model ? std::string("accepted") : model.error().why;
  };
  EXPECT_THAT(changed("total_vfs = { value = 8, assumed = \"no product\" }", "total_vfs = 8"),
              HasSubstr("total_vfs"));
  EXPECT_THAT(changed("{ value = 8, assumed = \"no product\" }", "{ value = 8 }"),
              HasSubstr("source"));
  EXPECT_THAT(changed("{ value = 8, assumed = \"no product\" }", "{ value = 8, assumed = \"\" }"),
              HasSubstr("source"));
  EXPECT_THAT(changed("{ value = 8, assumed = \"no product\" }",
                      "{ value = 8, assumed = \"a\", source = \"b\" }"),
              HasSubstr("either"));
  EXPECT_THAT(changed("{ value = 8, assumed = \"no product\" }", "{ value = -8, source = \"b\" }"),
              HasSubstr("value"));
  EXPECT_THAT(changed("total_vfs", "totl_vfs"), HasSubstr("missing"));
}

TEST(Models, DumpInTheOrderOfPlacesAndNamespaces) {
  for (const sim::ModelInfo& info : models()) {
    const Host host({info.name});
    const std::string dump = host.dump();
    ASSERT_TRUE(dump.starts_with("kernel = ")) << info.name;
    EXPECT_THAT(dump, testing::Not(HasSubstr("volatile")));
    // Namespaces follow each other, and no line comes twice.
    std::vector<std::string> lines;
    std::string_view rest = dump;
    while (!rest.empty()) {
      lines.emplace_back(rest.substr(0, rest.find('\n')));
      rest.remove_prefix(rest.find('\n') + 1);
    }
    std::vector<std::string> sorted = lines;
    std::ranges::sort(sorted);
    EXPECT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << info.name;
    std::vector<std::string> spaces;
    for (const std::string& line : lines) {
      const std::string space = line.substr(0, line.find(':'));
      if (spaces.empty() || spaces.back() != space) {
        spaces.push_back(space);
      }
    }
    std::ranges::sort(spaces);
    EXPECT_EQ(std::ranges::adjacent_find(spaces), spaces.end()) << info.name;
  }
}

}  // namespace
}  // namespace vfmgr::test
