// SPDX-License-Identifier: Apache-2.0
#include "engine/locks.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "engine/files.hpp"
#include "engine/stop.hpp"
#include "kernel/fd.hpp"
#include "kernel/kernel.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <variant>

namespace vfmgr {

namespace {

Result<Fd> file_to_lock(const std::filesystem::path& file) {
  TRY_VOID(make_folder(file.parent_path(), Readers::all));
  TRY(const int descriptor, open_file(file, true));
  return Fd(descriptor);
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

std::set<std::string> locks_for(std::span<const UnitPlan> units) {
  std::set<std::string> names = lock_names(units);
  for (const UnitPlan& unit : units) {
    for (const Step& step : unit.steps) {
      const auto* const change = std::get_if<Change>(&step);
      if (change != nullptr && change->to.in == In::program) {
        names.insert(change->to.path.substr(change->to.path.rfind('/') + 1));
      }
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
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Locks locks;
  const auto take_one = [&](const std::string& name, int how) -> Result<void> {
    const std::filesystem::path file = folder / (name + ".lock");
    TRY(Fd opened, file_to_lock(file));
    bool locked = false;
    for (;;) {
      const auto left =
          std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
      locked = flock_within(opened.get(), how, std::max(left, Milliseconds::zero()), stop);
      if (!locked || is_in_place(opened.get(), file)) {
        break;
      }
      // While this waited the file was removed: whoever comes now locks another one of that name.
      TRY(opened, file_to_lock(file));
    }
    locks.descriptors_.push_back(opened.release());
    if (!locked) {
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
