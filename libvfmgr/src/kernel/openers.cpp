// SPDX-License-Identifier: Apache-2.0
#include "kernel/openers.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "kernel/beneath.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"
#include "kernel/files.hpp"
#include "kernel/kernel.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// include/linux/proc_ns.h: PROC_PID_INIT_INO, the inode of the first PID namespace.
constexpr std::string_view kFirstPidNamespace = "pid:[4026531836]";
// drivers/vfio/group.c:vfio_device_open_file
constexpr std::string_view kVfioDevice = "anon_inode:[vfio-device]";

using Device = std::pair<unsigned, unsigned>;  // major, minor

Place in_proc(std::string path) {
  return {.in = In::proc, .path = std::move(path)};
}

bool is_number(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// The time since a process was started: field 22 of proc(5) stat, behind a name that may hold
/// blanks and brackets, in clock ticks since boot.
std::optional<Milliseconds> age_of(std::string_view stat, std::string_view uptime) {
  constexpr int kStartedAt = 22;
  constexpr int kFirstAfterName = 3;
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view rest = stat.substr(name_end + 2);
  for (int field = kFirstAfterName; field < kStartedAt; ++field) {
    rest = rest.substr(std::min(rest.find(' '), rest.size() - 1) + 1);
  }
  const auto ticks = decimal(rest.substr(0, rest.find(' ')));
  const auto seconds = decimal(uptime.substr(0, uptime.find('.')));
  const long per_second = ::sysconf(_SC_CLK_TCK);
  if (!ticks || !seconds || per_second <= 0) {
    return std::nullopt;
  }
  const std::uint64_t started = *ticks / static_cast<std::uint64_t>(per_second);
  return Milliseconds(1000 * (*seconds - std::min(*seconds, started)));
}

/// One look into all processes.
class Scan {
 public:
  Scan(const Files& files, std::span<const Place> nodes) : files_(&files) {
    for (const Place& node : nodes) {
      take_node(node);
    }
  }

  Openers run() {
    if (nodes_.empty()) {
      return std::move(found_);
    }
    const auto names = files_->list(in_proc("."));
    const auto space = files_->link(in_proc("self/ns/pid"));
    if (!names) {
      found_.unseen.push_back("/proc can't be read: " + names.error().why);
      return std::move(found_);
    }
    if (!space || *space != kFirstPidNamespace) {
      found_.unseen.emplace_back("this is not the host's PID namespace");
    } else if (std::ranges::find(*names, "1") == names->end()) {
      found_.unseen.emplace_back("/proc hides other users' processes (hidepid)");
    }
    std::vector<int> pids;
    for (const std::string& name : *names) {
      if (const auto pid = is_number(name) ? decimal(name) : std::nullopt; pid && *pid <= INT_MAX) {
        pids.push_back(static_cast<int>(*pid));
      }
    }
    std::ranges::sort(pids);
    for (const int pid : pids) {
      look_into(pid);
    }
    if (closed_ > 0) {
      found_.unseen.push_back(
          fmt::format("{} {} can't be looked into (that takes root with CAP_SYS_PTRACE)",
                      closed_,
                      closed_ == 1 ? "process" : "processes"));
    }
    return std::move(found_);
  }

 private:
  void take_node(const Place& node) {
    const auto fd = files_->open_node(node, O_PATH);
    if (!fd) {
      if (fd.error().os_error != ENOENT) {
        found_.unseen.push_back("/dev/" + node.path + ": " + fd.error().why);
      }
      return;
    }
    struct stat what{};
    if (::fstat(fd->get(), &what) == 0 && (S_ISCHR(what.st_mode) || S_ISBLK(what.st_mode))) {
      nodes_.insert({Device{major(what.st_rdev), minor(what.st_rdev)}, node});
    }
  }

  void look_into(int pid) {
    const Place folder = in_proc(fmt::format("{}/fd", pid));
    const auto names = files_->list(folder);
    const auto fd = files_->open_node(folder, O_PATH | O_DIRECTORY);
    if (!names || !fd) {
      // ENOENT, ESRCH: it has ended since.
      const bool closed = !names && names.error().kind == ErrorKind::not_permitted;
      closed_ += closed ? 1 : 0;
      return;
    }
    bool vfio_device = false;
    bool vfio_group = false;
    for (const std::string& name : *names) {
      std::array<char, PATH_MAX> target{};
      const ssize_t length = ::readlinkat(fd->get(), name.c_str(), target.data(), target.size());
      if (length < 0) {
        if (errno == EACCES || errno == EPERM) {
          ++closed_;
          return;
        }
        continue;
      }
      const std::string_view link(target.data(), static_cast<std::size_t>(length));
      vfio_device = vfio_device || link == kVfioDevice;
      vfio_group = vfio_group || link.starts_with("/dev/vfio/");
      if (link.starts_with('/')) {
        note_device(pid, fd->get(), name);
      }
    }
    if (vfio_device && !vfio_group) {
      found_.unseen.push_back(
          fmt::format("process {} has a vfio device open, and nothing tells which", pid));
    }
  }

  void note_device(int pid, int folder, const std::string& name) {
    struct statx what{};
    // What is behind the link may lie on a server that does not answer; a node's type and number
    // are known without asking it.
    if (::statx(folder, name.c_str(), AT_STATX_DONT_SYNC, STATX_TYPE, &what) != 0 ||
        !(S_ISCHR(what.stx_mode) || S_ISBLK(what.stx_mode))) {
      return;
    }
    const auto node = nodes_.find(Device{what.stx_rdev_major, what.stx_rdev_minor});
    const bool seen =
        node == nodes_.end() || std::ranges::any_of(found_.seen, [&](const Opener& one) {
          return one.pid == pid && one.node == node->second;
        });
    if (seen) {
      return;
    }
    const auto text = [&](std::string_view file) {
      return files_->read(in_proc(fmt::format("{}/{}", pid, file))).value_or("");
    };
    std::string command = text("comm");
    command.erase(std::ranges::find(command, '\n'), command.end());
    found_.seen.push_back(
        {.pid = pid,
         .node = node->second,
         .command = std::move(command),
         .arguments = text("cmdline"),
         .cgroup = text("cgroup"),
         .age = age_of(text("stat"), files_->read(in_proc("uptime")).value_or(""))});
  }

  const Files* files_;
  std::map<Device, Place> nodes_;
  int closed_ = 0;
  Openers found_;
};

}  // namespace

Openers find_openers(const Files& files, std::span<const Place> nodes) {
  return Scan(files, nodes).run();
}

}  // namespace vfmgr
