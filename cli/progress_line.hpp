// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/step_event.hpp"

#include "context.hpp"

#include <memory>

namespace vgpuctl {

/// A line on standard error that says what a run does now, rewritten in place while it lasts: on a
/// terminal only, not under --json or -q, and not before half a second has passed. It is erased
/// when this ends, so that nothing of it stays.
class ProgressLine {
 public:
  explicit ProgressLine(const Context& context);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ProgressLine(ProgressLine&&) = delete;
  ProgressLine& operator=(ProgressLine&&) = delete;

  /// For RunOptions::on_step; empty where nothing is shown. Must not be called once this has ended.
  [[nodiscard]] vfmgr::OnStep listener();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;  // none: nothing is shown
};

/// What `run` returns, which is called with these options and shows its progress.
template <class Run>
auto with_progress(const Context& context, vfmgr::RunOptions options, const Run& run) {
  ProgressLine line(context);
  options.on_step = line.listener();
  return run(options);
}

}  // namespace vgpuctl
