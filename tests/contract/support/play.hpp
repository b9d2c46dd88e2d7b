// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"

#include <string>
#include <vector>

namespace vfmgr::contract {

/// How a case went on one bench under one kernel.
struct Played {
  std::string not_here;               ///< what the bench lacks; empty: it was played
  std::vector<std::string> failures;  ///< one sentence each; empty: it holds
};

/// Plays a case. It ends with the first step that comes to something else.
Played play(const Bench& bench, const Case& story, const std::string& kernel);

/// How a folder of cases went on one bench.
struct Tally {
  std::uint32_t cases = 0, runs = 0;
  std::uint32_t not_recorded = 0;     ///< of the cases, by their status
  std::vector<std::string> not_here;  ///< "TITLE: what is lacking", one a case
  std::vector<std::string> failures;
};
Tally play_all(const Bench& bench, const std::vector<Case>& cases);

}  // namespace vfmgr::contract
