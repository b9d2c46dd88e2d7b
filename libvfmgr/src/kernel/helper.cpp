// SPDX-License-Identifier: Apache-2.0
#include "kernel/helper.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/deadline.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"
#include "kernel/helper_child.hpp"
#include "kernel/helper_message.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// As many as a helper has room for.
constexpr std::size_t kMostKept = 1000;

/// One message with descriptors. 0 or an errno.
int send_message(int socket, std::span<const char> bytes, std::span<const int> descriptors) {
  iovec part{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(helper::kMostDescriptors * sizeof(int))> control{};
  if (!descriptors.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

std::string message_of(helper::Request request, const Errand& errand) {
  request.what = errand.what;
  request.path_size = static_cast<std::uint32_t>(errand.path.size() + 1);
  request.byte_size = static_cast<std::uint32_t>(errand.bytes.size());
  std::string message(sizeof(request), '\0');
  std::memcpy(message.data(), &request, sizeof(request));
  message += errand.path;
  message += '\0';
  message += errand.bytes;
  return message;
}

/// What it writes, for messages; empty: nothing.
std::string written_by(const Errand& errand) {
  const bool writes = errand.what == helper::Do::write || errand.what == helper::Do::ask;
  return writes ? errand.bytes : std::string();
}

Result<Done> receive(int socket,
                     pid_t pid,  // NOLINT(misc-include-cleaner): <sys/types.h> has it
                     const Errand& errand) {
  // Not cleared: of a hundred kilobytes an answer mostly fills thirty bytes.
  std::array<char, helper::kMostMessage> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  ssize_t got = 0;
  do {
    got = ::recv(socket, bytes.data(), bytes.size(), 0);
  } while (got < 0 && errno == EINTR);
  Done done;
  if (got < static_cast<ssize_t>(sizeof(done.answer))) {
    return fail({.kind = ErrorKind::io,
                 .subject = to_string(*errand.place),
                 .value = written_by(errand),
                 .why = "the helper process " + std::to_string(pid) +
                        " was killed; whether the kernel did it is not known"});
  }
  std::memcpy(&done.answer, bytes.data(), sizeof(done.answer));
  done.bytes.assign(bytes.data() + sizeof(done.answer),
                    static_cast<std::size_t>(got) - sizeof(done.answer));
  return done;
}

/// The function of the kernel that a process sleeps in; empty where it does not tell.
std::string kernel_function_of(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/wchan";
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string name(128, '\0');
  const ssize_t got = fd ? ::read(fd.get(), name.data(), name.size()) : 0;
  name.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return name == "0" ? "" : name;
}

Error still_in_flight(const Errand& errand, pid_t pid, Milliseconds limit) {
  const std::string where = kernel_function_of(pid);
  return {.kind = ErrorKind::in_flight,
          .os_error = ETIMEDOUT,
          .subject = to_string(*errand.place),
          .value = written_by(errand),
          .why = "has not returned within " + std::to_string(limit.count()) + " ms: process " +
                 std::to_string(pid) + " waits" +
                 (where.empty() ? std::string() : " in the kernel's " + where),
          .help = "it may still act; nothing else should be written there until it has ended",
          .spot = {},
          .also = {}};
}

}  // namespace

int Helpers::send_errand(Worker& worker, const Errand& errand, std::span<const int> kept) {
  if (errand.what != helper::Do::write && errand.what != helper::Do::run) {
    kept = {};  // nobody need wait for a read
  }
  const helper::Request keep{};
  std::array<char, sizeof(keep)> head{};
  std::memcpy(head.data(), &keep, sizeof(keep));
  // What the errand's own message has no room for goes before it, beside its root's.
  while (kept.size() >= helper::kMostDescriptors) {
    const auto some = kept.first(helper::kMostDescriptors - 1);
    if (const int os_error = send_message(worker.socket.get(), head, some); os_error != 0) {
      return os_error;
    }
    kept = kept.subspan(some.size());
  }
  helper::Request request;
  std::vector<int> descriptors;
  if (errand.root >= 0) {
    const auto known = std::ranges::find(worker.roots, errand.root);
    request.root = static_cast<std::uint32_t>(known - worker.roots.begin());
    request.with_root = known == worker.roots.end() ? 1 : 0;
    if (request.with_root != 0) {
      descriptors.push_back(errand.root);
    }
  }
  descriptors.insert(descriptors.end(), kept.begin(), kept.end());
  const int os_error = send_message(worker.socket.get(), message_of(request, errand), descriptors);
  if (os_error == 0 && request.with_root != 0) {
    worker.roots.push_back(errand.root);
  }
  return os_error;
}

Helpers::~Helpers() {
  std::vector<Worker> idle = std::exchange(idle_, {});
  for (Worker& worker : idle) {
    worker.socket = Fd();  // it sees the end and ends
  }
  for (const Worker& worker : idle) {
    while (::waitpid(worker.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  reap_given_up();
}

void Helpers::keep(std::span<const int> descriptors) {
  const std::lock_guard lock(mutex_);
  kept_.assign(descriptors.begin(), descriptors.end());
}

void Helpers::reap_given_up() {
  std::erase_if(given_up_, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
}

Result<Helpers::Worker> Helpers::start(const Place& place) {
  std::array<int, 2> pair{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return fail(kernel_error(place, errno));
  }
  Fd ours(pair[0]);
  const Fd low(pair[1]);
  // Not among the standard three, which the helper fills anew.
  const Fd theirs(
      ::fcntl(low.get(), F_DUPFD_CLOEXEC, 3));  // NOLINT(cppcoreguidelines-pro-type-vararg)
  if (!theirs) {
    return fail(kernel_error(place, errno));
  }
  // Blocked before the fork, and for good: no handler of this program ever runs in the helper, and
  // Ctrl-C does not reach a write that is under way.
  sigset_t all{};
  sigset_t before{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::_Fork();
  if (pid == 0) {
    helper::serve(theirs.get());
  }
  const int os_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    return fail(kernel_error(place, os_error));
  }
  return Worker{.pid = pid, .socket = std::move(ours), .roots = {}};
}

Result<Helpers::Worker> Helpers::idle_or_new(const Place& place) {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Worker worker = std::move(idle_.back());
      idle_.pop_back();
      return worker;
    }
    reap_given_up();
  }
  return start(place);
}

void Helpers::put_back(Worker worker) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(worker));
}

void Helpers::give_up(Worker worker) {
  worker.socket = Fd();
  const std::lock_guard lock(mutex_);
  given_up_.push_back(worker.pid);
  reap_given_up();
}

Result<Helpers::Worker> Helpers::send_to_worker(const Errand& errand) {
  std::vector<int> kept;
  {
    const std::lock_guard lock(mutex_);
    kept = kept_;
  }
  const std::size_t size = sizeof(helper::Request) + errand.path.size() + 1 + errand.bytes.size();
  if (size > helper::kMostMessage || kept.size() > kMostKept) {
    return fail(kernel_error(*errand.place, E2BIG, errand.bytes));
  }
  // Twice: an idle helper may have been killed, and nothing was begun in it.
  for (bool last = false;; last = true) {
    TRY(Worker worker, idle_or_new(*errand.place));
    const int os_error = send_errand(worker, errand, kept);
    if (os_error == 0) {
      return worker;
    }
    give_up(std::move(worker));
    if (last || os_error != EPIPE) {
      return fail(kernel_error(*errand.place, os_error, errand.bytes));
    }
  }
}

Error Helpers::ended_over(const Errand& errand, pid_t pid, Error error) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS) {
    // kernfs takes the mapping away with its device, and a fault there is SIGBUS (fs/kernfs/file.c:
    // kernfs_unlink_open_file and kernfs_vma_fault); some machines have it of a device that fell
    // off its bus, too.
    error = kernel_error(*errand.place, EIO);
    error.kind = ErrorKind::unreadable;
    error.why = "nobody answers there any more (SIGBUS): the device was removed";
  }
  return error;
}

Result<Done> Helpers::answer_of(Worker worker, const Errand& errand) {
  auto done = receive(worker.socket.get(), worker.pid, errand);
  if (done) {
    put_back(std::move(worker));
  } else if (errand.what == helper::Do::map) {
    worker.socket = Fd();
    done = fail(ended_over(errand, worker.pid, std::move(done.error())));
  } else {
    give_up(std::move(worker));
  }
  return done;
}

Result<Done> Helpers::run(const Errand& errand, Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  TRY(Worker worker, send_to_worker(errand));
  pollfd asked{.fd = worker.socket.get(), .events = POLLIN, .revents = 0};
  if (poll_until(std::span(&asked, 1), deadline) == 0) {
    Error error = still_in_flight(errand, worker.pid, limit);
    give_up(std::move(worker));
    return fail(std::move(error));
  }
  return answer_of(std::move(worker), errand);
}

}  // namespace vfmgr
