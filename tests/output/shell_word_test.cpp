// SPDX-License-Identifier: Apache-2.0
#include "output/shell_word.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vgpuctl {
namespace {

TEST(AShellWord, IsReadAsAShellReadsIt) {
  EXPECT_EQ(read_shell_word(R"(plain)").text, "plain");
  EXPECT_EQ(read_shell_word(R"(my\ lab\$x)").text, "my lab$x");
  EXPECT_EQ(read_shell_word(R"('a "b" \n'"it's \"\$\n")").text, R"(a "b" \nit's "$\n)");
  EXPECT_EQ(read_shell_word("").text, "");
  EXPECT_EQ(read_shell_word(R"(ends\)").text, "ends");
}

TEST(AShellWord, TellsOfTheQuoteThatIsOpenAndWhatStandsBeforeIt) {
  const ShellWord open = read_shell_word(R"(It\'s "a b)");
  EXPECT_EQ(open.text, "It's a b");
  EXPECT_EQ(open.quote, '"');
  EXPECT_EQ(open.before_quote, "It's ");
  const ShellWord closed = read_shell_word(R"("a"'b')");
  EXPECT_EQ(closed.quote, 0);
  EXPECT_EQ(closed.before_quote, "");
}

TEST(AShellWord, IsWrittenSoThatNothingInItMeansAnything) {
  EXPECT_EQ(shell_word("0000:03:00.0/1", 0), "0000:03:00.0/1");
  EXPECT_EQ(shell_word("--color=always", 0), "--color=always");
  EXPECT_EQ(shell_word("~ $(x) `y`;é", 0), R"(\~\ \$\(x\)\ \`y\`\;é)");
  EXPECT_EQ(shell_word(R"(it's "$x" \ !)", '"'), R"(it's \"\$x\" \\ "\!")");
  EXPECT_EQ(shell_word(R"(it's "$x" \ !)", '\''), R"(it'\''s "$x" \ !)");
}

TEST(AShellWord, IsReadAsWhatWasWritten) {
  constexpr std::string_view kText = R"(It's "a" $(b) `c`; \n x! & [z] {a,b} ~ # <q> | %s ^ é)";
  for (const char quote : {'\0', '"', '\''}) {
    std::string typed(quote == 0 ? 0 : 1, quote);
    typed += shell_word(kText, quote);
    const ShellWord read = read_shell_word(typed);
    EXPECT_EQ(read.text, kText) << quote;
    EXPECT_EQ(read.quote, quote);
  }
}

}  // namespace
}  // namespace vgpuctl
