// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/registers.hpp"

#include "backends/mapped.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

/// The choice of one vendor's table for these ids; a display controller unless said otherwise.
MappedChoice choose(MappedChoice (*table)(const Gpu& gpu),
                    std::uint16_t vendor,
                    std::uint16_t device,
                    std::uint32_t class_code = 0x030000);

/// Names of its registers, in its order.
std::vector<std::string> names_of(const MappedChoice& choice);

/// "field=meaning …" of a register that reads this; fails where the choice has none of that name.
std::string decoded(const MappedChoice& choice, std::string_view name, std::uint32_t value);

/// Which bits of a register no field has, and which have one that is not theirs: fields are told
/// apart by turning one bit on at a time. Fails the test where a field's raw value is not the bits
/// that its place says.
std::uint32_t bits_without_field(const MappedChoice& choice, std::string_view name);

}  // namespace vfmgr::test
