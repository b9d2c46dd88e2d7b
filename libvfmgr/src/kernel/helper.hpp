// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/fd.hpp"
#include "kernel/helper_message.hpp"

#include <sys/types.h>

#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace vfmgr {

/// Something that may block for ever, to be done by a helper process.
struct Errand {
  helper::Do what = helper::Do::write;
  const Place* place = nullptr;  ///< for messages
  int root = -1;                 ///< the handle that `path` lies below; not used by run
  std::string path;              ///< of the file, or of the program
  /// To write, or to ask; run: arguments, a NUL behind each; map: as in helper_message.hpp.
  std::string bytes;
};

/// What came of it.
struct Done {
  helper::Answer answer;
  std::string bytes;  ///< read, ask, map: what was read; run: the program's last words
};

/// The helper processes of one door: made when they are needed, used again, one errand at a time
/// each, and given up with an errand that does not come back. Why processes and not threads stands
/// in docs/decisions/0002-helper-process.md. Thread-safe.
class Helpers {
 public:
  Helpers() = default;
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  Helpers(Helpers&&) = delete;
  Helpers& operator=(Helpers&&) = delete;
  /// Helpers with nothing under way end at once; one that is stuck ends by itself when it comes
  /// back.
  ~Helpers();

  /// Descriptors that a helper holds, too, while a write or a program is under way in it.
  void keep(std::span<const int> descriptors);

  /// Errors: in_flight (past the limit; names the process), io (no helper could be made, it was
  /// killed, or the bytes are too many).
  Result<Done> run(const Errand& errand, Milliseconds limit);

  /// Does reads side by side, with one limit for all of them: a read that blocks holds up no other.
  /// Errors, each its own: unreadable with ETIMEDOUT, or with EIO where mapping ended the helper
  /// with SIGBUS; io.
  std::vector<Result<Done>> run_all(std::span<const Errand> errands, Milliseconds limit);

 private:
  struct Worker {
    pid_t pid = -1;
    Fd socket;
    std::vector<int> roots;  ///< handles that it has, by our numbers, in the order of its own
  };

  class Batch;

  Result<Worker> start(const Place& place);
  Result<Worker> idle_or_new(const Place& place);
  Result<Worker> send_to_worker(const Errand& errand);
  /// The locks and the errand. 0 or an errno.
  static int send_errand(Worker& worker, const Errand& errand, std::span<const int> kept);
  /// Takes the answer that is there, and the helper back.
  Result<Done> answer_of(Worker worker, const Errand& errand);
  /// Of a helper that ended over a register instead of answering: why.
  static Error ended_over(const Errand& errand, pid_t pid, Error error);
  void put_back(Worker worker);
  void give_up(Worker worker);
  void reap_given_up();

  std::mutex mutex_;
  std::vector<Worker> idle_;
  std::vector<pid_t> given_up_;  // not reaped yet
  std::vector<int> kept_;
};

}  // namespace vfmgr
