// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "performed.hpp"

#include <cstddef>

namespace vfmgr::matrix {

/// Everything that can go wrong with one write of a clean run, each in a run of its own: every
/// errno that its attribute declares, alone and with half of it done; a kill before and after it;
/// and each of the writes that then take the run back failing, or killed, in its turn.
void suffer(const Performed& performed, std::size_t write);

/// The same with its first errno alone, and killed before and after it.
void suffer_briefly(const Performed& performed, std::size_t write);

}  // namespace vfmgr::matrix
