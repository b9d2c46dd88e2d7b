// SPDX-License-Identifier: Apache-2.0
#include "output/wrap.hpp"

#include "output/meanings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vgpuctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Wrapped, BreaksAtBlanksAndNeverInAWord) {
  EXPECT_THAT(wrapped_lines("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped_lines("one incomprehensible three", 5),
              ElementsAre("one", "incomprehensible", "three"));
  EXPECT_THAT(wrapped_lines("né né né", 5), ElementsAre("né né", "né"));
}

TEST(Wrapped, EndsLinesAtNewlines) {
  EXPECT_THAT(wrapped_lines("one\ntwo", 80), ElementsAre("one", "two"));
  EXPECT_THAT(wrapped_lines("", 80), IsEmpty());
}

TEST(Meanings, StandBesideTheirNamesOrBelowThoseThatAreTooLong) {
  EXPECT_EQ(meanings_text({{.name = "list", .means = "what is there"},
                           {.name = "complicated", .means = "more"},
                           {.name = "bare", .means = ""}},
                          8),
            "  list  what is there\n"
            "  complicated\n"
            "        more\n"
            "  bare\n");
}

TEST(Meanings, KeepToThePage) {
  const std::string text = meanings_text(
      {{.name = "name", .means = std::string(50, 'a') + " " + std::string(30, 'b')}}, 10);
  EXPECT_EQ(text,
            "  name    " + std::string(50, 'a') + "\n" + std::string(10, ' ') +
                std::string(30, 'b') + "\n");
}

}  // namespace
}  // namespace vgpuctl
