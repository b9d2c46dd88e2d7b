// SPDX-License-Identifier: Apache-2.0
#include "output/table.hpp"

#include "output/style.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vgpuctl {
namespace {

Table gpus() {
  Table table({{.head = "ADDRESS"},
               {.head = "GPU", .shrinks = true},
               {.head = "VFS", .drop = 1},
               {.head = "NUMA", .drop = 2}});
  table.row({{"0000:03:00.0"}, {"Intel Arc Pro B60"}, {"4 of 24"}, {"0"}});
  table.row({{"0000:3b:00.0"}, {"L40S"}, {"32 of 32"}, {""}});
  return table;
}

TEST(ATable, AlignsItsColumnsAndEndsNoLineInBlanks) {
  EXPECT_EQ(gpus().text({}),
            "ADDRESS       GPU                VFS       NUMA\n"
            "0000:03:00.0  Intel Arc Pro B60  4 of 24   0\n"
            "0000:3b:00.0  L40S               32 of 32\n");
}

TEST(ATable, LeavesOutOptionalColumnsFirstAndThenShortensNames) {
  EXPECT_EQ(gpus().text({.width = 45}),
            "ADDRESS       GPU                VFS\n"
            "0000:03:00.0  Intel Arc Pro B60  4 of 24\n"
            "0000:3b:00.0  L40S               32 of 32\n");
  EXPECT_EQ(gpus().text({.width = 25}),
            "ADDRESS       GPU\n"
            "0000:03:00.0  Intel Arc …\n"
            "0000:3b:00.0  L40S\n");
}

TEST(ATable, KeepsTheAddressWhateverTheWidth) {
  EXPECT_NE(gpus().text({.width = 1}).find("0000:03:00.0"), std::string::npos);
}

TEST(ATable, LeavesOutAColumnInWhichNothingStands) {
  Table table({{.head = "A"}, {.head = "EMPTY"}, {.head = "B"}});
  table.row({{"1"}, {""}, {"2"}});
  EXPECT_EQ(table.text({}), "A  B\n1  2\n");
}

TEST(ATable, CountsCharactersAndNotBytesNorColours) {
  Table table({{.head = "BAR"}, {.head = "N"}});
  table.row({{"█░", Paint::good}, {"1"}});
  table.row({{"abcd"}, {"2"}});
  EXPECT_EQ(table.text({}), "BAR   N\n█░    1\nabcd  2\n");
  EXPECT_EQ(table.text({.colour = true}),
            "\x1b[1mBAR\x1b[0m   \x1b[1mN\x1b[0m\n\x1b[32m█░\x1b[0m    1\nabcd  2\n");
}

TEST(ATable, AlignsWideCharactersAndMarksAsATerminalShowsThem) {
  Table table({{.head = "VM"}, {.head = "N"}});
  table.row({{"東京"}, {"1"}});                // two columns each
  table.row({{"re\u0301sume\u0301"}, {"2"}});  // marks on letters
  EXPECT_EQ(table.text({}),
            "VM      N\n"
            "東京    1\n"
            "re\u0301sume\u0301  2\n");
}

TEST(Columns, AreThoseOfATerminal) {
  EXPECT_EQ(columns("plain"), 5U);
  EXPECT_EQ(columns("東京"), 4U);
  EXPECT_EQ(columns("e\u0301"), 1U);
  EXPECT_EQ(columns("한국"), 4U);
  EXPECT_EQ(columns("✓ █ … →"), 7U);
  EXPECT_EQ(columns("🖥"), columns(plain("🖥")));
  EXPECT_EQ(columns("\xff"), 1U);
}

TEST(PlainText, DoesNotTurnTheOrderOfATextAround) {
  EXPECT_EQ(plain("a\u202Eb"), "a\\xe2\\x80\\xaeb");
  EXPECT_EQ(plain("a\u2066b\u2028"), "a\\xe2\\x81\\xa6b\\xe2\\x80\\xa8");
  EXPECT_EQ(plain("a\u200Db"), "a\u200Db");  // joins letters and emoji
}

TEST(PlainText, MovesNoCursorAndIsAlwaysUtf8) {
  EXPECT_EQ(plain("a\x1b[2J\n\tb\x7f"), "a\\x1b[2J\\x0a\\x09b\\x7f");
  EXPECT_EQ(plain("\xff\xc3(\xe2\x82"), "\\xff\\xc3(\\xe2\\x82");
  EXPECT_EQ(plain("\xc2\x9b"
                  "1m"),
            "\\xc2\\x9b1m");
  EXPECT_EQ(plain("\xE0\x80\xAF\xED\xA0\x80\xF4\x90\x80\x80"),
            "\\xe0\\x80\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");
  // What makes text read backwards would make a whole line lie.
  EXPECT_EQ(plain("a\xE2\x80\xAE"
                  "b\xE2\x80\xA8"),
            "a\\xe2\\x80\\xae"
            "b\\xe2\\x80\\xa8");
  EXPECT_EQ(plain("grün █"), "grün █");
}

TEST(BriefText, EndsInAnEllipsisWhereItIsCut) {
  EXPECT_EQ(brief("four", 4), "four");
  EXPECT_EQ(brief("fives", 4), "fiv…");
  EXPECT_EQ(brief("äöüäöü", 4), "äöü…");
  EXPECT_EQ(columns(brief(std::string(1'000'000, 'x'), 60)), 60);
}

TEST(BriefText, IsCutWhereACharacterEndsAndFits) {
  EXPECT_EQ(brief("東京都", 6), "東京都");
  EXPECT_EQ(brief("東京都", 5), "東京…");
  EXPECT_EQ(brief("東京都", 4), "東…");
  EXPECT_EQ(brief("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  EXPECT_EQ(brief("\x1b[2J", 4), "…");  // an escape is shown whole or not at all
  std::string stacked = "e";
  for (int mark = 0; mark < 1000; ++mark) {
    stacked += "\u0301";
  }
  EXPECT_LE(brief(stacked, 10).size(), 200U);
}

TEST(BriefText, KeepsTheEndWhereThatIsAsked) {
  EXPECT_EQ(brief_end("four", 4), "four");
  EXPECT_EQ(brief_end("fives", 4), "…ves");
  EXPECT_EQ(brief_end("東京都", 5), "…京都");
  EXPECT_EQ(brief_end("東京都", 4), "…都");
  EXPECT_EQ(brief_end("abe\u0301f", 3), "…e\u0301f");
  EXPECT_EQ(brief_end("abe\u0301f", 2), "…f");
}

}  // namespace
}  // namespace vgpuctl
