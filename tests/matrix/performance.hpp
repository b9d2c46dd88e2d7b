// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "case.hpp"
#include "stage.hpp"

#include <cstddef>

namespace vfmgr::matrix {

/// What was done, for the line that is printed.
struct Tally {
  std::size_t cases = 0, writes = 0, errnos = 0, halves = 0, kills = 0, doubles = 0, undone = 0,
              named = 0, complaints = 0;
};

/// Plays a case: the clean run, held against plan.txt; then everything that can go wrong in it.
/// Complaints are printed as they come.
void perform(const Case& story, const Stage& opening, Tally& tally);

}  // namespace vfmgr::matrix
