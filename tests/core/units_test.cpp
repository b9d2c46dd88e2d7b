// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/units.hpp"

#include "vfmgr/result.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace vfmgr {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t bytes(std::string_view text) {
  const auto read = parse_bytes(text);
  EXPECT_TRUE(read.has_value()) << text;
  return read ? read->count : 0;
}

std::uint64_t micros(std::string_view text) {
  const auto read = parse_duration(text);
  EXPECT_TRUE(read.has_value()) << text;
  return read ? read->count() : 0;
}

TEST(Bytes, AreReadInEveryUnit) {
  EXPECT_EQ(bytes("0"), 0);
  EXPECT_EQ(bytes("4096"), 4096);
  EXPECT_EQ(bytes("12B"), 12);
  EXPECT_EQ(bytes("1KiB"), 1024);
  EXPECT_EQ(bytes("3 MiB"), 3U << 20U);
  EXPECT_EQ(bytes("4GiB"), 4ULL << 30U);
  EXPECT_EQ(bytes("2TiB"), 2ULL << 40U);
  EXPECT_EQ(bytes("1KB"), 1'000);
  EXPECT_EQ(bytes("500MB"), 500'000'000);
  EXPECT_EQ(bytes("1GB"), 1'000'000'000);
  EXPECT_EQ(bytes("1TB"), 1'000'000'000'000);
}

TEST(Bytes, TakeAFractionWhereItGivesWholeBytes) {
  EXPECT_EQ(bytes("1.5 GiB"), 3ULL << 29U);
  EXPECT_EQ(bytes("0.5KiB"), 512);
  EXPECT_EQ(bytes("1.500000000000000000000000000000KB"), 1500);
  EXPECT_EQ(bytes("7.0"), 7);
  EXPECT_EQ(bytes("0.0009765625KiB"), 1);
  EXPECT_EQ(parse_bytes("0.3KiB").error().kind, ErrorKind::invalid);
  EXPECT_EQ(parse_bytes("1.5B").error().kind, ErrorKind::invalid);
  EXPECT_EQ(parse_bytes("1.0001KB").error().kind, ErrorKind::invalid);
}

TEST(Bytes, RefuseWhatDoesNotFitIn64Bits) {
  EXPECT_EQ(bytes("18446744073709551615"), kMost);
  EXPECT_EQ(parse_bytes("18446744073709551616").error().kind, ErrorKind::invalid);
  EXPECT_EQ(bytes("16777215TiB"), 16777215ULL << 40U);
  EXPECT_EQ(parse_bytes("16777216TiB").error().kind, ErrorKind::invalid);
  EXPECT_EQ(parse_bytes("99999999999999999999999999999999999GiB").error().kind, ErrorKind::invalid);
  EXPECT_EQ(parse_bytes(std::string(100'000, '9')).error().kind, ErrorKind::invalid);
}

TEST(Bytes, RefuseWhatIsNoSizeAndSayWhatWouldBe) {
  for (const char* const text :
       {"", " ", "GiB", "-1", "+1", "1.", ".5GiB", "1e9", "0x10", "1.2.3"}) {
    const auto read = parse_bytes(text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::syntax) << text;
    EXPECT_NE(read.error().help, "") << text;
  }
  EXPECT_EQ(parse_bytes("4gib").error().help, "did you mean \"4GiB\"?");
  EXPECT_EQ(parse_bytes("1.5G").error().help, "did you mean \"1.5GiB\"?");
  EXPECT_EQ(parse_bytes("4 GiBs").error().why, "not a unit of bytes");
}

TEST(Durations, AreReadInEveryUnit) {
  EXPECT_EQ(micros("500us"), 500);
  EXPECT_EQ(micros("20ms"), 20'000);
  EXPECT_EQ(micros("1s"), 1'000'000);
  EXPECT_EQ(micros("1.5s"), 1'500'000);
  EXPECT_EQ(micros("0.001 ms"), 1);
  EXPECT_EQ(micros("infinite"), kInfinite.count());
}

TEST(Durations, NeedAUnitAndWholeMicroseconds) {
  EXPECT_EQ(parse_duration("20").error().why, "a duration without a unit");
  EXPECT_EQ(parse_duration("0.5us").error().kind, ErrorKind::invalid);
  EXPECT_EQ(parse_duration("20MS").error().help, "did you mean \"20ms\"?");
  EXPECT_EQ(parse_duration("forever").error().kind, ErrorKind::syntax);
}

TEST(Durations, EndOneBelowInfinite) {
  EXPECT_EQ(micros("18446744073709551614us"), kMost - 1);
  const auto read = parse_duration("18446744073709551615us");
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().help.find("infinite"), std::string::npos);
  EXPECT_FALSE(parse_duration("18446744073709551616us").has_value());
  EXPECT_FALSE(parse_duration("18446744073710s").has_value());
}

TEST(Spelling, IsTheShortestThatReadsBack) {
  EXPECT_EQ(spell(Bytes{4294967296}), "4GiB");
  EXPECT_EQ(spell(Bytes{4294967297}), "4294967297B");
  EXPECT_EQ(spell(Bytes{3ULL << 29U}), "1.5GiB");
  EXPECT_EQ(spell(Bytes{0}), "0B");
  EXPECT_EQ(spell(Bytes{500'000'000}), "500MB");
  EXPECT_EQ(spell(Microseconds{20'000}), "20ms");
  EXPECT_EQ(spell(Microseconds{1'500}), "1.5ms");
  EXPECT_EQ(spell(Microseconds{2'000'000}), "2s");
  EXPECT_EQ(spell(kInfinite), "infinite");
  EXPECT_EQ(spell(Microseconds{kMost - 1}), "18446744073709551614us");
}

TEST(Spelling, ReadsBackEqualForAnyNumber) {
  std::mt19937_64 random(2);  // fixed: a failure must come again
  for (int round = 0; round < 20'000; ++round) {
    const std::uint64_t number = random() >> (random() % 64);
    EXPECT_EQ(bytes(spell(Bytes{number})), number);
    EXPECT_EQ(micros(spell(Microseconds{number})), number);
    const std::uint64_t blocks = (number >> 32U) << 20U;
    EXPECT_EQ(bytes(spell(Bytes{blocks})), blocks);
  }
  EXPECT_EQ(bytes(spell(Bytes{kMost})), kMost);
}

TEST(Showing, RoundsToOneDecimalWithASpace) {
  EXPECT_EQ(show(Bytes{0}), "0 B");
  EXPECT_EQ(show(Bytes{1023}), "1023 B");
  EXPECT_EQ(show(Bytes{7ULL << 29U}), "3.5 GiB");
  EXPECT_EQ(show(Bytes{4ULL << 30U}), "4 GiB");
  EXPECT_EQ(show(Bytes{(1ULL << 30U) - 1}), "1 GiB");
  EXPECT_EQ(show(Bytes{23'729'924'506}), "22.1 GiB");
  EXPECT_EQ(show(Bytes{kMost}), "16777216 TiB");
  EXPECT_EQ(show(Microseconds{0}), "0 us");
  EXPECT_EQ(show(Microseconds{20'000}), "20 ms");
  EXPECT_EQ(show(Microseconds{1'400'000}), "1.4 s");
  EXPECT_EQ(show(Microseconds{999'999}), "1 s");
  EXPECT_EQ(show(kInfinite), "infinite");
}

TEST(Addresses, KeepLongDomains) {
  const auto read = parse_address("10000:03:1f.7");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->domain, 0x10000);
  EXPECT_EQ(to_string(*read), "10000:03:1f.7");
  EXPECT_EQ(to_string(*parse_address("3b:00.0")), "0000:3b:00.0");
  for (const char* const text :
       {"", "0000:03:00", "0000:03:20.0", "0000:03:00.8", "0:0:0:0.0", "g:03:00.0"}) {
    EXPECT_FALSE(parse_address(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace vfmgr
