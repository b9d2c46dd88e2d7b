// SPDX-License-Identifier: Apache-2.0
// /etc/gim_config, as the driver reads and writes it: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::amd_gim {

/// What the driver keeps over its own reloads. It truncates a file that has anything else.
struct Kept {
  std::string vf_num;            ///< "8", or "8,4": by GPU, the last one for all that follow
  std::uint32_t partitions = 0;  ///< of dies; 0: the driver's own choice
  std::uint32_t domains = 0;     ///< of memory; 0: the driver's own choice
  friend bool operator==(const Kept&, const Kept&) = default;
};

/// The text that the driver itself would write (gim_config.c:gim_conf_save).
std::string config_text(const Kept& kept);
/// What a text says; none: it has something that the driver would truncate it for.
std::optional<Kept> kept_in(std::string_view text);
/// "8" where all are alike, else "8,4".
std::string vf_num_of(std::span<const std::uint32_t> counts);
/// "8,4": 8 and 4. Empty: a number is missing, or is none that the driver takes.
std::vector<std::uint32_t> counts_in(std::string_view vf_num);

}  // namespace vfmgr::amd_gim
