// SPDX-License-Identifier: Apache-2.0
#include "kernel/named.hpp"

#include "vfmgr/place.hpp"

#include "core/attr.hpp"
#include "kernel/never_opened.hpp"

#include <algorithm>
#include <span>

namespace vfmgr {

Named::Named(std::span<const std::span<const Attr>> tables)
    : tables_(tables.begin(), tables.end()) {}

bool Named::may_look(const Place& place) const {
  return !is_never_opened(place.path) &&
         std::ranges::any_of(tables_, [&place](std::span<const Attr> table) {
           return std::ranges::any_of(
               table, [&place](const Attr& attr) { return match(attr, place).has_value(); });
         });
}

bool Named::may_write(const Place& place) const {
  // Registers are for reading, whatever a table says.
  return place.in != In::mmio && !is_never_opened(place.path) &&
         std::ranges::any_of(tables_, [&place](std::span<const Attr> table) {
           return std::ranges::any_of(table, [&place](const Attr& attr) {
             return !attr.errnos.empty() && match(attr, place).has_value();
           });
         });
}

}  // namespace vfmgr
