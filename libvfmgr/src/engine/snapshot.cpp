// SPDX-License-Identifier: Apache-2.0
#include "engine/snapshot.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"

#include <cerrno>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

template <class T, class Look>
Result<T> Snapshot::remembered(Answers<T>& answers, const Place& place, const Look& look) const {
  const std::scoped_lock lock(mutex_);
  auto found = answers.find(place);
  if (found == answers.end()) {
    found = answers.emplace(place, look()).first;
  }
  return found->second.result();
}

Result<std::string> Snapshot::read(const Place& place) const {
  return remembered(texts_, place, [&] { return kernel_->read(place); });
}

Result<std::string> Snapshot::link(const Place& place) const {
  Place key = place;
  key.as = As::link;
  return remembered(texts_, key, [&] { return kernel_->link(place); });
}

Result<std::vector<std::string>> Snapshot::list(const Place& place) const {
  return remembered(lists_, place, [&] { return kernel_->list(place); });
}

std::vector<Result<std::string>> Snapshot::read_slowly(std::span<const Place> places,
                                                       Milliseconds limit) const {
  const std::scoped_lock lock(mutex_);
  std::vector<Place> unread;
  for (const Place& place : places) {
    if (!texts_.contains(place)) {
      unread.push_back(place);
    }
  }
  if (!unread.empty()) {
    auto read = kernel_->read_slowly(unread, limit);
    for (std::size_t at = 0; at < unread.size(); ++at) {
      texts_.emplace(unread[at], std::move(read[at]));
    }
  }
  std::vector<Result<std::string>> texts;
  texts.reserve(places.size());
  for (const Place& place : places) {
    texts.push_back(texts_.at(place).result());
  }
  return texts;
}

Result<void> Snapshot::write(const Place& place,
                             std::string_view /*bytes*/,
                             Blocking /*blocking*/,
                             Milliseconds /*limit*/) {
  return fail({.kind = ErrorKind::not_permitted,
               .os_error = EROFS,
               .subject = to_string(place),
               .why = "a look does not write"});
}

Result<std::unique_ptr<Hold>> Snapshot::hold(const Place& node) {
  return fail({.kind = ErrorKind::not_permitted,
               .os_error = EROFS,
               .subject = to_string(node),
               .why = "a look holds nothing"});
}

}  // namespace vfmgr
