// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/toml_library.hpp"
#include "sim/models.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

// What a model says, each with where it comes from.
namespace vfmgr::sim {

std::unexpected<Error> wrong_model(std::string_view model, std::string why);
/// `{ value = N, source = "…" }` or `{ value = N, assumed = "why" }`; it is counted. Errors:
/// invalid.
Result<std::uint64_t> read_number(Model& model, const std::string& name, const toml::node& node);
/// The same with a text for a value: numbers in rows, which have one origin together.
Result<std::string> read_rows(Model& model, const std::string& name, const toml::node& node);

}  // namespace vfmgr::sim
