// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace vfmgr::contract {

/// What a step came to that expects something.
struct Heard {
  std::uint32_t line = 0;
  std::string met;  ///< as it is spelled behind an arrow; empty: what was expected
};

/// How a case went on one bench under one kernel.
struct Played {
  std::string not_here;               ///< what the bench lacks; empty: it was played
  std::vector<std::string> failures;  ///< one sentence each; empty: it holds
  std::vector<Heard> heard;           ///< of each step that was done
};

/// What a step that comes to something else does to those behind it.
enum class Then : std::uint8_t { ends, goes_on };

/// Plays a case.
Played play(const Bench& bench, const Case& story, const std::string& kernel, Then then);

/// How a folder of cases went on one bench.
struct Tally {
  std::uint32_t cases = 0, runs = 0;
  std::uint32_t not_recorded = 0;     ///< of the cases, by their status
  std::vector<std::string> not_here;  ///< "TITLE: what is lacking", one a case
  std::vector<std::string> failures;
};
Tally play_all(const Bench& bench, const std::vector<Case>& cases);

/// Plays all that are for the kernel, each to its end, and tells what was met: a line
/// "FILE CASE-LINE STEP-LINE MET" for each step, by tabs, MET "=" where it is as expected; and
/// "FILE CASE-LINE - -" for a case that could not be played to its end.
void record_all(const Bench& bench, const std::vector<Case>& cases, std::ostream& out);

}  // namespace vfmgr::contract
