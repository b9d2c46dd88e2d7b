// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// Parses a text without throwing. `what` names it in the error. Errors: syntax (with the byte at
/// which it ends being JSON), invalid (larger than any of ours).
Result<nlohmann::ordered_json> parse_json(std::string_view text, std::string_view what);

/// A value inside a JSON document that somebody else may have written, with the way to it
/// ("plan.units[2].steps"): what is missing or of another type is an error that says where.
/// Refers to the document, which must outlive it.
class JsonAt {
 public:
  JsonAt(const nlohmann::ordered_json& json, std::string path);

  [[nodiscard]] const nlohmann::ordered_json& json() const { return *json_; }
  /// An error at this place. Kind: invalid.
  [[nodiscard]] std::unexpected<Error> wrong(std::string why, std::string value = {}) const;

  /// A member; none: this is no object, or has no such member.
  [[nodiscard]] std::optional<JsonAt> find(std::string_view key) const;
  [[nodiscard]] Result<JsonAt> at(std::string_view key) const;
  [[nodiscard]] Result<std::vector<JsonAt>> items() const;
  /// Bytes, as exact_text writes them.
  [[nodiscard]] Result<std::string> text() const;
  [[nodiscard]] Result<std::string> text_at(std::string_view key) const;
  [[nodiscard]] Result<bool> boolean() const;
  /// A whole number from 0 to `most`.
  [[nodiscard]] Result<std::uint64_t> number(std::uint64_t most) const;
  /// The index of this word among `words`.
  [[nodiscard]] Result<std::size_t> word(std::span<const std::string_view> words) const;

 private:
  const nlohmann::ordered_json* json_;
  std::string path_;
};

}  // namespace vfmgr
