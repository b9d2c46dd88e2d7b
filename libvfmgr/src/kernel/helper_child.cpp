// SPDX-License-Identifier: Apache-2.0
#include "kernel/helper_child.hpp"

#include "kernel/beneath.hpp"
#include "kernel/helper_message.hpp"
#include "kernel/mapped.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>

// Only async-signal-safe calls from here on (signal-safety(7)), and system calls: the process that
// was forked may have had threads, whose locks nobody will ever release here.
namespace vfmgr::helper {

namespace {

constexpr std::size_t kMostKept = 1024;
constexpr std::size_t kMostArguments = 256;
constexpr std::size_t kSaid = 512;  // how much of a program's last words is handed back

/// All that a helper needs, in pages of its own: the stack it was forked on may be a small one.
struct Memory {
  alignas(Request) std::array<char, kMostMessage> request;
  alignas(Answer) std::array<char, kMostMessage> answer;
  std::array<int, kMostKept> kept;
  std::size_t kept_count;
  std::array<int, kMostRoots> roots;
  std::size_t root_count;
  std::array<char*, kMostArguments + 1> arguments;
};

void close_range_of(unsigned first, unsigned last) noexcept {
  if (first <= last) {
    ::syscall(SYS_close_range, first, last, 0U);
  }
}

/// Lets go of all that was inherited: a helper that is stuck must keep nothing of its parent's
/// alive: no lock, no pipe that somebody reads to its end, no folder that is to be unmounted.
void leave_parent(int socket) noexcept {
  ::setsid();
  ::prctl(PR_SET_NAME, "vfmgr-helper");
  const auto own = static_cast<unsigned>(socket);
  close_range_of(3, own - 1);
  close_range_of(own + 1, UINT_MAX);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const int null = ::open("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; ++standard) {
    if (null >= 0) {
      ::dup2(null, standard);
    } else {
      ::close(standard);
    }
  }
  if (null > 2) {
    ::close(null);
  }
  static_cast<void>(::chdir("/") == 0);
}

void let_go(Memory& memory) noexcept {
  for (std::size_t i = 0; i < memory.kept_count; ++i) {
    ::close(memory.kept.at(i));
  }
  memory.kept_count = 0;
}

/// Takes the descriptors that came with a message. The first of them is a root's, if it says so.
void take(Memory& memory, msghdr& message, bool with_root) noexcept {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      if (with_root && memory.root_count < memory.roots.size()) {
        memory.roots.at(memory.root_count++) = fd;
        with_root = false;
      } else if (memory.kept_count < memory.kept.size()) {
        memory.kept.at(memory.kept_count++) = fd;
      } else {
        ::close(fd);
      }
    }
  }
}

bool parent_is_gone(int socket) noexcept {
  pollfd asked{.fd = socket, .events = 0, .revents = 0};
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLHUP | POLLERR)) != 0;
}

Answer do_read(
    Do what, int root, const char* path, std::span<char> into, std::size_t& length) noexcept {
  const int fd = open_beneath(root, path, O_RDONLY | O_NOCTTY);
  if (fd < 0) {
    return {.result = fd};
  }
  const std::int64_t got = what == Do::look ? read_once(fd, into) : read_all(fd, into);
  ::close(fd);
  if (got == static_cast<std::int64_t>(into.size())) {
    return {.result = -EFBIG};
  }
  length = got < 0 ? 0 : static_cast<std::size_t>(got);
  return {.result = got};
}

Answer do_map(int root,
              const char* path,
              std::span<const char> bytes,
              std::span<char> into,
              std::size_t& length) noexcept {
  Dword dword;
  if (bytes.size() != sizeof(dword)) {
    return {.result = -EINVAL};
  }
  std::memcpy(&dword, bytes.data(), sizeof(dword));
  const std::int64_t got = read_register(root, path, dword, into);
  length = got < 0 ? 0 : static_cast<std::size_t>(got);
  return {.result = got};
}

/// In the program's process: ordinary signals, nothing but the three standard descriptors.
[[noreturn]] void become(const char* program, char* const* arguments, int said, int tell) noexcept {
  static constexpr std::array<const char*, 3> kEnvironment{
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", nullptr};
  for (int number = 1; number < NSIG; ++number) {
    ::signal(number, SIG_DFL);
  }
  sigset_t none{};
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);  // NOLINT(concurrency-mt-unsafe): no thread here
  if (said >= 0) {
    ::dup2(said, STDERR_FILENO);
  }
  ::execve(program, arguments, const_cast<char* const*>(kEnvironment.data()));
  const int os_error = errno;
  static_cast<void>(::write(tell, &os_error, sizeof(os_error)) > 0);
  ::_exit(127);
}

