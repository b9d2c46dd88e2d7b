// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml_turns.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/deadline.hpp"
#include "kernel/errors.hpp"
#include "kernel/nvml_session.hpp"

#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace vfmgr::nvml {

struct Turns::Job {
  Progress progress = nullptr;
  std::optional<Result<std::string>> result;  // under the mutex
  bool given_up = false;                      // under the mutex
};

struct Turns::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Job> running;

  void end_of_turn(const std::shared_ptr<Job>& job, std::optional<Result<std::string>> result) {
    const std::lock_guard lock(mutex);
    job->result = std::move(result);
    running = nullptr;
    changed.notify_all();
  }
};

namespace {

std::string where_of(const Progress& progress) {
  const char* const function = progress.load();
  return ": process " + std::to_string(::getpid()) + " is in " +
         (function == nullptr ? "NVIDIA's library" : function);
}

Error not_returned(const Place& place, Turns::As as, std::string why) {
  Error error = kernel_error(place, ETIMEDOUT);
  error.kind = as == Turns::As::write ? ErrorKind::in_flight : ErrorKind::unreadable;
  error.why = std::move(why);
  if (as == Turns::As::write) {
    error.help = "it may still act; nothing else should be written there until it has ended";
  }
  return error;
}

Error not_begun(const Place& place, Turns::As as) {
  std::string why = "an earlier call of NVIDIA's library has not returned";
  if (as == Turns::As::read) {
    return not_returned(place, as, std::move(why));
  }
  Error error = kernel_error(place, EBUSY);
  error.why = std::move(why) + ", so this one was not begun";
  return error;
}

}  // namespace

Turns::Turns() : shared_(std::make_shared<Shared>()) {}

Result<std::string> Turns::run(const Place& place, As as, Milliseconds limit, Work work) const {
  const auto job = std::make_shared<Job>();
  if (!take_turn(job, limit)) {
    return fail(not_begun(place, as));
  }
  if (!start(job, std::move(work))) {
    shared_->end_of_turn(job, std::nullopt);
    return fail(kernel_error(place, EAGAIN));
  }
  if (!ended(job, limit)) {
    return fail(not_returned(place,
                             as,
                             "has not returned within " + std::to_string(limit.count()) + " ms" +
                                 where_of(job->progress)));
  }
  return std::move(*job->result);
}

bool Turns::take_turn(const std::shared_ptr<Job>& job, Milliseconds limit) const {
  const auto deadline = Clock::now() + limit;
  const auto is_free = [this] { return shared_->running == nullptr; };
  std::unique_lock lock(shared_->mutex);
  // Who waits for the call before ours gives it up in the end, so this ends, too.
  while (!shared_->changed.wait_until(lock, deadline, is_free)) {
    if (shared_->running->given_up) {
      return false;
    }
    shared_->changed.wait(lock);
  }
  shared_->running = job;
  return true;
}

bool Turns::start(const std::shared_ptr<Job>& job, Work work) const {
  // No handler of this program ever runs in the middle of a call.
  sigset_t all{};
  sigset_t before{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    std::thread([shared = shared_, job, work = std::move(work)]() mutable {
      Result<std::string> result = work(job->progress);
      work = nullptr;  // what it kept open is closed before anybody hears of its end
      shared->end_of_turn(job, std::move(result));
    }).detach();
  } catch (const std::system_error&) {
    started = false;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

bool Turns::ended(const std::shared_ptr<Job>& job, Milliseconds limit) const {
  std::unique_lock lock(shared_->mutex);
  const bool has_ended = shared_->changed.wait_until(
      lock, Clock::now() + limit, [&job] { return job->result.has_value(); });
  if (!has_ended) {
    job->given_up = true;
    shared_->changed.notify_all();
  }
  return has_ended;
}

}  // namespace vfmgr::nvml
