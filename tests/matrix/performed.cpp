// SPDX-License-Identifier: Apache-2.0
#include "performed.hpp"

#include "judge.hpp"

#include <iostream>
#include <string>

namespace vfmgr::matrix {

void Performed::complain(const std::string& where, const std::string& what) const {
  ++tally.complaints;
  std::cout << "FAILED " << story.name << ": " << where << "\n    " << what << '\n';
}

void Performed::settle(const std::string& where, const Judged& judged) const {
  if (!judged.verdict) {
    complain(where, judged.complaint);
  } else if (*judged.verdict == Verdict::named) {
    ++tally.named;
  }
}

}  // namespace vfmgr::matrix
