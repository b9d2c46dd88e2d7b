// SPDX-License-Identifier: Apache-2.0
#include "cast.hpp"

namespace vfmgr::shape {

matrix::Cast cast() { return {.backends = {}, .drivers = {}}; }

}  // namespace vfmgr::shape
