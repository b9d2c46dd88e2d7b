// SPDX-License-Identifier: Apache-2.0
#include "cast.hpp"

#include "case.hpp"
#include "sim/driver.hpp"
#include "toy_bulk.hpp"
#include "toy_ids.hpp"
#include "toy_module.hpp"
#include "toy_stub.hpp"

#include <array>

namespace vfmgr::shape {

matrix::Cast cast() {
  static const std::array<const sim::SimDriver*, 4> drivers{
      &toy_stub_driver(), &toy_module_driver(), &toy_bulk_driver(), &toy_ids_driver()};
  return {.backends = {&toy_stub_backend(),
                       &toy_module_backend(),
                       &toy_bulk_backend(),
                       &toy_ids_backend()},
          .drivers = drivers};
}

}  // namespace vfmgr::shape
