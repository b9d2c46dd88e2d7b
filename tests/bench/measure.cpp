// SPDX-License-Identifier: Apache-2.0
// Does one thing to the big host, so that it can be watched from outside or asks the kernel what it
// cost:
//   measure make FOLDER                makes it
//   measure list|check|plan FOLDER [MIB]   CPU time and peak memory of a process that does that
//   once;
//                                      fails where it needs more
//   measure append FOLDER              what one write costs the host file
#include "vfmgr/manager.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/units.hpp"

#include "big_host.hpp"
#include "pci/attrs.hpp"
#include "sim/tools.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

using namespace vfmgr;
using bench::give_up;

constexpr std::uintmax_t kMostBytesOfAWrite = 512;

std::chrono::microseconds cpu_time() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto micros = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return micros(used.ru_utime) + micros(used.ru_stime);
}

/// "VmHWM" or the like of this process, in KiB.
long kib_of(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == name + ":") {
      long kib = 0;
      status >> kib;
      return kib;
    }
  }
  give_up("/proc/self/status has no " + name);
}

void must(bool so, const std::string& what) {
  if (!so) {
    give_up("not so: " + what);
  }
}

void look(const Manager& manager) {
  const auto inventory = manager.inventory({});
  must(inventory && inventory->gpus.size() == bench::kPfs, "16 GPUs are listed");
  must(inventory->gpus.front().vfs.size() == bench::kVfs, "with 64 VFs each");
}

void check(const Manager& manager, const Profile& profile) {
  const auto report = manager.check(profile, {});
  must(report && report->in_sync(), "the host is as the profile says");
}

void plan(const Manager& manager, const Profile& profile) {
  const auto planned = manager.plan(profile, {});
  must(planned && !planned->changes(), "there is nothing to do");
}

int once(const std::string& verb,
         const std::filesystem::path& folder,
         const std::string& most_mib) {
  const auto before = cpu_time();
  const auto manager = Manager::for_tree(folder / "tree", folder / "state");
  const auto profile = Profile::parse({{.file = "big.toml", .text = bench::profile_text()}});
  must(manager && profile, "the tree and the profile can be read");
  if (verb == "list") {
    look(*manager);
  } else if (verb == "check") {
    check(*manager, *profile);
  } else {
    plan(*manager, *profile);
  }
  const auto spent = cpu_time() - before;
  const long peak = kib_of("VmHWM");
  std::cout << verb << ": " << static_cast<double>(spent.count()) / 1000 << " ms CPU, "
            << static_cast<double>(peak) / 1024 << " MiB at most\n";
  must(most_mib.empty() || peak <= std::stol(most_mib) * 1024, most_mib + " MiB are enough");
  return 0;
}

int append(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "append.vfhost";
  std::filesystem::copy_file(
      folder / "host.vfhost", file, std::filesystem::copy_options::overwrite_existing);
  must(sim::fold(file).has_value(), "the host can be folded");
  struct stat before{};
  struct stat after{};
  must(::stat(file.c_str(), &before) == 0, "it is there");
  const PciAddress pf{.bus = 3};
  must(sim::poke(file, pci::of(pci::kAutoprobe, pf), "1\n").has_value(), "it can be written");
  must(::stat(file.c_str(), &after) == 0, "it is still there");
  const auto grown = static_cast<std::uintmax_t>(after.st_size - before.st_size);
  std::cout << "append: " << grown << " bytes to a host file of " << before.st_size << '\n';
  must(before.st_ino == after.st_ino, "the file is not written anew");
  must(after.st_size > before.st_size && grown <= kMostBytesOfAWrite, "a write appends a line");
  return 0;
}

int run(const std::string& verb, const std::filesystem::path& folder, const std::string& most_mib) {
  if (verb == "make") {
    std::filesystem::remove_all(folder);
    bench::make_big_host(folder);
    return 0;
  }
  return verb == "append" ? append(folder) : once(verb, folder, most_mib);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return argc == 3 || argc == 4 ? run(argv[1], argv[2], argc == 4 ? argv[3] : "") : 2;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
