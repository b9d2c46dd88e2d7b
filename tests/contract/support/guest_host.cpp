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
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace vfmgr::contract {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBridgeModule = "/modules/vfbridge.ko";
/// The modules of tests/vm/module/toy.c, and those that cases bind to.
constexpr std::array<std::string_view, 13> kDrivers{"simple",
                                                    "twin",
                                                    "limited",
                                                    "fewer",
                                                    "refusing",
                                                    "clinging",
                                                    "callback_free",
                                                    "failing",
                                                    "deferring",
                                                    "late",
                                                    "vectored",
                                                    "vfio_pci",
                                                    "pci_pf_stub"};
/// The ids, the class and the VFs' BAR of the simulator's plain GPU (libvfmgr/models/plain.toml).
constexpr std::string_view kPlainGpu =
    "vendor=0x1234,device=0x0d00,vf-device=0x0d01,class=0x038000,vfs=8,vf-bar=16m";

bool is_loaded(std::string_view module) {
  return fs::exists(fs::path("/sys/module") / module);
}

std::unexpected<Error> module_error(std::string_view module, std::string_view doing) {
  return fail({.kind = ErrorKind::io,
               .os_error = errno,
               .subject = "module:" + std::string(module),
               .value = std::string(doing),
               .why = std::generic_category().message(errno)});
}

/// delete_module(2): modprobe and rmmod take longer to start than all that a case does.
Result<void> unload(std::string_view module) {
  const std::string name(module);
  if (is_loaded(module) && ::syscall(SYS_delete_module, name.c_str(), O_NONBLOCK) != 0) {
    return module_error(module, "unload");
  }
  return {};
}

/// finit_module(2)
Result<void> load(const std::string& file, const std::string& parameters) {
  const Fd opened(
      ::open(file.c_str(), O_RDONLY | O_CLOEXEC));  // NOLINT(cppcoreguidelines-pro-type-vararg)
  if (!opened || ::syscall(SYS_finit_module, opened.get(), parameters.c_str(), 0) != 0) {
    return module_error(file, "load");
  }
  return {};
}

/// A module and what it needs, as modprobe finds it: a line of modules.dep begins with the module's
/// file and goes on with those that it needs, the first needed last.
std::vector<std::string> with_needs(std::string_view module) {
  utsname names{};
  ::uname(&names);
  const fs::path folder =
      fs::path("/lib/modules") / std::string(static_cast<const char*>(names.release));
  std::ifstream dependencies(folder / "modules.dep");
  for (std::string line; std::getline(dependencies, line);) {
    const std::size_t colon = line.find(':');
    if (!line.substr(0, colon).ends_with(fmt::format("/{}.ko", module))) {
      continue;
    }
    line.erase(colon, 1);
    std::istringstream words(line);
    std::vector<std::string> files;
    for (std::string word; words >> word;) {
      files.insert(files.begin(), folder / word);
    }
    return files;
  }
  return {};
}

/// "/lib/modules/…/vfio-pci.ko" is vfio_pci.
std::string name_of(const std::string& file) {
  std::string name = fs::path(file).stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
}

Result<void> load_with_needs(std::string_view module) {
  const auto files = with_needs(module);
  if (files.empty()) {
    return fail({.kind = ErrorKind::missing, .subject = "module:" + std::string(module)});
  }
  for (const std::string& file : files) {
    if (!is_loaded(name_of(file))) {
      TRY_VOID(load(file, {}));
    }
  }
  return {};
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
  TRY_VOID(load(std::string(kBridgeModule), "layout=" + layout));
  TRY_VOID(load_with_needs("vfio-pci"));
  TRY_VOID(load_with_needs("vfio_iommu_type1"));  // which only a hint to modprobe names
  return load_with_needs("simple");
}

void wait_for_helpers() {
  // The helper processes are this one's children, and it has no others.
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
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
