// SPDX-License-Identifier: Apache-2.0
#include "engine/locks.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "engine/files.hpp"
#include "engine/stop.hpp"
#include "kernel/kernel.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

namespace vfmgr {

namespace {

using Clock = std::chrono::steady_clock;

/// flock(2) knows no limit of its own, and a lock's release gives no event: a timer with backoff.
bool lock_before(int descriptor, int how, Clock::time_point deadline, const Stop& stop) {
  Milliseconds pause{5};
  constexpr Milliseconds kLongest{100};
  while (::flock(descriptor, how | LOCK_NB) != 0) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    if (left <= Milliseconds::zero() || stop.goes_back()) {
      return false;
    }
    std::this_thread::sleep_for(std::min(pause, left));
    pause = std::min(pause * 2, kLongest);
  }
  return true;
}

/// Who says to hold it. The lock itself is root's alone; what is said of it can be read.
std::filesystem::path announcement(const std::filesystem::path& lock) {
  std::filesystem::path file = lock;
  file.replace_extension("holder");
  return file;
}

}  // namespace

std::string lock_name(const PciAddress& gpu) {
  return "gpu-" + to_string(gpu);
}

std::set<std::string> lock_names(std::span<const UnitPlan> units) {
  std::set<std::string> names;
  for (const UnitPlan& unit : units) {
    for (const Gpu& gpu : unit.unit.gpus) {
      names.insert(lock_name(gpu.address));
    }
  }
  return names;
}

Locks::~Locks() {
  for (const int descriptor : descriptors_) {
    ::close(descriptor);
  }
}

Result<Locks> Locks::take(const StateDir& state,
                          const std::set<std::string>& names,
                          Milliseconds timeout,
                          const Stop& stop) {
  const std::filesystem::path folder = state.run / "locks";
  TRY_VOID(make_folder(folder, Readers::all));
  const Clock::time_point deadline = Clock::now() + timeout;
  Locks locks;
  const auto take_one = [&](const std::string& name, int how) -> Result<void> {
    const std::filesystem::path file = folder / (name + ".lock");
    TRY(const int descriptor, open_file(file, true));
    locks.descriptors_.push_back(descriptor);
    if (!lock_before(descriptor, how, deadline, stop)) {
      const auto who = read_file(announcement(file));
      return fail({.kind = ErrorKind::locked,
                   .subject = name,
                   .value = who ? *who : std::string(),
                   .why = "another run is at work on it" +
                          (who && !who->empty() ? " (" + *who + ")" : std::string()),
                   .help = "wait for it, or give --lock-timeout"});
    }
    return {};
  };
  TRY_VOID(take_one("host", LOCK_SH));
  for (const std::string& name : names) {
    TRY_VOID(take_one(name, LOCK_EX));
    TRY_VOID(replace_file(announcement(folder / (name + ".lock")),
                          "pid " + std::to_string(::getpid()),
                          Readers::all));
  }
  return locks;
}

}  // namespace vfmgr
