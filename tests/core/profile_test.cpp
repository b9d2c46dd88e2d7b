// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/profile.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"
#include "core/profile_model.hpp"
#include "core/settings.hpp"
#include "core/support/number.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {
namespace {

Profile good(std::vector<std::string> texts) {
  std::vector<ProfileText> files;
  files.reserve(texts.size());
  for (std::string& text : texts) {
    files.push_back(
        {.file = "p" + std::to_string(files.size()) + ".toml", .text = std::move(text)});
  }
  auto profile = Profile::parse(files);
  EXPECT_TRUE(profile.has_value()) << (profile ? "" : to_string(profile.error()));
  return profile ? *profile : *Profile::parse({{.file = "-", .text = "schema = 1"}});
}

/// All faults of a profile in order, each "line:column+length subject: why | help".
std::vector<std::string> faults(const std::vector<ProfileText>& texts) {
  const auto profile = Profile::parse(texts);
  if (profile) {
    return {};
  }
  std::vector<Error> all{profile.error()};
  all.insert(all.end(), profile.error().also.begin(), profile.error().also.end());
  std::vector<std::string> lines;
  for (const Error& error : all) {
    const Spot spot = error.spot.value_or(Spot{});
    lines.push_back(std::to_string(spot.line) + ":" + std::to_string(spot.column) + "+" +
                    std::to_string(spot.length) + " " + error.subject + ": " + error.why +
                    (error.help.empty() ? "" : " | " + error.help));
  }
  return lines;
}

std::vector<std::string> faults(const std::string& text) {
  return faults({{.file = "p.toml", .text = text}});
}

TEST(AProfile, IsReadWithAllItsForms) {
  const Profile profile = good({R"(schema = 1
[defaults]
preempt_timeout = "40ms"
[resources.inference]
vram = "4GiB"
exec_quantum = "default"
[[gpu]]
match = { model = "*B60*", vendor = "intel", numa_node = 0, nth = 1 }
expect = [0, "2..4", "8.."]
vfs = 4
resources = "inference"
vf_driver = "vfio-pci"
  [gpu.pf]
  exec_quantum = "infinite"
  [[gpu.vf]]
  index = [0, "2-3"]
  vram = 6442450944
[[gpu]]
match = { address = "3B:00.0", device = "8086:e211", class = "0x0302", driver = "xe" }
optional = true
vfs = "max"
)"});
  const ProfileModel& model = profile.model();
  EXPECT_EQ(number(model.defaults, Key::preempt_timeout), 40'000);
  EXPECT_EQ(number(model.resources.at("inference"), Key::vram), 4ULL << 30U);
  EXPECT_TRUE(std::holds_alternative<DriverDefault>(
      model.resources.at("inference").at(Key::exec_quantum).value));
  ASSERT_EQ(model.gpus.size(), 2);
  const GpuTable& first = model.gpus[0];
  EXPECT_EQ(first.where.line, 7);
  EXPECT_EQ(first.match.vendor->value, 0x8086);
  EXPECT_EQ(first.match.nth->value, 1);
  ASSERT_EQ(first.expect->any_of.size(), 3);
  EXPECT_EQ(first.expect->any_of[1].least, 2);
  EXPECT_EQ(first.expect->any_of[1].most, 4);
  EXPECT_EQ(first.expect->any_of[2].most, std::nullopt);
  EXPECT_EQ(first.vfs->value, 4);
  EXPECT_EQ(number(first.pf, Key::exec_quantum), UINT64_MAX);
  ASSERT_EQ(first.vf.size(), 1);
  ASSERT_EQ(first.vf[0].index.size(), 2);
  EXPECT_EQ(first.vf[0].index[1].first.index, 2);
  EXPECT_EQ(first.vf[0].index[1].last.index, 3);
  EXPECT_EQ(number(first.vf[0].settings, Key::vram), 6ULL << 30U);
  const GpuTable& second = model.gpus[1];
  EXPECT_EQ(second.match.address->value, "0000:3b:00.0");
  EXPECT_EQ(second.match.vendor->value, 0x8086);
  EXPECT_EQ(second.match.device->value, 0xe211);
  EXPECT_EQ(second.match.class_code->value, 0x0302);
  EXPECT_TRUE(second.optional);
  EXPECT_TRUE(second.vfs_max.has_value());
  EXPECT_EQ(second.vfs_max->line, 21);
}

TEST(AProfile, KnowsWhereEachValueStands) {
  const Profile profile = good({"schema = 1\n[defaults]\n  vram = \"4GiB\"  # ü\n"});
  const Given& given = profile.model().defaults.at(Key::vram);
  EXPECT_EQ(given.where,
            (Spot{.file = "p0.toml",
                  .line = 3,
                  .column = 10,
                  .length = 6,
                  .text = "  vram = \"4GiB\"  # ü"}));
  EXPECT_EQ(given.layer, Layer::defaults);
}

TEST(AProfile, MayAskForNothing) {
  EXPECT_TRUE(good({"schema = 1"}).model().gpus.empty());
  EXPECT_TRUE(good({"\xef\xbb\xbfschema = 1\r\n"}).model().gpus.empty());
}

TEST(AProfileOfSeveralFiles, AddsTablesAndLetsTheLaterFileWinKeyByKey) {
  const Profile profile = good({R"(schema = 1
[defaults]
vram = "1GiB"
exec_quantum = "10ms"
[resources.a]
vram = "2GiB"
[[gpu]]
match = { vendor = "intel" }
)",
                                R"(schema = 1
[defaults]
vram = "3GiB"
[resources.a]
exec_quantum = "20ms"
[[gpu]]
match = { vendor = "amd" }
)"});
  const ProfileModel& model = profile.model();
  EXPECT_EQ(number(model.defaults, Key::vram), 3ULL << 30U);
  EXPECT_EQ(number(model.defaults, Key::exec_quantum), 10'000);
  EXPECT_EQ(model.resources.at("a").size(), 2);
  EXPECT_EQ(model.gpus.size(), 2);
}

TEST(AProfileWithTenFaults, ReportsTenEachAtItsPlaceInOrder) {
  const auto found = faults(R"(schema = 1
unlistd = "teardown"
[defaults]
vram = "4gib"
exec_quantum = 20
[resources.a]
vrma = "4GiB"
[[gpu]]
match = { vendor = "intle", nth = -1 }
vfs = 2
resources = "b"
  [gpu.pf]
  vram = "1GiB"
  [[gpu.vf]]
  index = [1, "0-2"]
)");
  EXPECT_THAT(found,
              testing::ElementsAre(
                  "2:1+7 unlistd: unknown key | did you mean 'unlisted'?",
                  "4:8+6 vram: not a unit of bytes | did you mean \"4GiB\"?",
                  "5:16+2 exec_quantum: a duration without a unit | did you mean \"20ms\"?",
                  "7:1+4 vrma: unknown key | did you mean 'vram'?",
                  "9:20+7 vendor: not a vendor that is known by name | did you mean \"intel\"?",
                  "9:35+2 nth: out of range | 0 to 4294967295",
                  "11:13+3 resources: no such resources in the profile | there are: a",
                  "13:10+6 vram: an attribute of VFs, not of a PF | put it beside match",
                  "15:15+5 index: there is no such VF with vfs = 2 | 0 to 1",
                  "15:15+5 index: VF 1 is named twice; first in p.toml:15:12 | name each VF once "
                  "for a GPU"));
}

TEST(AProfile, FaultsAreInTheOrderOfFilesAndOfASyntaxErrorTheFirstOnly) {
  const auto parsed = Profile::parse({{.file = "b.toml", .text = "schema = 1\na = \nb = \n"},
                                      {.file = "a.toml", .text = "schema = 1\nx = 1\n"}});
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().kind, ErrorKind::syntax);
  EXPECT_EQ(parsed.error().spot->file, "b.toml");
  EXPECT_EQ(parsed.error().spot->line, 2);
  EXPECT_EQ(parsed.error().spot->text, "a = ");
  ASSERT_EQ(parsed.error().also.size(), 1);
  EXPECT_EQ(parsed.error().also[0].spot->file, "a.toml");
}

TEST(ASyntaxError, IsALetterThatIsNoAsciiOutsideOfQuotes) {
  EXPECT_THAT(faults("schema = 1  # \u00fc\n[defaults]\nvf_driver = \"\u00fc\"\n7\u00fc\"\n"),
              testing::ElementsAre("4:2+2 p.toml: a character that belongs in quotes | "
                                   "write keys and values with such characters in quotes"));
}

TEST(ASyntaxError, IsATableWithoutAName) {
  EXPECT_THAT(faults("schema = 1\n[=\n"),
              testing::ElementsAre(testing::StartsWith("2:2+1 p.toml: '=' where a key belongs")));
}

TEST(ASyntaxError, SaysWhatWouldBeRight) {
  EXPECT_THAT(faults("schema = 1\n[defaults]\nvram = 4GiB\n"),
              testing::ElementsAre("3:8+4 p.toml: text without quotes | write \"4GiB\""));
  EXPECT_THAT(faults("schema = 1\nschema = 1\n"),
              testing::ElementsAre("2:1+6 p.toml: 'schema' stands here twice; first in line 1 | "
                                   "keep one of them"));
}

TEST(ASchema, IsRequiredAndAnUnknownOneEndsTheReading) {
  EXPECT_THAT(faults("[defaults]\nx = 1\n"),
              testing::ElementsAre("0:0+1 schema: missing | begin the file with: schema = 1",
                                   testing::StartsWith("2:1+1 x: unknown key")));
  EXPECT_THAT(faults("schema = 2\nnew_thing = 1\n"),
              testing::ElementsAre(
                  "1:10+1 schema: not a schema that this version reads | it reads schema 1; "
                  "a newer program may read this one"));
  EXPECT_THAT(faults("schema = \"1\"\n"),
              testing::ElementsAre("1:10+3 schema: not a schema's number | it is the number 1"));
}

TEST(ATableOfAnEarlierOnesGpu, OverridesOrReplacesItAndNotBoth) {
  const Profile profile =
      good({"schema = 1\n[[gpu]]\noverrides = true\nmatch = { address = \"*\" }\n"
            "[[gpu]]\nreplaces = true\nmatch = { address = \"*\" }\n"
            "[[gpu]]\nreplaces = false\nmatch = { address = \"*\" }\n"});
  EXPECT_EQ(profile.model().gpus[0].overrides->line, 3);
  EXPECT_EQ(profile.model().gpus[1].replaces->line, 6);
  EXPECT_FALSE(profile.model().gpus[2].replaces.has_value());
  EXPECT_THAT(faults("schema = 1\n[[gpu]]\noverrides = true\nreplaces = true\n"
                     "match = { address = \"*\" }\n"),
              testing::ElementsAre(testing::StartsWith("4:12+4 replaces: ")));
}

TEST(AnAttribute, WithWordsTakesOneOfThem) {
  const auto one = [](const std::string& line) {
    const auto all = faults("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 0\n" + line);
    return all.empty() ? std::string() : all.front();
  };
  EXPECT_EQ(one("priority = \"low\"\n"), "");
  EXPECT_EQ(one("requires = [\"cuda\", \"vulkan\"]\n"), "");
  EXPECT_EQ(one("[gpu.pf]\naccelerator_partition = \"CPX\"\n"), "");
  EXPECT_EQ(one("[gpu.pf]\ndriver = \"vfio-pci\"\n"), "");
  EXPECT_EQ(one("priority = \"nromal\"\n"),
            "5:12+8 priority: not one of its words | did you mean \"normal\"?");
  EXPECT_EQ(one("[gpu.pf]\ncompute_partition = \"cpx\"\n"),
            "6:21+5 compute_partition: not one of its words | did you mean \"CPX\"?");
  EXPECT_EQ(one("requires = \"cuda\"\n"),
            "5:12+6 requires: a string where a list belongs | write a list: [\"cuda\"]");
  EXPECT_EQ(one("requires = [\"cuda\", \"cuda\"]\n"),
            "5:21+6 requires: named twice | name each once");
  EXPECT_EQ(one("requires = [\"directx\"]\n"),
            "5:13+9 requires: not one of its words | write \"cuda\", \"opencl\", \"vulkan\", "
            "\"level_zero\" or \"rocm\"");
}

TEST(APriority, IsOneForAllVfsAndHighForTheGpuAlone) {
  const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";
  EXPECT_THAT(faults(head + "priority = \"high\"\n"),
              testing::ElementsAre(testing::StartsWith("5:12+6 priority: for a GPU itself")));
  EXPECT_THAT(faults(head + "[gpu.pf]\npriority = \"high\"\n"), testing::IsEmpty());
  EXPECT_THAT(faults(head + "[[gpu.vf]]\nindex = 0\npriority = \"low\"\n"),
              testing::ElementsAre(testing::StartsWith("7:12+5 priority: one for all VFs")));
}

TEST(AGpuThatIsGivenAwayWhole, HasNoVfs) {
  const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";
  const std::string tail = "[gpu.pf]\ndriver = \"vfio-pci\"\n";
  EXPECT_THAT(faults(head + "vfs = 0\n" + tail), testing::IsEmpty());
  EXPECT_THAT(faults(head + "vfs = 2\n" + tail),
              testing::ElementsAre(testing::HasSubstr("has no VFs")));
  EXPECT_THAT(faults(head + tail), testing::ElementsAre(testing::HasSubstr("has no VFs")));
}

TEST(InstalledResources, AreReadWhereAProfileNamesThem) {
  const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";
  const ProfileText installed{.file = "/usr/lib/vgpuctl/resources.d/site.toml",
                              .text = "schema = 1\n[resources.\"site/big\"]\nvram = \"8GiB\"\n"};
  const ProfileText broken{.file = "/usr/lib/vgpuctl/resources.d/broken.toml", .text = "x"};
  const auto parse = [](const std::string& text, const std::vector<ProfileText>& resources) {
    return Profile::parse({{.file = "p.toml", .text = text}}, resources);
  };
  const auto named = parse(head + "resources = \"site/big\"\n", {installed});
  ASSERT_TRUE(named.has_value()) << to_string(named.error());
  EXPECT_EQ(named->model().resources.at("site/big").at(Key::vram).where.file, installed.file);
  EXPECT_TRUE(parse(head + "vfs = 1\n", {broken}).has_value());
  EXPECT_FALSE(parse(head + "resources = \"site/big\"\n", {installed, broken}).has_value());
  const auto unknown = parse(head + "resources = \"site/bag\"\n", {installed});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().why, "no such resources are installed");
  EXPECT_EQ(unknown.error().help, "did you mean \"site/big\"?");
  EXPECT_THAT(faults("schema = 1\n[resources.\"a/b\"]\nvram = 1\n"),
              testing::ElementsAre(testing::HasSubstr("those of installed resources")));
  const auto apart =
      parse(head + "resources = \"site/big\"\n",
            {installed,
             {.file = "r.toml", .text = "schema = 1\nvfs = 1\n[resources.plain]\nvram = 1\n"}});
  ASSERT_FALSE(apart.has_value());
  EXPECT_EQ(apart.error().why, "unknown key");
  EXPECT_EQ(apart.error().also.at(0).why, "installed resources have a slash in their names");
}

TEST(AJsonProfile, MeansWhatTheSameTomlMeans) {
  const Profile profile = good({R"( {"schema": 1,
  "defaults": {"vf_driver": "none"},
  "resources": {"r": {"vram": "2GiB", "exec_quantum": "20ms"}},
  "gpu": [{"match": {"vendor": "intel", "device": "0xe211"}, "vfs": 4, "resources": "r",
           "pf": {"exec_quantum": "5ms"},
           "vf": [{"index": [0, "2-3"], "vram": 1024}]}]})"});
  const ProfileModel& model = profile.model();
  ASSERT_EQ(model.gpus.size(), 1);
  EXPECT_EQ(model.gpus[0].vfs->value, 4);
  EXPECT_EQ(model.gpus[0].match.device->value, 0xe211);
  EXPECT_EQ(model.gpus[0].match.device->where.line, 4);
  EXPECT_EQ(model.gpus[0].match.device->where.column, 51);
  EXPECT_EQ(model.gpus[0].match.device->where.length, 8);
  EXPECT_EQ(model.resources.at("r").at(Key::vram).where.column, 31);
  const Given& vram = model.gpus[0].vf[0].settings.at(Key::vram);
  EXPECT_EQ(std::get<std::uint64_t>(vram.value), 1024);
  EXPECT_EQ(vram.where.column, 49);
  EXPECT_EQ(vram.where.length, 4);
}

TEST(AJsonProfile, HasItsFaultsAtTheirPlaces) {
  EXPECT_THAT(faults("{\"schema\": 1,\n \"unlistd\": 2}"),
              testing::ElementsAre("2:2+9 unlistd: unknown key | did you mean 'unlisted'?"));
  EXPECT_THAT(faults("{\"schema\": 1,\n \"gpu\": [{\"match\": null}]}"),
              testing::ElementsAre(testing::StartsWith("2:20+4 match: null where a table")));
  EXPECT_THAT(faults("{\"schema\": 1,\n}"),
              testing::ElementsAre(testing::StartsWith("2:1+1 p.toml: '}' where a key belongs")));
  EXPECT_THAT(faults("{\"schema\": 1"),
              testing::ElementsAre(testing::StartsWith("1:1+1 p.toml: an object without its")));
  EXPECT_THAT(faults("{\"schema\": 1} x"),
              testing::ElementsAre(
                  testing::StartsWith("1:15+1 p.toml: 'x' where the end of the text belongs")));
  EXPECT_THAT(
      faults("{\"schema\": 1, \"schema\": 1}"),
      testing::ElementsAre(testing::HasSubstr("1:15+8 p.toml: 'schema' stands here twice")));
  EXPECT_THAT(faults("{\"schema\": 99999999999999999999}"),
              testing::ElementsAre(testing::HasSubstr("1:12+20")));
  EXPECT_THAT(faults("{\"a\":" + std::string(5000, '[')),
              testing::ElementsAre(testing::HasSubstr("nested too deep")));
}

TEST(UnlistedGpus, AreTornDownOrLeftAlone) {
  const Profile profile =
      good({"schema = 1\nunlisted = \"teardown\"\n[[gpu]]\nadopt = true\n"
            "match = { vendor = 0x8086 }\nvfs = 1\n"});
  EXPECT_EQ(profile.model().unlisted_teardown->line, 2);
  EXPECT_TRUE(profile.model().gpus[0].adopt);
  EXPECT_THAT(faults("schema = 1\nunlisted = \"remove\"\n"),
              testing::ElementsAre(testing::StartsWith("2:12+8 unlisted: not a word for GPUs")));
  EXPECT_THAT(faults("schema = 1\nunlisted = true\n"),
              testing::ElementsAre(testing::HasSubstr("write \"teardown\"")));
}

TEST(AMatch, MustSaySomething) {
  EXPECT_THAT(faults("schema = 1\n[[gpu]]\nvfs = 1\n"),
              testing::ElementsAre(testing::StartsWith("2:1+7 match: missing")));
  EXPECT_THAT(faults("schema = 1\n[[gpu]]\nmatch = {}\n"),
              testing::ElementsAre(testing::StartsWith("3:9+2 match: empty")));
  EXPECT_THAT(faults("schema = 1\n[gpu]\nvfs = 1\n"),
              testing::ElementsAre(testing::StartsWith("2:2+3 gpu: not a list of tables")));
}

TEST(AValue, ThatIsNoneIsAFaultAtItsPlace) {
  const auto one = [](const std::string& line) {
    auto found = faults("schema = 1\n[[gpu]]\nmatch = { vendor = 0x8086 }\n" + line + "\n");
    return found.empty() ? std::string("nothing") : found.front();
  };
  EXPECT_THAT(one("vfs = -1"), testing::StartsWith("4:7+2 vfs: out of range"));
  EXPECT_THAT(one("vfs = 65536"), testing::StartsWith("4:7+5 vfs: out of range"));
  EXPECT_THAT(one("vfs = \"all\""), testing::StartsWith("4:7+5 vfs: not a number of VFs"));
  EXPECT_THAT(one("vfs = 1.5"), testing::StartsWith("4:7+3 vfs: not a number of VFs"));
  EXPECT_THAT(one("expect = \"4..2\""), testing::StartsWith("4:10+6 expect: not a number"));
  EXPECT_THAT(one("expect = []"), testing::StartsWith("4:10+2 expect: an empty list"));
  EXPECT_THAT(one("optional = 1"), testing::StartsWith("4:12+1 optional: an integer"));
  EXPECT_THAT(one("vf_driver = \"../x\""), testing::StartsWith("4:13+6 vf_driver: not a driver"));
  EXPECT_THAT(one("vf_driver = \"\""), testing::StartsWith("4:13+2 vf_driver: empty"));
  EXPECT_THAT(one("vf_driver = \"default\""),
              testing::StartsWith("4:13+9 vf_driver: drivers have"));
  EXPECT_THAT(one("vram = -1"), testing::StartsWith("4:8+2 vram: out of range"));
  EXPECT_THAT(one("vram = 1.5"), testing::StartsWith("4:8+3 vram: a number with a fraction"));
  EXPECT_THAT(one("vram = 2026-01-01"), testing::StartsWith("4:8+10 vram: a date"));
  EXPECT_THAT(one("exec_quantum = true"), testing::StartsWith("4:16+4 exec_quantum: a boolean"));
  EXPECT_THAT(one("[[gpu.vf]]\nvram = 1"), testing::StartsWith("4:1+10 index: missing"));
  EXPECT_THAT(one("[[gpu.vf]]\nindex = \"3-1\""), testing::StartsWith("5:9+5 index: a range"));
  EXPECT_THAT(one("[[gpu.vf]]\nindex = 65535"), testing::StartsWith("5:9+5 index: no device"));
  EXPECT_THAT(one("[[gpu.vf]]\nindex = [true]"), testing::StartsWith("5:10+4 index: not an index"));
}

TEST(AMatchValue, ThatIsNoneIsAFaultAtItsPlace) {
  const auto one = [](const std::string& keys) {
    auto found = faults("schema = 1\n[[gpu]]\nmatch = { " + keys + " }\n");
    return found.empty() ? std::string("nothing") : found.front();
  };
  EXPECT_EQ(one("address = \"0000:0?:00.0\""), "nothing");
  EXPECT_THAT(one("address = \"00:00\""), testing::StartsWith("3:21+7 address: not a PCI address"));
  EXPECT_THAT(one("address = \"*zz\""), testing::StartsWith("3:21+5 address: not a pattern"));
  EXPECT_THAT(one("device = \"e211\""), testing::StartsWith("3:20+6 device: not a 16-bit id"));
  EXPECT_THAT(one("device = 65536"), testing::StartsWith("3:20+5 device: out of range"));
  EXPECT_THAT(one("device = \"10de:e211\", vendor = \"intel\""),
              testing::StartsWith("3:20+11 device: another vendor"));
  EXPECT_THAT(one("class = \"gpu\""), testing::StartsWith("3:19+5 class: not a class code"));
  EXPECT_THAT(one("modle = \"x\""), testing::HasSubstr("did you mean 'model'?"));
}

TEST(AbsurdTexts, AreRefusedWithoutCost) {
  std::string dots = "[a";
  for (int dot = 0; dot < 2000; ++dot) {
    dots += ".a";
  }
  EXPECT_THAT(faults("schema = 1\n" + dots + "]\n"),
              testing::ElementsAre(testing::HasSubstr("nested too deep")));
  EXPECT_THAT(faults("schema = 1\nx = " + std::string(4000, '[') + "\n"),
              testing::ElementsAre(testing::HasSubstr("values nested too deep")));
  EXPECT_THAT(faults("schema = 1\nx = '" + std::string(5000, 'x') + "'\n"),
              testing::ElementsAre(testing::HasSubstr("more than 4096 bytes")));
  EXPECT_THAT(faults(std::string((16U << 20U) + 1, '\n')),
              testing::ElementsAre(testing::HasSubstr("longer than 16 MiB")));
  EXPECT_FALSE(faults(std::string("schema = 1\n\0", 12)).empty());
  EXPECT_FALSE(faults("schema = 1\nx = \"\xff\"\n").empty());
  EXPECT_TRUE(faults("schema = 1 # ..............................................\n").empty());
}

}  // namespace
}  // namespace vfmgr
