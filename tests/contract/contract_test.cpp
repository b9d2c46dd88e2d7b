// SPDX-License-Identifier: Apache-2.0
// The runner itself: what it cannot read it names by its line, and what does not hold turns it red.
#include "vfmgr/result.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/play.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::contract {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The line and the reason why a text is no file of cases; 0: it is one.
std::pair<std::uint32_t, std::string> fault_of(const std::string& text) {
  const auto cases = parse_cases(text, "it.cases");
  return cases ? std::pair(0U, std::string{})
               : std::pair(cases.error().spot->line, cases.error().why);
}

Case only_case(const std::string& text) {
  auto cases = parse_cases(text, "it.cases");
  EXPECT_TRUE(cases.has_value()) << to_string(cases.error());
  EXPECT_THAT(*cases, SizeIs(1));
  return cases->front();
}

TEST(Cases, AreReadAsTheyAreWritten) {
  const Case story = only_case(
      "# a comment\n\ncase a title\nsource: iov.c:f; 6.1\nkernels: 6.1 7.2\n"
      "given bound $vf0\n"
      "write drivers/x/bind \"a b\\n\\x41\" -> EBUSY [5.10: ENODEV; 6.1: ok]\n"
      "read $pf/x -> 'ok'\n");
  EXPECT_EQ(story.title, "a title");
  EXPECT_EQ(story.source, "iov.c:f; 6.1");
  EXPECT_THAT(story.kernels, testing::ElementsAre("6.1", "7.2"));
  ASSERT_THAT(story.steps, SizeIs(2));
  EXPECT_EQ(story.steps[0].line, 7U);
  EXPECT_EQ(story.steps[0].arguments[1].text, "a b\nA");
  EXPECT_EQ(to_string(*story.steps[0].expected), "EBUSY");
  EXPECT_EQ(to_string(story.steps[0].expected_on.at("5.10")), "ENODEV");
  EXPECT_EQ(to_string(story.steps[0].expected_on.at("6.1")), "ok");
  EXPECT_EQ(to_string(*story.steps[1].expected), "'ok'") << "what is quoted is a value";
}

TEST(Cases, ThatCannotBeReadNameTheirLine) {
  const std::string good = "case one\n";
  constexpr std::array<std::string_view, 18> kBad{"fly $pf -> ok",
                                                  "write $pf/x -> ok",
                                                  "write $pf/x 1",
                                                  "write $pf/x 1 ->",
                                                  "write $pf/x 1 -> ENOSUCH",
                                                  "write $pf/x 1 -> ok [4.19: EIO]",
                                                  "write $pf/x 1 -> ok [6.1 EIO]",
                                                  "write $pf/x 1 -> ok EIO",
                                                  "write $pf/x 'open -> ok",
                                                  R"(write $pf/x "\q" -> ok)",
                                                  "wait 5ms -> ok",
                                                  "given",
                                                  "kernels: 4.19",
                                                  "needs: luck",
                                                  "status: trust me",
                                                  "'read' $pf/x -> 1",
                                                  "await write $pf/x 1 -> ok",
                                                  "await -> ok"};
  for (const std::string_view bad : kBad) {
    EXPECT_EQ(fault_of(good + std::string(bad) + "\n").first, 2U) << bad;
  }
  EXPECT_EQ(fault_of("read $pf/x -> 1\n").first, 1U) << "no case has begun";
  EXPECT_EQ(fault_of("case one\ncase two\nwait 1ms\n").first, 2U) << "the first has no step";
  EXPECT_EQ(fault_of("case one\nwait 1ms\ngiven vfs 1\n").first, 3U) << "given too late";
  EXPECT_EQ(fault_of("case one\nwait 1ms\nsource: late\n").first, 3U);
}

/// What the simulator makes of these steps under the newest kernel.
std::vector<std::string> played(const std::string& steps) {
  return play(*sim_bench(), only_case("case it\n" + steps), "7.2", Then::ends).failures;
}

