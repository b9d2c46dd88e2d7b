// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"

#include "core/attr.hpp"

#include <optional>
#include <string>

namespace vfmgr {

/// What a file's value means in the attribute's own units; monostate where it is unknown, absent or
/// unreadable. A link that is not there is "none": no driver.
Setting setting_of(const Attr& attr, const std::optional<Value>& value);

/// Adds a place's value to what other places of the same attribute have told: a number of which it
/// is a part grows, anything else is replaced.
void tell(const Attr& attr, const Value& value, Setting& told);

}  // namespace vfmgr
