// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/deadline.hpp"
#include "kernel/helper.hpp"
#include "kernel/helper_message.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

// Many reads with one limit. Most come back in microseconds, and one helper does them one after the
// other; one that blocks costs its helper, and the next read goes to another.
namespace vfmgr {

namespace {

// A read that is not back after this is taken for one that blocks.
constexpr Milliseconds kPatience{5};
// So many blocked ones at a time and no more: each is a process.
constexpr std::size_t kMostReaders = 64;

Error never_came_back(const Errand& errand) {
  return {.kind = ErrorKind::unreadable,
          .os_error = ETIMEDOUT,
          .subject = to_string(*errand.place),
          .value = {},
          .why = errand.what == helper::Do::map
                     ? "reading it has not returned in time: its device does not answer"
                     : "reading it has not returned in time: somebody is changing it",
          .help = {},
          .spot = {},
          .also = {}};
}

}  // namespace

/// One run of run_all.
class Helpers::Batch {
 public:
  Batch(Helpers& helpers, std::span<const Errand> errands, Clock::time_point deadline)
      : helpers_(helpers), errands_(errands), deadline_(deadline) {
    results_.reserve(errands.size());
    for (const Errand& errand : errands) {
      results_.emplace_back(fail(never_came_back(errand)));
    }
  }

  std::vector<Result<Done>> run() {
    hand_out();
    while (!busy_.empty() && (collect() || Clock::now() < deadline_)) {
      hand_out();
    }
    for (Busy& late : busy_) {
      helpers_.give_up(std::move(late.worker));
    }
    return std::move(results_);
  }

 private:
  struct Busy {
    Worker worker;
    std::size_t errand = 0;
  };

  [[nodiscard]] bool may_hand_out() const {
    return next_ < errands_.size() && busy_.size() < kMostReaders;
  }

  /// Gives one helper the next errand that can be given; those that can't have failed at once.
  void hand_out() {
    while (may_hand_out()) {
      const std::size_t errand = next_++;
      auto worker = helpers_.send_to_worker(errands_[errand]);
      if (worker) {
        busy_.push_back({.worker = std::move(*worker), .errand = errand});
        return;
      }
      results_[errand] = fail(std::move(worker.error()));
    }
  }

  /// Waits for answers, as long as it makes sense to. Whether any came.
  bool collect() {
    std::vector<pollfd> sockets;
    sockets.reserve(busy_.size());
    for (const Busy& one : busy_) {
      sockets.push_back({.fd = one.worker.socket.get(), .events = POLLIN, .revents = 0});
    }
    const auto until = may_hand_out() ? std::min(deadline_, Clock::now() + kPatience) : deadline_;
    if (poll_until(sockets, until) == 0) {
      return false;
    }
    for (std::size_t i = sockets.size(); i-- > 0;) {
      if (sockets[i].revents != 0) {
        Busy one = std::move(busy_[i]);
        busy_.erase(busy_.begin() + static_cast<std::ptrdiff_t>(i));
        results_[one.errand] = helpers_.answer_of(std::move(one.worker), errands_[one.errand]);
      }
    }
    return true;
  }

  Helpers& helpers_;
  std::span<const Errand> errands_;
  Clock::time_point deadline_;
  std::vector<Result<Done>> results_;
  std::vector<Busy> busy_;
  std::size_t next_ = 0;
};

std::vector<Result<Done>> Helpers::run_all(std::span<const Errand> errands, Milliseconds limit) {
  return Batch(*this, errands, Clock::now() + limit).run();
}

}  // namespace vfmgr
