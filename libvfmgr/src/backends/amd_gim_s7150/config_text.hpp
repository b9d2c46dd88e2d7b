// SPDX-License-Identifier: Apache-2.0
// /etc/gim_config, as the driver reads and writes it: pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::amd_gim_s7150 {

/// In the order in which the driver writes them.
enum class Option : std::size_t {
  fb_option,
  sched_option,
  vf_num,
  pf_fb,
  vf_fb,
  sched_interval,
  sched_interval_us,
  fb_clear
};
inline constexpr std::size_t kOptions = 8;
/// gim_config.c: MAX_CONFIG_FILE_LENGTH
inline constexpr std::size_t kLongestConfig = 1024;

struct Config {
  std::array<std::uint32_t, kOptions> values{};  ///< 0: the driver's own choice
  /// From the first word on that is no option: there the driver stops to read, and leaves it behind
  /// what it writes.
  std::string rest;

  [[nodiscard]] std::uint32_t of(Option option) const {
    return values.at(static_cast<std::size_t>(option));
  }
  void set(Option option, std::uint32_t value) {
    values.at(static_cast<std::size_t>(option)) = value;
  }
};

/// As the driver reads it: what is out of range counts for nothing.
Config config_in(std::string_view text);
/// As it writes it, and what it does not know behind that.
std::string config_text(const Config& config);
/// A word by which a file is the later gim's, for which either driver would destroy the other's;
/// nothing: it may be this one's.
std::optional<std::string> word_of_other_gim(std::string_view text);

}  // namespace vfmgr::amd_gim_s7150
