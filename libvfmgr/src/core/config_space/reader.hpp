// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/registers.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::config_space {

/// What a value means, in words.
using Meaning = std::string (*)(std::uint64_t raw);
/// How many bytes it stands for.
using Amount = std::uint64_t (*)(std::uint64_t raw);

std::string as_number(std::uint64_t raw);  ///< "7"
std::string as_switch(std::uint64_t raw);  ///< "yes", "no"
std::string as_id(std::uint64_t raw);      ///< "0x10de"
std::string as_hex(std::uint64_t raw);     ///< "0x1f"
std::string as_eighths(
    std::uint64_t raw);  ///< "0x2000" of 0x400: an offset without its low three bits
std::string as_bytes(std::uint64_t raw);  ///< "16 MiB", "7.75 GiB": exactly
std::string one_more(std::uint64_t raw);  ///< "8" of 7: registers that hold a number less one

/// A part of a register, with its place in its capability.
struct FieldSpec {
  std::string_view name;
  std::uint16_t at = 0;    ///< of the register, from the capability's begin
  std::uint8_t bytes = 0;  ///< of the register
  std::uint8_t low = 0;    ///< first bit
  std::uint8_t bits = 0;   ///< 0: the whole register
  Meaning meaning = as_number;
  Amount amount = nullptr;  ///< of memory; then that is what it means, unless that is said
};

/// A switch.
constexpr FieldSpec one_bit(std::string_view name,
                            std::uint16_t at,
                            std::uint8_t bytes,
                            std::uint8_t bit) {
  return {.name = name, .at = at, .bytes = bytes, .low = bit, .bits = 1, .meaning = as_switch};
}

/// Reads the registers of one capability.
class Reader {
 public:
  /// `base`: where the capability begins.
  Reader(std::string_view config, std::size_t base) : config_(config), base_(base) {}

  /// Adds fields in the order in which they are given.
  void add(std::span<const FieldSpec> specs);
  void add(const FieldSpec& spec);
  /// The same of a field whose name is made: "bar2_size".
  void add(const std::string& name, const FieldSpec& spec);
  /// The same where what it means does not follow from its value alone.
  void add_amount(const FieldSpec& spec, std::uint64_t in_bytes);
  void add(const FieldSpec& spec, std::string meaning);

  /// A register; nothing where it was not read or is unknown.
  [[nodiscard]] std::optional<std::uint64_t> value(std::size_t at, std::size_t bytes) const;
  [[nodiscard]] std::vector<RegisterField> take() { return std::move(fields_); }

 private:
  std::string_view config_;
  std::size_t base_;
  std::vector<RegisterField> fields_;
};

}  // namespace vfmgr::config_space
