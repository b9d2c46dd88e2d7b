// SPDX-License-Identifier: Apache-2.0
#include "sim/model_numbers.hpp"

#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "sim/models.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim {

namespace {

Result<void> count_origin(Model& model, const std::string& name, const toml::table& table) {
  const auto source = table["source"].value<std::string>();
  const auto assumed = table["assumed"].value<std::string>();
  if (source.has_value() == assumed.has_value() || source.value_or(assumed.value_or("")).empty()) {
    return wrong_model(model.name,
                       fmt::format("'{}' needs either a source or assumed = \"why\"", name));
  }
  if (source) {
    ++model.sourced;
  } else {
    model.assumptions.push_back(fmt::format("{}: {}", name, *assumed));
  }
  return {};
}

}  // namespace

std::unexpected<Error> wrong_model(std::string_view model, std::string why) {
  return fail({.kind = ErrorKind::invalid,
               .subject = fmt::format("model {}", model),
               .why = std::move(why)});
}

Result<std::uint64_t> read_number(Model& model, const std::string& name, const toml::node& node) {
  const toml::table* table = node.as_table();
  const auto value = table == nullptr ? std::nullopt : (*table)["value"].value<std::int64_t>();
  if (!value || *value < 0) {
    return wrong_model(model.name, fmt::format("'{}' has no value", name));
  }
  TRY_VOID(count_origin(model, name, *table));
  return static_cast<std::uint64_t>(*value);
}

Result<std::string> read_rows(Model& model, const std::string& name, const toml::node& node) {
  const toml::table* table = node.as_table();
  const auto value = table == nullptr ? std::nullopt : (*table)["value"].value<std::string>();
  if (!value || value->empty()) {
    return wrong_model(model.name, fmt::format("'{}' has no rows", name));
  }
  TRY_VOID(count_origin(model, name, *table));
  return *value;
}

}  // namespace vfmgr::sim
