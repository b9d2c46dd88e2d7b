// SPDX-License-Identifier: Apache-2.0
#include "sim/kernel_text.hpp"

#include "vfmgr/units.hpp"

#include "core/numbers.hpp"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace vfmgr::sim {

std::string_view without_newline(std::string_view bytes) {
  if (bytes.ends_with('\n')) {
    bytes.remove_suffix(1);
  }
  return bytes;
}

std::string_view kernel_word(std::string_view bytes) {
  return without_newline(bytes.substr(0, bytes.find('\0')));
}

KernelNumber kernel_number(std::string_view bytes, std::uint64_t most) {
  std::string_view digits = kernel_word(bytes);
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
  }
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits.front() == '0') {
    base = 8;
    digits.remove_prefix(1);
  }
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error == std::errc::result_out_of_range) {
    return {.error = ERANGE};  // before what stands behind is looked at
  }
  if (end != digits.data() + digits.size() || error == std::errc::invalid_argument) {
    return {.error = EINVAL};
  }
  if (value > most) {
    return {.error = ERANGE};
  }
  return {.error = 0, .value = value};
}

std::optional<bool> kernel_bool(std::string_view bytes) {
  if (bytes.empty()) {
    return std::nullopt;
  }
  constexpr std::string_view kYes = "yYtT1";
  constexpr std::string_view kNo = "nNfF0";
  if (kYes.find(bytes[0]) != std::string_view::npos) {
    return true;
  }
  if (kNo.find(bytes[0]) != std::string_view::npos) {
    return false;
  }
  if ((bytes[0] == 'o' || bytes[0] == 'O') && bytes.size() > 1) {
    if (bytes[1] == 'n' || bytes[1] == 'N') {
      return true;
    }
    if (bytes[1] == 'f' || bytes[1] == 'F') {
      return false;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> stored_number(std::string_view text) {
  return decimal(without_newline(text));
}

std::optional<PciAddress> stored_address(std::string_view text) {
  auto address = parse_address(text);
  if (!address || to_string(*address) != text) {
    return std::nullopt;
  }
  return *address;
}

}  // namespace vfmgr::sim
