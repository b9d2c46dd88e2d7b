// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/reader.hpp"

#include "vfmgr/registers.hpp"
#include "vfmgr/units.hpp"

#include "core/config_space/bytes.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace vfmgr::config_space {

std::string as_number(std::uint64_t raw) {
  return std::to_string(raw);
}
std::string as_switch(std::uint64_t raw) {
  return raw != 0 ? "yes" : "no";
}
std::string as_id(std::uint64_t raw) {
  return fmt::format("0x{:04x}", raw);
}
std::string as_hex(std::uint64_t raw) {
  return fmt::format("0x{:x}", raw);
}
std::string as_eighths(std::uint64_t raw) {
  return fmt::format("{:#x}", raw << 3U);
}
std::string as_bytes(std::uint64_t raw) {
  std::string text = spell(Bytes{raw});
  return text.insert(text.find_first_not_of("0123456789."), " ");
}
std::string one_more(std::uint64_t raw) {
  return std::to_string(raw + 1);
}

void Reader::add(std::span<const FieldSpec> specs) {
  for (const FieldSpec& spec : specs) {
    add(spec);
  }
}

void Reader::add(const FieldSpec& spec) {
  add(std::string(spec.name), spec);
}

void Reader::add(const std::string& name, const FieldSpec& spec) {
  const std::uint32_t bits = spec.bits == 0 ? spec.bytes * 8U : spec.bits;
  RegisterField field{.name = name,
                      .offset = static_cast<std::uint32_t>(base_ + spec.at),
                      .bytes = spec.bytes,
                      .low_bit = spec.low,
                      .bits = bits};
  const std::size_t at = base_ + spec.at;
  if (const auto whole = number(config_, at, spec.bytes)) {
    field.look = is_unanswered(config_, at, spec.bytes) ? Look::unknown : Look::value;
    if (field.look == Look::value) {
      field.raw = bits_of(*whole, spec.low, bits);
      if (spec.amount != nullptr) {
        field.in_bytes = spec.amount(field.raw);
      }
      const bool amounts = field.in_bytes && spec.meaning == as_number;
      field.meaning = amounts ? as_bytes(*field.in_bytes) : spec.meaning(field.raw);
    }
  }
  fields_.push_back(std::move(field));
}

void Reader::add(const FieldSpec& spec, std::string meaning) {
  add(spec);
  if (fields_.back().look == Look::value) {
    fields_.back().meaning = std::move(meaning);
  }
}

void Reader::add_amount(const FieldSpec& spec, std::uint64_t in_bytes) {
  add(spec, as_bytes(in_bytes));
  if (fields_.back().look == Look::value) {
    fields_.back().in_bytes = in_bytes;
  }
}

std::optional<std::uint64_t> Reader::value(std::size_t at, std::size_t bytes) const {
  return is_unanswered(config_, base_ + at, bytes) ? std::nullopt
                                                   : number(config_, base_ + at, bytes);
}

}  // namespace vfmgr::config_space
