// SPDX-License-Identifier: Apache-2.0
#include "door/support/tree.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/attr.hpp"
#include "core/refusal.hpp"
#include "kernel/kernel.hpp"
#include "kernel/linux_kernel.hpp"
#include "pci/attrs.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ios>
#include <iterator>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace vfmgr::test {

namespace {

constexpr std::array kAnyErrno{Refusal{EINVAL, "not taken", ""}, Refusal{EBUSY, "busy", ""}};
constexpr std::string_view kOurs = "tests/door";
constexpr std::array kFree{
    Attr{.pattern = "free", .name = "free", .source = kOurs},
    Attr{.pattern = "free/{name}", .name = "free", .errnos = kAnyErrno, .source = kOurs},
    Attr{.pattern = "free/{name}/{name}", .name = "free", .errnos = kAnyErrno, .source = kOurs},
    Attr{.pattern = "readable/{name}", .name = "readable", .source = kOurs},
    Attr{.pattern = "module/toy_gpu/parameters/vfs", .name = "toy vfs", .source = kOurs},
    Attr{.in = In::dev, .pattern = "free/{name}", .name = "free", .source = kOurs},
    Attr{.in = In::config,
         .pattern = "{gpu}/{vf@42c-468}",
         .name = "register",
         .errnos = kAnyErrno,
         .source = kOurs},
    Attr{.in = In::config, .pattern = "{gpu}/420", .name = "shown", .source = kOurs},
    Attr{.in = In::module, .pattern = "{name}/file", .name = "module file", .source = kOurs},
    Attr{.in = In::amdsmi, .pattern = "{name}", .name = "free", .source = kOurs},
    Attr{.in = In::nvml,
         .pattern = "{gpu}/{name}",
         .name = "leaf",
         .errnos = kAnyErrno,
         .source = kOurs},
    Attr{.in = In::debug, .pattern = "free/{name}", .name = "free", .source = kOurs},
    Attr{.in = In::etc,
         .pattern = "free/{name}",
         .name = "free",
         .errnos = kAnyErrno,
         .source = kOurs},
    Attr{.in = In::program,
         .pattern = "usr/bin/{name}",
         .name = "program",
         .errnos = kAnyErrno,
         .source = kOurs}};
constexpr auto kOpenFolder =
    std::filesystem::perms::owner_all | std::filesystem::perms::group_read |
    std::filesystem::perms::group_exec | std::filesystem::perms::others_read |
    std::filesystem::perms::others_exec;
constexpr std::array<std::span<const Attr>, 2> kNamed{pci::kAttrs, kFree};

}  // namespace

Tree::Tree() {
  std::string name = (std::filesystem::temp_directory_path() / "vfmgr-tree-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no folder for a test tree");
  }
  root_ = name;
  std::filesystem::permissions(root_, kOpenFolder);
  folder("sys");
}

Tree::~Tree() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::filesystem::path Tree::file(const std::string& path, std::string_view bytes) const {
  std::filesystem::create_directories((root_ / path).parent_path());
  std::ofstream(root_ / path, std::ios::binary) << bytes;
  return root_ / path;
}

std::filesystem::path Tree::folder(const std::string& path) const {
  std::filesystem::create_directories(root_ / path);
  return root_ / path;
}

std::filesystem::path Tree::link(const std::string& path, const std::string& target) const {
  std::filesystem::create_directories((root_ / path).parent_path());
  std::filesystem::create_symlink(target, root_ / path);
  return root_ / path;
}

std::filesystem::path Tree::fifo(const std::string& path) const {
  std::filesystem::create_directories((root_ / path).parent_path());
  if (::mkfifo((root_ / path).c_str(), 0600) != 0) {
    throw std::runtime_error("no FIFO");
  }
  return root_ / path;
}

std::filesystem::path Tree::script(const std::string& path, std::string_view lines) const {
  const auto where = file(path, "#!/bin/sh\n" + std::string(lines));
  std::filesystem::permissions(where, kOpenFolder);
  return where;
}

std::string Tree::bytes_of(const std::string& path) const {
  std::ifstream in(root_ / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::unique_ptr<Kernel> Tree::door(const LinuxOptions& options) const {
  LinuxOptions own = options;
  own.root = root_;
  own.state = {.run = root_ / "run", .lib = root_ / "lib"};
  own.named = kNamed;
  auto kernel = open_linux_kernel(own);
  if (!kernel) {
    throw std::runtime_error(to_string(kernel.error()));
  }
  return std::move(*kernel);
}

Place free_place(const std::string& name) {
  return {.in = In::sys, .path = "free/" + name};
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    ::poll(nullptr, 0, 2);
  }
  return true;
}

bool has_children() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

}  // namespace vfmgr::test
