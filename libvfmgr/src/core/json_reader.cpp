// SPDX-License-Identifier: Apache-2.0
#include "core/json_reader.hpp"

#include "vfmgr/result.hpp"

#include "core/try.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

// A plan of 64 GPUs x 64 VFs is about 20 MiB.
constexpr std::size_t kLargestDocument = std::size_t{256} * 1024 * 1024;
// Ours are 9 deep; nlohmann's parser has no limit of its own.
constexpr int kMostDepth = 64;
constexpr int kHexBase = 16;

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view what) {
  const auto refuse = [what](ErrorKind kind, std::string why) {
    return fail({.kind = kind, .subject = std::string(what), .why = std::move(why)});
  };
  if (text.size() > kLargestDocument) {
    return refuse(ErrorKind::invalid, fmt::format("larger than {} MiB", kLargestDocument >> 20U));
  }
  bool too_deep = false;
  const auto bounded = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kMostDepth;
    return depth <= kMostDepth;
  };
  try {
    Json json = Json::parse(text, bounded);
    if (too_deep) {
      return refuse(ErrorKind::invalid, fmt::format("nested deeper than {} levels", kMostDepth));
    }
    return json;
  } catch (const Json::parse_error& error) {
    return refuse(ErrorKind::syntax, fmt::format("byte {}: this is not JSON", error.byte));
  } catch (const Json::exception& error) {
    return refuse(ErrorKind::syntax, error.what());
  }
}

JsonAt::JsonAt(const Json& json, std::string path) : json_(&json), path_(std::move(path)) {}

std::unexpected<Error> JsonAt::wrong(std::string why, std::string value) const {
  return fail({.kind = ErrorKind::invalid,
               .subject = path_,
               .value = std::move(value),
               .why = std::move(why)});
}

std::optional<JsonAt> JsonAt::find(std::string_view key) const {
  if (!json_->is_object()) {
    return std::nullopt;
  }
  const auto found = json_->find(key);
  if (found == json_->end()) {
    return std::nullopt;
  }
  return JsonAt(*found, fmt::format("{}.{}", path_, key));
}

Result<JsonAt> JsonAt::at(std::string_view key) const {
  auto found = find(key);
  if (!found) {
    return wrong(json_->is_object() ? fmt::format("'{}' is missing", key)
                                    : std::string("an object is needed here"));
  }
  return *std::move(found);
}

Result<std::vector<JsonAt>> JsonAt::items() const {
  if (!json_->is_array()) {
    return wrong("a list is needed here");
  }
  std::vector<JsonAt> items;
  items.reserve(json_->size());
  for (std::size_t at = 0; at < json_->size(); ++at) {
    items.emplace_back((*json_)[at], fmt::format("{}[{}]", path_, at));
  }
  return items;
}

Result<std::string> JsonAt::text() const {
  if (json_->is_string()) {
    return json_->get<std::string>();
  }
  const auto hex = find("hex");
  if (!hex || !hex->json().is_string()) {
    return wrong("a text is needed here");
  }
  const auto& digits = hex->json().get_ref<const std::string&>();
  if (digits.size() % 2 != 0) {
    return hex->wrong("two hex digits a byte", digits);
  }
  std::string bytes;
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    unsigned byte = 0;
    const char* const from = digits.data() + at;
    if (std::from_chars(from, from + 2, byte, kHexBase).ptr != from + 2) {
      return hex->wrong("two hex digits a byte", digits);
    }
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

Result<std::string> JsonAt::text_at(std::string_view key) const {
  TRY(const JsonAt member, at(key));
  return member.text();
}

Result<bool> JsonAt::boolean() const {
  if (!json_->is_boolean()) {
    return wrong("true or false is needed here");
  }
  return json_->get<bool>();
}

Result<std::uint64_t> JsonAt::number(std::uint64_t most) const {
  if (!json_->is_number_unsigned() || json_->get<std::uint64_t>() > most) {
    return wrong(fmt::format("a whole number from 0 to {} is needed here", most));
  }
  return json_->get<std::uint64_t>();
}

Result<std::size_t> JsonAt::word(std::span<const std::string_view> words) const {
  TRY(const std::string given, text());
  const auto found = std::ranges::find(words, given);
  if (found == words.end()) {
    return wrong(fmt::format("one of {} is needed here", fmt::join(words, ", ")), given);
  }
  return static_cast<std::size_t>(found - words.begin());
}

}  // namespace vfmgr
