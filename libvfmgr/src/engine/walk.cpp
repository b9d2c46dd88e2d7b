// SPDX-License-Identifier: Apache-2.0
#include "engine/walk.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "engine/execute.hpp"
#include "engine/footprint.hpp"
#include "engine/telling.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

/// The VF that a step brings to a driver and does nothing else to. What it takes for one VF has
/// nothing to do with another: the kernel locks each device by itself (dd.c:device_driver_attach).
std::optional<VfIndex> bound_by(const Step& step) {
  const auto* const change = std::get_if<Change>(&step);
  if (change == nullptr || !change->vf || !change->wipes.empty() || !change->disturbs.empty()) {
    return std::nullopt;
  }
  const bool binds = match(pci::kBind, change->to) || match(pci::kVfOverride, change->to);
  return binds ? change->vf : std::nullopt;
}

/// Some steps that follow each other: [begin, end).
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The steps of one VF after the other, as long as each VF comes but once, from `at` on.
std::vector<Stretch> vfs_from(const std::vector<Step>& steps, std::size_t at) {
  std::vector<Stretch> vfs;
  std::set<VfIndex> seen;
  std::optional<VfIndex> last;
  for (; at < steps.size(); ++at) {
    const auto vf = bound_by(steps[at]);
    if (!vf) {
      break;
    }
    if (vf == last) {
      vfs.back().end = at + 1;
    } else if (seen.insert(*vf).second) {
      vfs.push_back({.begin = at, .end = at + 1});
      last = vf;
    } else {
      break;
    }
  }
  return vfs;
}

/// What all lanes of a stretch share.
class Lanes {
 public:
  Lanes(Bench& bench, const std::vector<Step>& steps, std::vector<StepReport>* outcomes)
      : bench_(&bench), steps_(&steps), outcomes_(outcomes) {}

  /// Runs these VFs' steps; returns when all have ended.
  void run(std::vector<Stretch> vfs) {
    vfs_ = std::move(vfs);
    std::vector<std::jthread> others;
    const std::size_t lanes = std::min<std::size_t>(bench_->lanes, vfs_.size());
    try {
      while (others.size() + 1 < lanes) {
        others.emplace_back([this] { work(); });
      }
    } catch (const std::system_error& no_more) {  // threads: fewer lanes, then
      static_cast<void>(no_more);
    }
    work();
  }

  /// Of the first step that failed, in the order of the plan.
  [[nodiscard]] std::optional<Error> error() && { return std::move(error_); }

 private:
  std::optional<Stretch> next() {
    const std::scoped_lock lock(mutex_);
    if (error_ || next_ == vfs_.size()) {
      return std::nullopt;
    }
    return vfs_[next_++];
  }

  bool stopped() {
    const std::scoped_lock lock(mutex_);
    return error_.has_value();
  }

  /// What the run began before: a lane's guard has to know it for its own.
  Footprint begun_so_far() {
    const std::scoped_lock lock(mutex_);
    return bench_->begun;
  }

  void work() {
    Footprint begun = begun_so_far();
    Bench bench{.kernel = bench_->kernel,
                .tables = bench_->tables,
                .journal = bench_->journal,
                .unit = bench_->unit,
                .before = bench_->before,
                .guard = bench_->guard,
                .gate = bench_->gate,
                .begun = begun,
                .stop = bench_->stop,
                .going_back = bench_->going_back,
                .on_step = bench_->on_step};
    while (const auto vf = next()) {
      for (std::size_t at = vf->begin; at < vf->end && !stopped(); ++at) {
        run_one(bench, at);
      }
    }
    const std::scoped_lock lock(mutex_);
    bench_->begun.add(begun);
  }

  void run_one(Bench& bench, std::size_t at) {
    const Telling told(bench, (*steps_)[at], at + 1, steps_->size());
    Ran ran = run_step(bench, (*steps_)[at]);
    if (outcomes_ != nullptr) {
      (*outcomes_)[at] = {.outcome = ran.outcome, .duration_us = ran.duration_us};
    }
    if (ran.error) {
      const std::scoped_lock lock(mutex_);
      // A write that may still act is what a run must say above all.
      const bool first = !error_ || (at < failed_ && error_->kind != ErrorKind::in_flight);
      if (first || ran.error->kind == ErrorKind::in_flight) {
        error_ = std::move(ran.error);
        failed_ = at;
      }
    }
  }

  Bench* bench_;
  const std::vector<Step>* steps_;
  std::vector<StepReport>* outcomes_;
  std::vector<Stretch> vfs_;
  std::mutex mutex_;  // guards what follows, and what was begun
  std::size_t next_ = 0;
  std::size_t failed_ = 0;
  std::optional<Error> error_;
};

}  // namespace

std::optional<Error> walk(Bench& bench,
                          const std::vector<Step>& steps,
                          std::vector<StepReport>* outcomes) {
  for (std::size_t at = 0; at < steps.size();) {
    std::vector<Stretch> vfs;
    if (bench.lanes > 1) {
      vfs = vfs_from(steps, at);
    }
    if (vfs.size() < 2) {
      vfs.assign(1, {.begin = at, .end = at + 1});
    }
    at = vfs.back().end;
    Lanes lanes(bench, steps, outcomes);
    lanes.run(std::move(vfs));
    if (auto error = std::move(lanes).error()) {
      return error;
    }
  }
  return std::nullopt;
}

}  // namespace vfmgr
