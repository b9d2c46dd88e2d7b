// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#pragma GCC visibility push(default)
namespace vfmgr {

/// Who chose a value.
enum class Origin {
  set,      ///< somebody asked for exactly this
  own,      ///< the driver's own choice; it may choose anew
  unknown,  ///< can't be told from here
};

/// How a value that is read is compared with the one expected.
enum class Match {
  exact,
  at_least,  ///< a number from the expected one up to `slack` above it: drivers round up
  any,       ///< whatever is there
};

/// The place does not exist. Not the same as empty.
struct Absent {
  friend bool operator==(const Absent&, const Absent&) = default;
};
/// The place exists and can't be read.
struct Unreadable {
  int os_error = 0;
  friend bool operator==(const Unreadable&, const Unreadable&) = default;
};

/// What a place reads, or should read.
struct Value {
  std::variant<std::string, Absent, Unreadable> is = Absent{};
  Origin origin = Origin::set;
  Match match = Match::exact;
  std::uint64_t slack = 0;  ///< with Match::at_least
  std::string source;  ///< where a user asked for it ("profile.toml:14:10"); empty if nobody did

  [[nodiscard]] bool absent() const { return std::holds_alternative<Absent>(is); }
  [[nodiscard]] bool unreadable() const { return std::holds_alternative<Unreadable>(is); }
  /// The text, or "" when there is none.
  [[nodiscard]] std::string text() const;
  /// Whether `seen` satisfies this expectation: by `match`; origin and source play no part.
  [[nodiscard]] bool accepts(const Value& seen) const;
  friend bool operator==(const Value&, const Value&) = default;
};

/// For people and logs: the text in quotes, "absent", or "unreadable (EIO)".
std::string to_string(const Value& value);

/// What is recorded of a host, or wanted. In a target a missing key is left alone.
using State = std::map<Place, Value>;

/// Short-hand for an exact text.
Value text_value(std::string text, Origin origin = Origin::set);
/// Short-hand for "does not exist".
Value absent_value();

}  // namespace vfmgr
#pragma GCC visibility pop
