// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "case.hpp"
#include "judge.hpp"
#include "performance.hpp"
#include "sim/tools.hpp"
#include "stage.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace vfmgr::matrix {

/// One write of a case's clean run.
struct Turn {
  sim::Logged write;
  std::uint32_t turn = 1;  ///< which one of those to its place
};

/// A case and its clean run: what the host was before it, and after it. Or the undoing of that run.
struct Performed {
  const Case& story;
  const Stage& opening;
  Tally& tally;
  std::string before, after;
  std::vector<Turn> turns;
  Result<Report> (Stage::*go)() const = &Stage::perform;

  void complain(const std::string& where, const std::string& what) const;
  /// Counts what was judged as good, or complains.
  void settle(const std::string& where, const Judged& judged) const;
};

}  // namespace vfmgr::matrix
