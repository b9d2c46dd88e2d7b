// SPDX-License-Identifier: Apache-2.0
#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/play.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace vfmgr::contract {

std::string to_string(const Outcome& outcome) {
  using Kind = Outcome::Kind;
  switch (outcome.kind) {
    case Kind::ok:
      return "ok";
    case Kind::value:
      return "'" + outcome.text + "'";
    case Kind::os_error:
      return outcome.text;
    case Kind::unnamed:
      return "unnamed";
    case Kind::in_flight:
      return "in-flight";
    case Kind::blocks:
      return "blocks";
  }
  return {};
}

Tally play_all(const Bench& bench, const std::vector<Case>& cases) {
  Tally tally;
  for (const Case& story : cases) {
    ++tally.cases;
    tally.not_recorded += story.status == kNotRecorded ? 1U : 0U;
    std::string not_here;
    std::uint32_t runs = 0;
    for (const std::string& kernel : bench.kernels()) {
      if (!kernel.empty() && !story.kernels.empty() &&
          std::ranges::find(story.kernels, kernel) == story.kernels.end()) {
        continue;
      }
      Played played = play(bench, story, kernel);
      not_here = played.not_here;
      runs += played.not_here.empty() ? 1U : 0U;
      tally.failures.insert(tally.failures.end(), played.failures.begin(), played.failures.end());
    }
    tally.runs += runs;
    if (runs == 0) {
      tally.not_here.push_back(story.title + ": " +
                               (not_here.empty() ? "no such kernel" : not_here));
    }
  }
  return tally;
}

}  // namespace vfmgr::contract
