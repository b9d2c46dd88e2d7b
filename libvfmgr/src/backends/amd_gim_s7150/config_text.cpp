// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/config_text.hpp"

#include "core/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::amd_gim_s7150 {

namespace {

struct Known {
  std::string_view name;
  std::uint32_t most;
};
// gim_command.h
constexpr std::array<Known, kOptions> kKnown{{{.name = "fb_option", .most = 1},
                                              {.name = "sched_option", .most = 2},
                                              {.name = "vf_num", .most = 16},
                                              {.name = "pf_fb", .most = 65536},
                                              {.name = "vf_fb", .most = 65536},
                                              {.name = "sched_interval", .most = 2000},
                                              {.name = "sched_interval_us", .most = 999},
                                              {.name = "fb_clear", .most = 1}}};
// amd/MxGPU-Virtualization gim_shim/gim_config.c (695afe2)
constexpr std::array<std::string_view, 2> kOfOtherGim{"accelerator_partition_mode",
                                                      "memory_partition_mode"};

/// The next word, and takes it from the text with what is in front of it. gim_config.c:
/// parse_config_file: blanks, tabs, ends of lines and "=" all part words.
std::string_view next_word(std::string_view& text) {
  constexpr std::string_view kBetween = " =\n\t";
  text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBetween));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

Config config_in(std::string_view text) {
  Config config;
  while (true) {
    std::string_view rest = text;
    const std::string_view word = next_word(rest);
    const auto known = std::ranges::find(kKnown, word, &Known::name);
    if (known == kKnown.end()) {
      config.rest = word.empty() ? std::string() : std::string(word) + std::string(rest);
      return config;
    }
    const auto value = decimal(next_word(rest));
    if (value && *value <= known->most) {
      config.values.at(static_cast<std::size_t>(known - kKnown.begin())) =
          static_cast<std::uint32_t>(*value);
    }
    text = rest;
  }
}

std::string config_text(const Config& config) {
  std::string text;
  for (std::size_t at = 0; at < kOptions; ++at) {
    text += fmt::format("{}={}\n", kKnown.at(at).name, config.values.at(at));
  }
  text += config.rest;
  return text.ends_with('\n') ? text : text + '\n';
}

std::optional<std::string> word_of_other_gim(std::string_view text) {
  bool counts = false;
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    // There, counts of several GPUs stand in a row.
    const bool row = counts && word.find(',') != std::string_view::npos;
    if (row || std::ranges::find(kOfOtherGim, word) != kOfOtherGim.end()) {
      return std::string(word);
    }
    counts = word == "vf_num";
  }
  return std::nullopt;
}

}  // namespace vfmgr::amd_gim_s7150
