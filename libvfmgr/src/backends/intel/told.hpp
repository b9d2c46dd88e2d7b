// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/families.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::intel {

// The words that findings are made of.

/// "PLACE reads 'TEXT'".
std::string told(const Place& place, const Value& value);

/// A file that could tell why no VFs are made, and can't be read. Precondition: it is unreadable.
Finding cant_tell(const Place& place, const Value& value);

/// How a parameter of a module is set for good, with a remark on its value.
std::string how_to_set(std::string_view module,
                       std::string_view parameter,
                       std::string_view remark);

/// How xe is made to take a GPU that it takes only when it is told to, and i915 not to.
std::string how_to_give_to_xe(std::uint16_t device_id);

/// Which drivers beside the kernel's own make VFs on these GPUs; empty: none is known.
std::string who_else_makes_them(const Family& family);

}  // namespace vfmgr::intel
