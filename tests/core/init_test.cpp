// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"
#include "core/init_choice.hpp"
#include "core/init_toml.hpp"
#include "core/profile_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

GpuView gpu_at(std::uint8_t bus) {
  GpuView view{.gpu = {.address = {.bus = bus}}};
  view.gpu.vendor_id = 0x8086;
  view.gpu.device_id = 0xe211;
  view.gpu.class_code = 0x030000;
  view.gpu.vendor = "Intel Corporation";
  view.gpu.model = "Arc Pro B60";
  view.gpu.iommu_group = 7;
  view.gpu.total_vfs = 24;
  return view;
}

GpuView with_types(std::vector<FitView> fits) {
  GpuView view = gpu_at(3);
  view.offers = {{.name = "vgpu_type", .least = {}, .most = {}, .read_from = "its driver"}};
  view.fits = std::move(fits);
  return view;
}

FitView type(const std::string& name, std::uint32_t more) {
  return {.attribute = "vgpu_type", .value = name, .more = more};
}

/// All that a device could ever offer.
GpuView with_every_attribute() {
  GpuView view = gpu_at(3);
  for (const AttributeRow& row : kAttributes) {
    for (const bool pf : {false, true}) {
      if ((row.scope & (pf ? kScopePf : kScopeVf)) != 0) {
        view.offers.push_back({.name = std::string(row.name),
                               .pf = pf,
                               .least = {},
                               .most = {},
                               .read_from = "somewhere"});
      }
    }
  }
  return view;
}

ProposedGpu proposed(const GpuView& view) {
  return {.gpu = &view,
          .name = durable_identity(view.gpu, std::array{view}),
          .start = {.vfs = 2, .values = {}, .why = "Two."},
          .left_out = {}};
}

std::string text_for(const GpuView& view) {
  return init_toml(std::array{proposed(view)}, false);
}

/// Lines "#key = value" and "#[table]", which the text says may be used.
bool is_possible(const std::string& line) {
  const std::size_t hash = line.find_first_not_of(' ');
  return hash != std::string::npos && line[hash] == '#' && line[hash + 1] != ' ';
}

std::string used(std::string line) {
  return line.erase(line.find('#'), 1);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

Result<Profile> parsed(const std::string& text) {
  return Profile::parse({{.file = "init", .text = text}});
}

TEST(DurableName, IsTheCardsOwnBeforeTheSlotsBeforeTheAddress) {
  GpuView view = gpu_at(3);
  EXPECT_EQ(durable_identity(view.gpu, std::array{view}).key, "address");
  EXPECT_EQ(durable_identity(view.gpu, std::array{view}).value, "0000:03:00.0");
  view.gpu.slot = "4-1";
  EXPECT_EQ(durable_identity(view.gpu, std::array{view}).key, "slot");
  view.gpu.uuid = "GPU-1a2b";
  EXPECT_EQ(durable_identity(view.gpu, std::array{view}).key, "uuid");
  view.gpu.serial = "00-11-22";
  EXPECT_EQ(durable_identity(view.gpu, std::array{view}).key, "serial");
  EXPECT_EQ(durable_identity(view.gpu, std::array{view}).value, "00-11-22");
}

TEST(DurableName, IsNeverOneThatTwoGpusHave) {
  GpuView one = gpu_at(3);
  GpuView other = gpu_at(4);
  one.gpu.serial = "00-AA";
  other.gpu.serial = "00-aa";  // as profiles compare them
  one.gpu.slot = "1";
  other.gpu.slot = "1";
  EXPECT_EQ(durable_identity(one.gpu, std::array{one, other}).key, "address");
  other.gpu.slot = "2";
  EXPECT_EQ(durable_identity(one.gpu, std::array{one, other}).key, "slot");
}

TEST(Starts, AreFourVfsThenFewer) {
  const std::vector<Start> all = starts(gpu_at(3), {});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all.front().vfs, 4U);
  EXPECT_EQ(all.back().vfs, 1U);
  GpuView small = gpu_at(3);
  small.gpu.total_vfs = 2;
  EXPECT_EQ(starts(small, {}).front().vfs, 2U);
}

TEST(Starts, TakeTheLargestTypeOfWhichFourFit) {
  const GpuView view =
      with_types({type("X-48Q", 1), type("X-12A", 4), type("X-12Q", 4), type("X-8Q", 6)});
  const Start start = starts(view, {}).front();
  EXPECT_EQ(start.vfs, 4U);
  EXPECT_EQ(start.values.at(Key::vgpu_type), Setting("X-12Q"));
  EXPECT_EQ(starts(view, {.vfs = 5, .vram = {}, .type = {}}).front().values.at(Key::vgpu_type),
            Setting("X-8Q"));
}

