// SPDX-License-Identifier: Apache-2.0
// The one line that says what a run does now.
#include "output/progress.hpp"

#include "vfmgr/step_event.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace vgpuctl {
namespace {

vfmgr::StepEvent step(std::size_t unit, std::size_t number, std::optional<vfmgr::VfIndex> vf = {}) {
  return {.unit = unit,
          .number = number,
          .of = 14,
          .what = "vram",
          .gpu = vfmgr::PciAddress{.bus = static_cast<std::uint8_t>(3 + unit)},
          .vf = vf};
}

vfmgr::StepEvent ended(vfmgr::StepEvent event) {
  event.ended = true;
  return event;
}

TEST(Progress, SaysWhatIsDoneForWhomAndHowFarItIs) {
  Progress progress;
  progress.hear(step(0, 3, vfmgr::VfIndex{2}), vfmgr::Milliseconds(100));
  EXPECT_EQ(progress.line(vfmgr::Milliseconds(2900), 0),
            "0000:03:00.0 vf2: vram, step 3 of 14, 2 s");
}

TEST(Progress, ShowsTheStepThatHasRunLongestAndHowManyRun) {
  Progress progress;
  progress.hear(step(0, 1), vfmgr::Milliseconds(0));
  progress.hear(step(1, 1), vfmgr::Milliseconds(100));
  progress.hear(ended(step(0, 1)), vfmgr::Milliseconds(200));
  progress.hear(step(0, 2), vfmgr::Milliseconds(200));
  EXPECT_EQ(progress.line(vfmgr::Milliseconds(1000), 0),
            "0000:04:00.0: vram, step 1 of 14, 2 at a time, 1 s");
  progress.hear(ended(step(1, 1)), vfmgr::Milliseconds(1000));
  EXPECT_EQ(progress.line(vfmgr::Milliseconds(1000), 0), "0000:03:00.0: vram, step 2 of 14, 1 s");
}

TEST(Progress, TellsWaitingAndTheWayBackApart) {
  vfmgr::StepEvent event = step(0, 2);
  event.waits = true;
  event.what = "virtfn1";
  Progress waiting;
  waiting.hear(event, vfmgr::Milliseconds(0));
  EXPECT_EQ(waiting.line(vfmgr::Milliseconds(0), 0),
            "0000:03:00.0: waiting for virtfn1, step 2 of 14, 0 s");
  event.going_back = true;
  Progress back;
  back.hear(event, vfmgr::Milliseconds(0));
  EXPECT_EQ(back.line(vfmgr::Milliseconds(0), 0),
            "0000:03:00.0: taking back virtfn1, step 2 of 14, 0 s");
}

TEST(Progress, OfNoStepSaysWhetherAnyWas) {
  Progress progress;
  EXPECT_EQ(progress.line(vfmgr::Milliseconds(7000), 0), "nothing is written yet, 7 s");
  progress.hear(step(0, 1), vfmgr::Milliseconds(7000));
  progress.hear(ended(step(0, 1)), vfmgr::Milliseconds(8000));
  EXPECT_EQ(progress.line(vfmgr::Milliseconds(9000), 0), "looking at what is there now, 9 s");
}

TEST(Progress, IsOneLineOfTheTerminalAndNothingMovesTheCursor) {
  vfmgr::StepEvent event = step(0, 1);
  event.what = "a\x1b[2J\nb";
  Progress progress;
  progress.hear(event, vfmgr::Milliseconds(0));
  EXPECT_EQ(progress.line(vfmgr::Milliseconds(0), 0),
            "0000:03:00.0: a\\x1b[2J\\x0ab, step 1 of 14, 0 s");
  EXPECT_EQ(columns(progress.line(vfmgr::Milliseconds(0), 20)), 19);
  EXPECT_EQ(columns(progress.line(vfmgr::Milliseconds(0), 1)), 1);
}

}  // namespace
}  // namespace vgpuctl
