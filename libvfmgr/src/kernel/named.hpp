// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include "core/attr.hpp"

#include <span>
#include <vector>

namespace vfmgr {

/// What may be opened at all: the places that the attribute tables name. Files exist that act when
/// they are read, so nothing else is ever touched.
class Named {
 public:
  explicit Named(std::span<const std::span<const Attr>> tables);

  /// Whether a table names this place, whatever it is looked at as.
  [[nodiscard]] bool may_look(const Place& place) const;
  /// Whether one that does says how its writes fail: without that it is for reading only. So are
  /// all places in mmio.
  [[nodiscard]] bool may_write(const Place& place) const;

 private:
  std::vector<std::span<const Attr>> tables_;
};

}  // namespace vfmgr
