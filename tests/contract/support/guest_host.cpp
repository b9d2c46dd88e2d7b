// SPDX-License-Identifier: Apache-2.0
#include "contract/support/guest_host.hpp"

#include "vfmgr/result.hpp"

#include "contract/support/case.hpp"
#include "contract/support/given_writes.hpp"
#include "core/try.hpp"
#include "kernel/fd.hpp"
#include "sim/kernel_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBridgeModule = "/modules/vfbridge.ko";
/// The modules of tests/vm/module/toy.c, and those that cases bind to.
constexpr std::array<std::string_view, 12> kDrivers{"simple",
                                                    "twin",
                                                    "limited",
                                                    "fewer",
                                                    "refusing",
                                                    "clinging",
                                                    "callback_free",
                                                    "failing",
                                                    "deferring",
                                                    "late",
                                                    "vfio_pci",
                                                    "pci_pf_stub"};
/// The ids, the class and the VFs' BAR of the simulator's plain GPU (libvfmgr/models/plain.toml).
constexpr std::string_view kPlainGpu =
    "vendor=0x1234,device=0x0d00,vf-device=0x0d01,class=0x038000,vfs=8,vf-bar=16m";

bool is_loaded(std::string_view module) {
  return fs::exists(fs::path("/sys/module") / module);
}

/// Runs a program; what it prints is the reason where it fails.
Result<void> run(std::vector<std::string> words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail({.kind = ErrorKind::io, .os_error = errno, .subject = words.front()});
  }
  const Fd said(ends[0]);
  Fd says(ends[1]);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, says.get(), STDERR_FILENO);
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int spawned =
      ::posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  says = Fd();
  if (spawned != 0) {
    return fail({.kind = ErrorKind::io, .os_error = spawned, .subject = words.front()});
  }
  std::string text;
  std::array<char, 512> buffer{};
  for (ssize_t got = 0; (got = ::read(said.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) {
    return fail({.kind = ErrorKind::io,
                 .subject = words.front(),
                 .value = words.back(),
                 .why = text.empty() ? fmt::format("status {}", status) : text});
  }
  return {};
}

Result<void> unload(std::string_view module) {
  return is_loaded(module) ? run({"rmmod", std::string(module)}) : Result<void>{};
}

/// One word of a layout for what a PF is given. Empty: it is nothing of the kind.
std::string pf_word(const std::string& what, const std::string& value) {
  if (what == "offset" || what == "stride") {
    return fmt::format(",{0}={1},plain-{0}={1}", what, value);
  }
  if (what == "initial-vfs") {
    return ",initial=" + value;
  }
  return what == "groups" && value == "shared" ? ",acs=0" : std::string{};
}

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string link_text(const fs::path& path) {
  std::error_code none;
  return fs::read_symlink(path, none).string();
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

std::string function_text(const fs::path& function) {
  static constexpr std::array<std::string_view, 8> kFiles{"sriov_numvfs",
                                                          "sriov_totalvfs",
                                                          "sriov_offset",
                                                          "sriov_stride",
                                                          "sriov_drivers_autoprobe",
                                                          "driver_override",
                                                          "resource",
                                                          "class"};
  std::string text = function.string() + " -> " + link_text(function) + "\n";
  for (const std::string_view name : kFiles) {
    text += fmt::format("  {} = {}\n", name, file_text(function / name));
  }
  for (const std::string& name : names_in(function)) {
    if (fs::is_symlink(function / name)) {
      text += fmt::format("  {} -> {}\n", name, link_text(function / name));
    }
  }
  return text;
}

}  // namespace

Result<std::string> layout_of(const Case& story) {
  std::string pf(kPlainGpu);
  std::uint64_t spare = 0;
  std::string bridge = "bus=0x40";
  for (const Given& given : story.givens) {
    const std::string& what = given.words.front().text;
    const std::string value = given.words.size() > 1 ? given.words[1].text : std::string{};
    const std::string word = pf_word(what, value);
    pf += word;
    if (what == "no-window") {
      bridge += ",window=64m";  // less than what all VFs' BARs need
    } else if (what == "no-iommu") {
      bridge += ",domain=1";  // the IOMMU of the guest's machine is of domain 0
    } else if (what == "spare-buses") {
      const auto number = sim::stored_number(value);
      if (!number) {
        return fail({.kind = ErrorKind::invalid, .value = value, .why = "how many bus numbers?"});
      }
      spare = *number;
    } else if (word.empty() && !is_written(what)) {
      return fail({.kind = ErrorKind::invalid, .value = what, .why = "no host is made with that"});
    }
  }
  return fmt::format(
      "{},port-buses={},buses={};{};{}", bridge, 1 + spare, 1 + (2 * (1 + spare)), pf, kPlainGpu);
}

bool has_test_modules() {
  return fs::exists(kBridgeModule);
}

Result<void> remake_host(const std::string& layout) {
  TRY_VOID(unload("vfbridge"));
  for (const std::string_view driver : kDrivers) {
    TRY_VOID(unload(driver));
  }
  TRY_VOID(run({"insmod", std::string(kBridgeModule), "layout=" + layout}));
  TRY_VOID(run({"modprobe", "vfio-pci"}));
  return run({"modprobe", "simple"});
}

std::string host_text() {
  std::string text;
  for (const std::string& function : names_in("/sys/bus/pci/devices")) {
    text += function_text("/sys/bus/pci/devices/" + function);
  }
  for (const std::string& driver : names_in("/sys/bus/pci/drivers")) {
    text += "driver " + driver + "\n";
  }
  for (const std::string& module : names_in("/sys/module")) {
    text += "module " + module + "\n";
  }
  for (const std::string& group : names_in("/sys/kernel/iommu_groups")) {
    text += "group " + group + "\n";
  }
  for (const std::string& node : names_in("/dev/vfio")) {
    text += "node " + node + "\n";
  }
  return text;
}

}  // namespace vfmgr::contract
