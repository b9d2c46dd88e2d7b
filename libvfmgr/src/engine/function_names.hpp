// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "engine/functions.hpp"

#include <string>
#include <vector>

namespace vfmgr {

/// The GPUs that `names` mean: addresses, or models when unique. Errors: no_match, not_a_pf (a VF),
/// all at once.
Result<std::vector<PciAddress>> find_gpus(const Host& host, const std::vector<std::string>& names);

/// The functions that `names` mean, by their directories: a VF's address, or GPU/N; a GPU's name
/// means it and all its VFs. Errors: no_match, all at once.
Result<std::vector<Place>> find_functions(const Host& host, const std::vector<std::string>& names);

}  // namespace vfmgr
