// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"

#include <string>
#include <string_view>

namespace vfmgr {

/// A TOML basic string (TOML 1.0, "String").
std::string toml_string(std::string_view bytes);

/// For a comment: on one line.
std::string toml_comment(std::string_view bytes);

/// The value of an attribute as a profile has it.
std::string toml_value(Key key, const Setting& value);

}  // namespace vfmgr