TEST(Runner, HoldsWhatHolds) {
  EXPECT_THAT(played("read $pf/sriov_totalvfs -> 8\n"), IsEmpty());
  EXPECT_THAT(played("write $pf/sriov_numvfs 9 -> ERANGE\n"), IsEmpty());
}

TEST(Runner, IsRedForEveryWrongExpectation) {
  constexpr std::array<std::string_view, 22> kWrong{"write $pf/sriov_numvfs 9 -> ok",
                                                    "write $pf/sriov_numvfs 9 -> EINVAL",
                                                    "write $pf/sriov_numvfs 1 -> EBUSY",
                                                    "write $pf/sriov_numvfs 1 -> in-flight",
                                                    "write $pf/sriov_numvfs 1 -> 1",
                                                    "read $pf/sriov_totalvfs -> 7",
                                                    "read $pf/sriov_totalvfs -> absent",
                                                    "read $pf/sriov_totalvfs -> blocks",
                                                    "read $pf/none -> unnamed",
                                                    "read etc:shadow -> absent",
                                                    "bytes $pf/sriov_totalvfs -> 8",
                                                    "slow $pf/sriov_numvfs -> 1",
                                                    "link $pf/driver -> simple",
                                                    "leaf $pf/driver -> vfio-pci",
                                                    "list drivers/simple -> bind",
                                                    "count $pf/virtfn -> 1",
                                                    "open dev:vfio/99 -> ok",
                                                    "close dev:vfio/99",
                                                    "take $pf -> ok",
                                                    "let-go $pf -> ok",
                                                    "remember\nchanged",
                                                    "as-before"};
  for (const std::string_view wrong : kWrong) {
    EXPECT_THAT(played(std::string(wrong) + "\n"), SizeIs(1)) << wrong;
  }
  EXPECT_THAT(played("remember\nwrite $pf/sriov_numvfs 1 -> ok\nas-before\n"), SizeIs(1));
  EXPECT_THAT(played("write $pf/sriov_numvfs 1 -> ok\ntook 5000ms\n"), SizeIs(1));
  EXPECT_THAT(played("read $vf0/vendor -> 0x1234\n"), SizeIs(1)) << "there is no VF";
  EXPECT_THAT(played("read devices/$vf0/vendor -> absent\n"), SizeIs(1)) << "$vf0 was never seen";
  EXPECT_THAT(played("given nonsense\nwait 1ms\n"), SizeIs(1));
  EXPECT_THAT(played("given driver failing\nwait 1ms\n"), SizeIs(1)) << "the PF is not on it";
}

TEST(Runner, WaitsForWhatComesToBe) {
  const std::string later = "given driver late\nread $pf/late_value -> absent\n";
  EXPECT_THAT(played(later + "await read $pf/late_value -> here\n"), IsEmpty());
  EXPECT_THAT(played(later + "read $pf/late_value -> here\n"), SizeIs(1));
  EXPECT_THAT(played(later + "await read $pf/late_value -> there\n"), SizeIs(1)) << "not for ever";
}

TEST(Runner, HearsEveryStepToItsEnd) {
  const Case story = only_case(
      "case it\nread $pf/sriov_totalvfs -> 7\nbytes $pf/sriov_totalvfs -> 7\n"
      "read $pf/none -> 1\nread $pf/sriov_totalvfs -> 8\n");
  const auto played = play(*sim_bench(), story, "7.2", Then::goes_on);
  ASSERT_THAT(played.heard, SizeIs(4));
  EXPECT_EQ(played.heard[0].met, "\"8\"");
  EXPECT_EQ(played.heard[1].met, R"("8\n")");
  EXPECT_EQ(played.heard[2].met, "absent");
  EXPECT_EQ(played.heard[3].met, "");
  EXPECT_EQ(played.heard[3].line, 5U);
}

