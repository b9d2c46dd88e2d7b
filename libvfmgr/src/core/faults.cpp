// SPDX-License-Identifier: Apache-2.0
#include "core/faults.hpp"

#include "vfmgr/result.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace vfmgr {

Error gathered(std::vector<Error> faults) {
  Error first = std::move(faults.front());
  first.also.insert(first.also.end(),
                    std::make_move_iterator(faults.begin() + 1),
                    std::make_move_iterator(faults.end()));
  return first;
}

Error joined(std::vector<Error> faults) {
  std::ranges::stable_sort(faults, {}, [](const Error& fault) {
    return fault.spot ? std::tuple(fault.spot->file, fault.spot->line, fault.spot->column)
                      : std::tuple(SharedText(), 0U, 0U);
  });
  return gathered(std::move(faults));
}

}  // namespace vfmgr
