// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/report.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::matrix {

/// How a performance ended, as far as it may.
enum class Verdict { before, after, named };

/// Where two dumps differ: lines of either that the other lacks, sorted.
std::vector<std::string> changed_lines(std::string_view one, std::string_view other);

/// Whether host and report agree: as before, as after, or every difference named. What is wrong
/// otherwise.
struct Judged {
  std::optional<Verdict> verdict;
  std::string complaint;
};
Judged judge(const Result<Report>& result,
             std::string_view before,
             std::string_view after,
             std::string_view now);

}  // namespace vfmgr::matrix
