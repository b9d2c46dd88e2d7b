// SPDX-License-Identifier: Apache-2.0
#include "engine/gate.hpp"

#include "vfmgr/result.hpp"

#include <mutex>
#include <optional>

namespace vfmgr {

Result<std::unique_lock<std::mutex>> Gate::enter() {
  std::unique_lock<std::mutex> turn(turn_);
  if (const auto stuck = why_shut()) {
    return fail({.kind = ErrorKind::locked,
                 .subject = stuck->subject,
                 .value = stuck->value,
                 .why = "another unit's write there has not returned, and this one would hang "
                        "behind it",
                 .help = "run `vgpuctl recover` once it has"});
  }
  return turn;
}

void Gate::shut(const Error& why) {
  const std::scoped_lock lock(mutex_);
  if (!why_shut_) {
    why_shut_ = why;
  }
}

std::optional<Error> Gate::why_shut() const {
  const std::scoped_lock lock(mutex_);
  return why_shut_;
}

}  // namespace vfmgr
