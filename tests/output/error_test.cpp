// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"

#include "output/error_text.hpp"
#include "output/style.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace vgpuctl {
namespace {

using testing::HasSubstr;
using testing::Not;
using vfmgr::Error;
using vfmgr::ErrorKind;

Error at_line(std::string line, std::uint32_t column, std::uint32_t length) {
  return {.kind = ErrorKind::does_not_fit,
          .subject = "vram",
          .value = "12GiB",
          .why = "more than this GPU has left",
          .help = "at most \"11GiB\" fits",
          .spot = vfmgr::Spot{.file = "lab.toml",
                              .line = 14,
                              .column = column,
                              .length = length,
                              .text = std::move(line)}};
}

TEST(AnError, ShowsItsPlaceWithACaret) {
  EXPECT_EQ(error_text(at_line("vram = \"12GiB\"", 8, 7), {}),
            "lab.toml:14:8: error: vram: more than this GPU has left\n"
            "   14 | vram = \"12GiB\"\n"
            "      |        ^^^^^^^\n"
            "      = help: at most \"11GiB\" fits\n");
}

TEST(AnError, PutsTheCaretRightBehindTabsAndUmlauts) {
  EXPECT_THAT(error_text(at_line("\t# ü\tx = 1", 10, 1), {}),
              HasSubstr("   14 |  # ü x = 1\n      |         ^\n"));
}

TEST(AnError, PutsTheCaretUnderWideCharactersAndMarks) {
  // Columns are bytes: each of these two takes three, and shows as two columns.
  EXPECT_THAT(error_text(at_line("\"東京\" = 1", 2, 6), {}),
              HasSubstr("   14 | \"東京\" = 1\n      |  ^^^^\n"));
  EXPECT_THAT(error_text(at_line("# 東京 x = 1", 10, 1), {}),
              HasSubstr("   14 | # 東京 x = 1\n      |        ^\n"));
  EXPECT_THAT(error_text(at_line("# e\u0301 x = 1", 7, 1), {}),
              HasSubstr("   14 | # e\u0301 x = 1\n      |     ^\n"));
}

TEST(AnError, KeepsAHugeLineOfWideCharactersWithinTheWidthAndCutsNone) {
  std::string line;
  for (int character = 0; character < 2000; ++character) {
    line += "東";
  }
  const std::string text = error_text(at_line(line, 3001, 3), {.width = 60});
  EXPECT_THAT(text, Not(HasSubstr("\\x")));
  EXPECT_THAT(text, HasSubstr(" ^^\n"));
  const std::string shown = text.substr(text.find('\n') + 1);
  EXPECT_LE(columns(shown.substr(0, shown.find('\n'))), 60);
}

TEST(AnError, KeepsAHugeLineWithinTheWidthAndTheCaretInSight) {
  const std::string text = error_text(
      at_line(std::string(5000, 'a') + "BAD" + std::string(5000, 'c'), 5001, 3), {.width = 60});
  EXPECT_THAT(text, HasSubstr("aBADc"));
  EXPECT_THAT(text, HasSubstr(" ^^^\n"));
  const std::string line = text.substr(text.find('\n') + 1);
  EXPECT_LE(columns(line.substr(0, line.find('\n'))), 60);
}

TEST(AnError, ThatPointsBehindTheLineStillHasACaret) {
  EXPECT_THAT(error_text(at_line("x =", 99, 5), {}), HasSubstr("   14 | x =\n      |    ^\n"));
}

TEST(AnError, OfAKernelsWriteSaysWhatWasWritten) {
  EXPECT_EQ(error_text({.os_error = 16,
                        .subject = "sys:a/numvfs",
                        .value = "4",
                        .why = "device busy",
                        .help = "stop it"},
                       {}),
            "error: sys:a/numvfs: cannot write '4': device busy\nhelp: stop it\n");
}

TEST(AnError, WithoutWordsIsNamedByItsKind) {
  EXPECT_EQ(error_text({.kind = ErrorKind::locked, .subject = "gpu"}, {}), "error: gpu: locked\n");
}

TEST(AnError, NeverReachesTheTerminalRaw) {
  const std::string text =
      error_text({.subject = "a\x1b[2J", .value = "\x1b[31m", .why = "no"}, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(SeveralErrors, AreAllPrintedAndCounted) {
  Error error = at_line("vram = \"12GiB\"", 8, 7);
  error.also = {at_line("x", 1, 1), {.subject = "host", .why = "gone"}};
  const std::string text = error_text(error, {});
  EXPECT_THAT(text, HasSubstr("error: host: gone\n3 errors.\n"));
  error.also.assign(500, Error{.why = "no"});
  EXPECT_THAT(error_text(error, {}), HasSubstr("… and 401 more\n501 errors.\n"));
}

}  // namespace
}  // namespace vgpuctl
