// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace vfmgr::fuzz {

/// What must hold for every input; where it does not, the process ends and the input is kept.
void law(bool holds, std::string_view which);

/// What the reader itself wrote must be read.
template <class T>
T read_again(Result<T> result, std::string_view which) {
  law(result.has_value(), which);
  return std::move(*result);
}

/// A fuzzer's input as text.
std::string_view text_of(const std::uint8_t* data, std::size_t size);

/// The text with the checksum of each whole line put right. No mutation finds a fitting CRC-32, so
/// without this nothing behind the checksums would ever be reached.
std::string with_right_checksums(std::string_view text);

}  // namespace vfmgr::fuzz