/// Cuts the block of arguments into argv. False: too many, or the last one has no end.
bool cut_arguments(std::span<char> block, Memory& memory) noexcept {
  std::size_t count = 0;
  for (std::size_t at = 0; at < block.size();) {
    const void* const end = std::memchr(block.data() + at, '\0', block.size() - at);
    if (end == nullptr || count == kMostArguments) {
      return false;
    }
    memory.arguments.at(count++) = block.data() + at;
    at = static_cast<std::size_t>(static_cast<const char*>(end) - block.data()) + 1;
  }
  memory.arguments.at(count) = nullptr;
  return count > 0;
}

Answer do_run(const char* program, Memory& memory, std::span<char> into, std::size_t& length) {
  std::array<int, 2> failed{-1, -1};
  if (::pipe2(failed.data(), O_CLOEXEC) != 0) {
    return {.result = -errno};
  }
  // A file, not a pipe: a daemon that the program leaves behind may keep it open for ever.
  const int said = ::memfd_create("vfmgr-said", MFD_CLOEXEC);
  const pid_t child = ::_Fork();  // NOLINT(misc-include-cleaner): <sys/types.h> has it
  if (child == 0) {
    become(program, memory.arguments.data(), said, failed[1]);
  }
  Answer answer{.result = child < 0 ? -errno : 0};
  ::close(failed[1]);
  int os_error = 0;
  if (child > 0 && ::read(failed[0], &os_error, sizeof(os_error)) == sizeof(os_error)) {
    answer.result = -os_error;
  }
  ::close(failed[0]);
  while (child > 0 && ::waitpid(child, &answer.wait_status, 0) < 0 && errno == EINTR) {
  }
  const off_t end = said < 0 ? 0 : ::lseek(said, 0, SEEK_END);
  const std::size_t room = kSaid < into.size() ? kSaid : into.size();
  const off_t from = end > static_cast<off_t>(room) ? end - static_cast<off_t>(room) : 0;
  const ssize_t got = said < 0 ? 0 : ::pread(said, into.data(), room, from);
  length = got > 0 ? static_cast<std::size_t>(got) : 0;
  if (said >= 0) {
    ::close(said);
  }
  return answer;
}

/// Does what the message in memory.request asks for. The number of answer bytes behind the head.
std::size_t obey(Memory& memory, std::size_t size) noexcept {
  Request request;
  std::memcpy(&request, memory.request.data(), sizeof(request));
  std::size_t length = 0;
  Answer answer{.result = -EINVAL};
  const std::size_t whole =
      sizeof(request) + std::size_t{request.path_size} + std::size_t{request.byte_size};
  if (whole == size && request.path_size > 0) {
    char* const path = memory.request.data() + sizeof(request);
    path[request.path_size - 1] = '\0';
    const std::span<char> bytes(path + request.path_size, request.byte_size);
    const std::span<char> into = std::span<char>(memory.answer).subspan(sizeof(answer));
    const int root = request.root < memory.root_count ? memory.roots.at(request.root) : -1;
    if (request.what == Do::write) {
      answer.result = write_once(root, path, bytes);
    } else if (request.what == Do::ask) {
      answer.result = ask_once(root, path, bytes, into, length);
    } else if (request.what == Do::read || request.what == Do::look) {
      answer = do_read(request.what, root, path, into, length);
    } else if (request.what == Do::map) {
      answer = do_map(root, path, bytes, into, length);
    } else if (request.what == Do::run && cut_arguments(bytes, memory)) {
      answer = do_run(path, memory, into, length);
    }
  }
  std::memcpy(memory.answer.data(), &answer, sizeof(answer));
  return length;
}

/// One message. False: the other end is gone.
bool serve_one(int socket, Memory& memory) noexcept {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control;
  iovec part{.iov_base = memory.request.data(), .iov_len = memory.request.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < static_cast<ssize_t>(sizeof(Request))) {
    return false;
  }
  Request request;
  std::memcpy(&request, memory.request.data(), sizeof(request));
  take(memory, message, request.with_root != 0);
  if (request.what == Do::keep) {
    return true;
  }
  // Who asked is dead, or has given this helper up: what has not begun is not begun any more.
  if (parent_is_gone(socket)) {
    return false;
  }
  const std::size_t length = obey(memory, static_cast<std::size_t>(got));
  // The locks go before the answer: who hears that a write is done finds nobody holding them.
  let_go(memory);
  return ::send(socket, memory.answer.data(), sizeof(Answer) + length, MSG_NOSIGNAL) >= 0;
}

}  // namespace

void serve(int socket) noexcept {
  leave_parent(socket);
  void* const pages =
      ::mmap(nullptr, sizeof(Memory), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    ::_exit(1);
  }
  auto& memory = *static_cast<Memory*>(pages);
  while (serve_one(socket, memory)) {
  }
  ::_exit(0);
}

}  // namespace vfmgr::helper
