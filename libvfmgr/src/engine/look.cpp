// SPDX-License-Identifier: Apache-2.0
#include "engine/look.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "engine/stop.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace vfmgr {

namespace {
constexpr Milliseconds kSlowLimit{5000};
// The first look back is soon, since most effects are there when the write returns; the last ones
// are rare.
constexpr Milliseconds kFirstPause{5};
constexpr Milliseconds kLongestPause{100};
}  // namespace

Value look(const Kernel& kernel,
           std::span<const std::span<const Attr>> tables,
           const Place& place) {
  const Attr* const attr = find_attr(tables, place);
  // Links and counts are never read, whatever the file behind them takes.
  if (attr == nullptr || !attr->slow_read || place.as == As::link || place.as == As::count) {
    return observe(kernel, place);
  }
  return observed(place,
                  std::move(kernel.read_slowly(std::array{file_of(place)}, kSlowLimit).front()));
}

Result<void> await_value(const Kernel& kernel,
                         std::span<const std::span<const Attr>> tables,
                         const Place& place,
                         const Value& expect,
                         Milliseconds limit,
                         const std::function<bool()>& ends) {
  const Milliseconds deadline = kernel.now() + limit;
  Milliseconds pause = kFirstPause;
  std::unique_ptr<Watch> watch;
  while (true) {
    const Value seen = look(kernel, tables, place);
    const bool reached = expect.match == Match::any ? !seen.absent() : expect.accepts(seen);
    if (reached) {
      return {};
    }
    const Milliseconds left = deadline - kernel.now();
    if (left <= Milliseconds::zero()) {
      return fail({.kind = seen.unreadable() ? ErrorKind::unreadable : ErrorKind::io,
                   .os_error = seen.unreadable() ? std::get<Unreadable>(seen.is).os_error : 0,
                   .subject = to_string(place),
                   .value = expect.text(),
                   .why = expect.match == Match::any ? std::string("it should be there, and is not")
                                                     : "it should read " + to_string(expect) +
                                                           " and reads " + to_string(seen)});
    }
    if (ends && ends()) {
      return fail(stopped());
    }
    if (watch == nullptr) {
      // Most is there at the first look, and nobody need listen. What happens between a look and
      // the first moment of listening is told to nobody: so one look more.
      watch = kernel.watch(place);
      continue;
    }
    const bool told = watch->wait(std::min(pause, left));
    pause = told ? pause : std::min(pause * 2, kLongestPause);
  }
}

}  // namespace vfmgr
