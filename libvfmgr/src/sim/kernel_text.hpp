// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How the kernel reads what is written to an attribute.
namespace vfmgr::sim {

/// A number, or the errno that the kernel's parser gives.
struct KernelNumber {
  int error = 0;
  std::uint64_t value = 0;
};
/// lib/kstrtox.c:kstrtoull with base 0: an optional plus, 0x for hex, 0 for octal, one newline at
/// the end; nothing else. EINVAL not a number; ERANGE above `most`.
KernelNumber kernel_number(std::string_view bytes, std::uint64_t most);
/// lib/kstrtox.c:kstrtobool: the first character decides (of "on" and "off" the second). Nothing:
/// EINVAL.
std::optional<bool> kernel_bool(std::string_view bytes);
/// A name with at most one newline behind it (lib/string_helpers.c:sysfs_streq and the stores that
/// look up a device by name).
std::string_view without_newline(std::string_view bytes);

/// What a store function sees of a write that it takes for one word: up to a NUL, without one last
/// newline (fs/kernfs/file.c ends the buffer; lib/string_helpers.c:sysfs_streq, lib/kstrtox.c).
std::string_view kernel_word(std::string_view bytes);
/// A decimal number as our own tree holds it; nothing if it is none.
std::optional<std::uint64_t> stored_number(std::string_view text);
/// An address spelled as the kernel spells it.
std::optional<PciAddress> stored_address(std::string_view text);

}  // namespace vfmgr::sim