TEST(Cases, AreRecordedOnReleasesOfAKernel) {
  EXPECT_EQ(kernel_of("6.12.117+deb12-amd64"), "6.12");
  EXPECT_EQ(kernel_of("6.1.192"), "6.1");
  EXPECT_EQ(kernel_of("6.10.3"), "6.1") << "the newest that is no newer";
  EXPECT_EQ(kernel_of("7.3"), "7.2");
  EXPECT_EQ(kernel_of("4.19.1"), "");
  EXPECT_EQ(kernel_of("none"), "");
  const Case story = only_case("case it\nstatus: recorded on 6.1.192 7.2.13\nwait 1ms\n");
  EXPECT_TRUE(recorded_on(story, "6.1"));
  EXPECT_TRUE(recorded_on(story, "7.2"));
  EXPECT_FALSE(recorded_on(story, "6.12"));
  EXPECT_FALSE(recorded_on(only_case("case it\nwait 1ms\n"), "6.1"));
}

TEST(Runner, AsksForWhatTheKernelAtHandDoes) {
  const Case story = only_case("case it\nwrite $pf/sriov_numvfs 70000 -> EINVAL [5.10: ERANGE]\n");
  const auto bench = sim_bench();
  EXPECT_THAT(play(*bench, story, "5.10", Then::ends).failures, IsEmpty());
  EXPECT_THAT(play(*bench, story, "6.1", Then::ends).failures, IsEmpty());
  const Case wrong = only_case("case it\nwrite $pf/sriov_numvfs 70000 -> ERANGE [5.10: EINVAL]\n");
  EXPECT_THAT(play(*bench, wrong, "5.10", Then::ends).failures, SizeIs(1));
  EXPECT_THAT(play(*bench, wrong, "6.1", Then::ends).failures, SizeIs(1));
}

TEST(Runner, SaysWhereAndWhatWasMet) {
  const auto failures = played("wait 1ms\nread $pf/sriov_totalvfs -> 7\n");
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_THAT(failures[0], HasSubstr("it.cases:3: "));
  EXPECT_THAT(failures[0], HasSubstr("expected '7', met '8'"));
}

TEST(Runner, NeverPassesWhatABenchLacks) {
  const auto tree = tree_bench();
  EXPECT_EQ(play(*tree, only_case("case it\ntake $vf0 -> ok\n"), "", Then::ends).not_here, "take");
  EXPECT_EQ(play(*tree, only_case("case it\ngiven vfs 1\nread sys:free/x -> 1\n"), "", Then::ends)
                .not_here,
            "given vfs");
  const Case needs = only_case("case it\nneeds: rescan\nread $pf/vendor -> 1\n");
  EXPECT_EQ(play(*sim_bench(), needs, "7.2", Then::ends).not_here, "rescan");
  const Tally tally = play_all(*sim_bench(), {needs});
  EXPECT_EQ(tally.runs, 0U);
  EXPECT_THAT(tally.not_here, SizeIs(1));
}

TEST(Runner, IsRedOnATreeOfFiles) {
  const auto tree = tree_bench();
  const std::string given = "case it\ngiven file sys:free/x 8\n";
  EXPECT_THAT(play(*tree, only_case(given + "read sys:free/x -> 8\n"), "", Then::ends).failures,
              IsEmpty());
  EXPECT_THAT(play(*tree, only_case(given + "read sys:free/x -> 9\n"), "", Then::ends).failures,
              SizeIs(1));
  EXPECT_THAT(play(*tree,
                   only_case(given + "remember\nwrite sys:free/x 9 -> ok\nas-before\n"),
                   "",
                   Then::ends)
                  .failures,
              SizeIs(1));
}

TEST(Folder, NeedsSourcesWhereTheyAreAskedFor) {
  const std::string folder = VFMGR_TESTS_DIR "/contract/door";
  EXPECT_TRUE(read_cases(folder, false).has_value());
  const auto cases = read_cases(folder, true);
  ASSERT_FALSE(cases.has_value());
  EXPECT_THAT(cases.error().why, HasSubstr("source"));
  EXPECT_FALSE(read_cases(folder + "/nowhere", false).has_value());
}

}  // namespace
}  // namespace vfmgr::contract
