// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/files.hpp"

namespace vfmgr {

/// Returns when something happened to this file or beside it, at the latest after `at_most`.
/// Plain files and /dev tell by inotify; most of sysfs tells nobody, so a caller looks again.
void wait_near(const Files& files, const Place& place, Milliseconds at_most);

}  // namespace vfmgr
