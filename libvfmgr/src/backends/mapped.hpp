// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/registers.hpp"

#include "core/attr.hpp"
#include "core/config_space/reader.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Registers behind a GPU's BARs, as vendors' tables have them. A table names what may be read: to
// read a register can act (a FIFO moves on, a status is cleared), so what no source calls harmless
// is in none.
namespace vfmgr {

/// A register that may be read.
struct MappedSpec {
  const Attr* attr = nullptr;  ///< in mmio: its place, name and source
  /// Its parts, each with `at` 0 and `bytes` 4.
  std::span<const config_space::FieldSpec> fields;
};

/// Which of them a GPU has.
struct MappedChoice {
  /// "Vega 10 and later"; where there are none: why. Empty: it is another vendor's GPU.
  std::string of;
  std::vector<MappedSpec> registers;
};

/// Takes a register apart; `bytes` are its four, none where it was not read. Ones alone are
/// unknown: so reads whatever nobody answers for. Pure.
MappedRegister decode_mapped(const MappedSpec& spec, std::uint32_t offset, std::string_view bytes);

// How the tables are spelled.
namespace mapped {

/// Part of a register.
constexpr config_space::FieldSpec part(std::string_view name,
                                       std::uint8_t low,
                                       std::uint8_t bits,
                                       config_space::Meaning meaning = config_space::as_number) {
  return {.name = name, .bytes = 4, .low = low, .bits = bits, .meaning = meaning};
}

/// A switch in a register.
constexpr config_space::FieldSpec flag(std::string_view name, std::uint8_t bit) {
  return config_space::one_bit(name, 0, 4, bit);
}

/// All of a register as one number.
constexpr config_space::FieldSpec whole(std::string_view name, config_space::Meaning meaning) {
  return {.name = name, .bytes = 4, .meaning = meaning};
}

}  // namespace mapped

}  // namespace vfmgr
