// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/sizes.hpp"

#include "core/numbers.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

namespace {

// The most of equal size: examples/config-example.yaml of NVIDIA/vgpu-device-manager, and appendix
// A.1 of the vGPU 17 user guide. Where they may begin among mixed sizes: its appendix A.3.
constexpr std::array kSizes = std::to_array<SizeRow>({
    {16, 16, 1, "0"},
    {16, 8, 2, "0 8"},
    {16, 4, 4, "0 4 8 12"},
    {16, 2, 8, "0 2 4 6 8 10 12 14"},
    {16, 1, 16, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"},
    {20, 20, 1, "0"},
    {20, 10, 2, "0 10"},
    {20, 5, 4, "0 5 10 15"},
    {20, 4, 5, "0 6 10 16"},
    {20, 2, 10, "0 3 5 8 10 13 15 18"},
    {20, 1, 20, "0 1 2 4 5 6 7 9 10 11 12 14 15 16 17 19"},
    {24, 24, 1, "0"},
    {24, 12, 2, "0 12"},
    {24, 8, 3, "0 16"},
    {24, 6, 4, "0 6 12 18"},
    {24, 4, 6, "0 8 12 20"},
    {24, 3, 8, "0 3 6 9 12 15 18 21"},
    {24, 2, 12, "0 4 6 10 12 16 18 22"},
    {24, 1, 24, "0 2 3 5 6 8 9 11 12 14 15 17 18 20 21 23"},
    {32, 32, 1, "0"},
    {32, 16, 2, "0 16"},
    {32, 8, 4, "0 8 16 24"},
    {32, 4, 8, "0 4 8 12 16 20 24 28"},
    {32, 2, 16, "0 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30"},
    {32,
     1,
     32,
     "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31"},
    {40, 40, 1, "0"},
    {40, 20, 2, "0 20"},
    {40, 10, 4, "0 10 20 30"},
    {40, 8, 5, "0 12 20 32"},
    {40, 5, 8, "0 5 10 15 20 25 30 35"},
    {40, 4, 10, "0 6 10 16 20 26 30 36"},
    {48, 48, 1, "0"},
    {48, 24, 2, "0 24"},
    {48, 16, 3, "0 32"},
    {48, 12, 4, "0 12 24 36"},
    {48, 8, 6, "0 16 24 40"},
    {48, 6, 8, "0 6 12 18 24 30 36 42"},
    {48, 4, 12, "0 8 12 20 24 32 36 44"},
    {48, 3, 16, "0 3 6 9 12 15 18 21 24 27 30 33 36 39 42 45"},
    {48, 2, 24, "0 4 6 10 12 16 18 22 24 28 30 34 36 40 42 46"},
    {48,
     1,
     32,
     "0 2 3 5 6 9 11 12 14 15 17 18 20 21 23 24 26 27 29 30 33 35 36 38 39 41 42 44 45 47"},
    {64, 64, 1, "0"},
    {64, 32, 2, "0 32"},
    {64, 16, 4, "0 16 32 48"},
    {64, 8, 8, "0 8 16 24 32 40 48 56"},
    {64, 4, 16, "0 4 8 12 16 20 24 28 32 36 40 44 48 52 56 60"},
    {80, 80, 1, "0"},
    {80, 40, 2, "0 40"},
    {80, 20, 4, "0 20 40 60"},
    {80, 16, 5, "0 24 40 64"},
    {80, 10, 8, "0 10 20 30 40 50 60 70"},
    {80, 8, 10, "0 12 20 32 40 52 60 72"},
    {80, 5, 16, "0 5 10 15 20 25 30 35 40 45 50 55 60 65 70 75"},
    {80, 4, 20, "0 6 10 16 20 26 30 36 40 46 50 56 60 66 70 76"},
    {94, 94, 1, "0"},
    {94, 47, 2, "0 47"},
    {94, 23, 4, "0 24 47 71"},
    {94, 15, 6, "0 32 47 79"},
    {94, 11, 8, "0 12 23 36 47 59 70 83"},
    {94, 6, 15, "0 17 23 41 47 64 70 88"},
    {94, 4, 23, "0 7 11 19 23 31 35 43 47 54 58 66 70 78 82 90"},
    {96, 96, 1, ""},
    {96, 48, 2, ""},
    {96, 32, 3, ""},
    {96, 24, 4, ""},
    {96, 16, 6, ""},
    {96, 12, 8, ""},
    {96, 8, 12, ""},
    {96, 6, 16, ""},
    {96, 4, 24, ""},
    {96, 3, 32, ""},
    {141, 141, 1, ""},
    {141, 70, 2, ""},
    {141, 35, 4, ""},
    {141, 28, 5, ""},
    {141, 17, 8, ""},
    {141, 14, 10, ""},
    {141, 8, 16, ""},
    {141, 7, 20, ""},
    {141, 4, 32, ""},
});

// The same guide gives Ada Lovelace cards of 48 GB other places for 1 GB.
constexpr SizeRow kOneGibOnAda{48, 1, 32, "0 5 6 11 12 17 18 23 24 29 30 35 36 41 42 47"};

}  // namespace

const SizeRow* size_row(std::uint32_t card_gib, std::uint32_t size_gib, bool ada) {
  if (ada && card_gib == kOneGibOnAda.card && size_gib == kOneGibOnAda.size) {
    return &kOneGibOnAda;
  }
  const auto* const row = std::ranges::find_if(
      kSizes, [&](const SizeRow& one) { return one.card == card_gib && one.size == size_gib; });
  return row == kSizes.end() ? nullptr : row;
}

std::vector<std::uint32_t> starts_of(std::string_view text) {
  std::vector<std::uint32_t> starts;
  for (const std::string_view start : split(text, ' ')) {
    starts.push_back(static_cast<std::uint32_t>(decimal(start).value_or(0)));
  }
  return starts;
}

}  // namespace vfmgr::nvidia
