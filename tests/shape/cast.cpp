// SPDX-License-Identifier: Apache-2.0
#include "cast.hpp"

#include "toy_bulk.hpp"

#include <array>

namespace vfmgr::shape {

matrix::Cast cast() {
  static const std::array<const sim::SimDriver*, 1> kDrivers{&toy_bulk_driver()};
  return {.backends = {&toy_bulk_backend()}, .drivers = kDrivers};
}

}  // namespace vfmgr::shape
