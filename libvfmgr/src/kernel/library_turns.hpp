// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/fd.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

/// The function that a call is in, for whoever waits for it; nullptr: in none.
using Progress = std::atomic<const char*>;

/// Calls of a vendor's library: one at a time, each in a thread of its own that can be left behind.
/// Why threads and not helper processes stands in docs/decisions/0006-nvml-in-the-process.md.
/// Thread-safe; may end before a call that was given up does.
class LibraryTurns {
 public:
  /// Must own what it uses: it may outlive its caller.
  using Work = std::move_only_function<Result<std::string>(Progress&)>;

  /// How a call is told of that did not come back, or could not begin.
  enum class As { read, write };

  /// "NVIDIA's library", for words.
  explicit LibraryTurns(std::string library);

  /// Descriptors of locks: a write that outlives its limit keeps them until it ends.
  void keep(std::span<const int> descriptors);

  /// Waits for its turn and does the work. The limit counts from the turn: calls that come to their
  /// end hold up nobody's but their own. Errors: the work's; past the limit unreadable with
  /// ETIMEDOUT (read), in_flight (write); behind a call that is past its own limit unreadable with
  /// ETIMEDOUT (read), io with EBUSY (write: it was not begun); EAGAIN (no thread could be made);
  /// those of copying the locks' descriptors.
  Result<std::string> run(const Place& place, As as, Milliseconds limit, Work work) const;

 private:
  struct Shared;
  struct Job;

  [[nodiscard]] bool take_turn(const std::shared_ptr<Job>& job, Milliseconds limit) const;
  [[nodiscard]] bool start(const std::shared_ptr<Job>& job, Work work, std::vector<Fd> locks) const;
  [[nodiscard]] bool ended(const std::shared_ptr<Job>& job, Milliseconds limit) const;

  [[nodiscard]] Result<std::vector<Fd>> copies_of_locks(const Place& place) const;

  std::string library_;
  std::shared_ptr<Shared> shared_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<int> kept_;
};

}  // namespace vfmgr
