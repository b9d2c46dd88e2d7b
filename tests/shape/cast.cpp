// SPDX-License-Identifier: Apache-2.0
#include "cast.hpp"

#include "toy_bulk.hpp"
#include "toy_ids.hpp"

#include <array>

namespace vfmgr::shape {

matrix::Cast cast() {
  static const std::array<const sim::SimDriver*, 2> kDrivers{&toy_bulk_driver(), &toy_ids_driver()};
  return {.backends = {&toy_bulk_backend(), &toy_ids_backend()}, .drivers = kDrivers};
}

}  // namespace vfmgr::shape
