// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/registers.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::test {

/// A configuration space that a test lays out.
class Space {
 public:
  explicit Space(std::size_t bytes = 4096) : bytes_(bytes, '\0') {}

  /// A little-endian number.
  Space& put(std::size_t at, std::uint64_t value, std::size_t bytes);
  /// The list of capabilities begins at `at`; the header says that there is one.
  Space& classic_list(std::size_t at);
  /// A capability's first bytes.
  Space& classic(std::size_t at, std::uint8_t id, std::size_t next);
  Space& extended(std::size_t at, std::uint16_t id, std::size_t next, std::uint32_t version = 1);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// The first capability with this id, decoded; it must be there.
Capability capability(std::string_view config, bool extended, std::uint16_t id);
/// A field of it by its name; it must be there.
RegisterField field(const Capability& capability, std::string_view name);
/// What it means; "not read" and "unknown" where it was not read or is unknown.
std::string meaning(const Capability& capability, std::string_view name);
/// The same of a field of the header.
std::string header_meaning(std::string_view config, std::string_view name);

}  // namespace vfmgr::test