TEST(Starts, AreWhatIsThereWhereSomethingIs) {
  GpuView view = with_types({type("X-1Q", 9)});  // beside what is there
  view.num_vfs = 3;
  for (std::uint16_t index = 0; index < 3; ++index) {
    view.vfs.push_back({.index = {index}, .address = {}});
    view.vfs.back().attributes["vgpu_type"] = std::string(index < 2 ? "X-8Q" : "none");
  }
  const std::vector<Start> all = starts(view, {});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().vfs, 2U);
  EXPECT_EQ(all.front().values.at(Key::vgpu_type), Setting("X-8Q"));
  EXPECT_EQ(starts(view, {.vfs = 4, .vram = {}, .type = {}}).front().values.at(Key::vgpu_type),
            Setting("X-8Q"));
  view.vfs.front().attributes["vgpu_type"] = std::string("X-4Q");
  EXPECT_TRUE(starts(view, {}).front().values.empty());
}

TEST(Starts, AreForTheHostWhereThereIsNoIommu) {
  GpuView view = gpu_at(3);
  view.gpu.iommu_group.reset();
  EXPECT_EQ(starts(view, {}).front().values.at(Key::vf_driver), Setting("host"));
}

TEST(InitToml, IsAProfileAsItStands) {
  GpuView view = with_every_attribute();
  view.gpu.serial = "00-11";
  const auto profile = parsed(text_for(view));
  ASSERT_TRUE(profile) << to_string(profile.error());
  ASSERT_EQ(profile->model().gpus.size(), 1U);
  const GpuTable& table = profile->model().gpus.front();
  EXPECT_EQ(table.match.serial->value, "00-11");
  EXPECT_EQ(table.expect->any_of.front().least, 1U);
  EXPECT_EQ(table.vfs->value, 2U);
  EXPECT_TRUE(table.settings.empty());
}

TEST(InitToml, IsAProfileWithEachLineThatMayBeUsed) {
  const std::vector<std::string> lines = lines_of(text_for(with_every_attribute()));
  std::size_t possible = 0;
  std::string whole;
  for (const std::string& line : lines) {
    possible += is_possible(line) ? 1U : 0U;
    whole += (is_possible(line) ? used(line) : line) + "\n";
  }
  // Three attributes are both the PF's and its VFs'; three lines are names of tables and index.
  EXPECT_EQ(possible, kAttributes.size() + 3 + 3);
  const auto profile = parsed(whole);
  ASSERT_TRUE(profile) << whole << to_string(profile.error());
}

TEST(InitToml, NamesRangeAndSourceOfWhatMayBeUsed) {
  GpuView view = gpu_at(3);
  view.offers = {
      {.name = "exec_quantum", .least = 50'000, .most = 2'000'000, .read_from = "a file"},
      {.name = "vram", .least = {}, .most = 1U << 20U, .read_from = {}}};
  const std::string text = text_for(view);
  EXPECT_THAT(text, HasSubstr("; 50ms to 2s (source: a file)\n#exec_quantum = \"50ms\"\n"));
  EXPECT_THAT(text, HasSubstr("; at most 1MiB\n#vram = \"1MiB\"\n"));
  view.offers = {{.name = "vram", .least = 2ULL << 30U, .most = {}, .read_from = {}}};
  EXPECT_THAT(text_for(view), HasSubstr("; at least 2GiB\n#vram = \"2GiB\"\n"));
}

TEST(InitToml, NamesTheOtherTypesOfASeriesThatFit) {
  const GpuView view =
      with_types({type("X-48Q", 1), type("X-12A", 4), type("X-12Q", 4), type("X-8Q", 6)});
  ProposedGpu one = proposed(view);
  one.start = starts(view, {}).front();
  EXPECT_THAT(init_toml(std::array{one}, false),
              HasSubstr("# Of one type fit: 1 of X-48Q, 4 of X-12Q, 6 of X-8Q.\n[[gpu]]\n"));
}

TEST(InitToml, SaysWhyAGpuHasNoTable) {
  const GpuView view = gpu_at(3);
  ProposedGpu one = proposed(view);
  one.left_out = "its driver makes none\nof them";
  const std::string text = init_toml(std::array{one}, true);
  EXPECT_THAT(text, StartsWith("# For a simulated host.\n"));
  EXPECT_THAT(text, HasSubstr("# It gets no table: its driver makes none of them\n"));
  EXPECT_THAT(text, Not(HasSubstr("[[gpu]]")));
}

TEST(InitToml, NamesTheClassOfWhatIsNoGpu) {
  GpuView view = gpu_at(3);
  view.gpu.class_code = 0x020000;
  const auto profile = parsed(text_for(view));
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->model().gpus.front().match.class_code->value, 0x020000U);
}

TEST(InitToml, LeavesNoWayOutOfAComment) {
  GpuView view = gpu_at(3);
  view.gpu.model = "X\n[[gpu]]\nmatch = { address = \"*\" }";
  view.gpu.slot = "a\"\nvfs = 9";
  const auto profile = parsed(text_for(view));
  ASSERT_TRUE(profile) << to_string(profile.error());
  ASSERT_EQ(profile->model().gpus.size(), 1U);
  EXPECT_EQ(profile->model().gpus.front().match.slot->value, *view.gpu.slot);
  EXPECT_EQ(profile->model().gpus.front().vfs->value, 2U);
}

}  // namespace
}  // namespace vfmgr
