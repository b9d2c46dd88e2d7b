// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "sim/driver.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// toy-bulk: a driver with write-only files that set a value for every VF, and can stop half-way. Of
// the two values, the quantum can be set in no other way; the timeout also for one VF.
namespace vfmgr::shape {

const Backend& toy_bulk_backend();
const sim::SimDriver& toy_bulk_driver();

namespace bulk {

inline constexpr std::string_view kSource = "toy";

// toy_bulk_driver.cpp: EINVAL not a number, EBUSY the scheduler is at work, EIO the firmware gave
// up
inline constexpr std::array kErrnos{Refusal{EINVAL, "not a number", ""},
                                    Refusal{EBUSY, "the scheduler is at work", "try again"},
                                    Refusal{EIO, "the firmware gave up", ""},
                                    kForRootAlone};

inline constexpr Attr kFolder{
    .pattern = "bus/pci/devices/{gpu}/toy_bulk", .name = "toy_bulk", .source = kSource};
inline constexpr Attr kQuantum{.pattern = "bus/pci/devices/{gpu}/toy_bulk/vf{vf1}/exec_quantum_ms",
                               .name = "exec_quantum",
                               .unit = 1000,
                               .source = kSource};
inline constexpr Attr kTimeout{
    .pattern = "bus/pci/devices/{gpu}/toy_bulk/vf{vf1}/preempt_timeout_us",
    .name = "preempt_timeout",
    .errnos = kErrnos,
    .source = kSource};
inline constexpr Attr kAllQuantum{.pattern = "bus/pci/devices/{gpu}/toy_bulk/all/exec_quantum_ms",
                                  .name = "exec_quantum",
                                  .unit = 1000,
                                  .errnos = kErrnos,
                                  .source = kSource};
inline constexpr Attr kAllTimeout{
    .pattern = "bus/pci/devices/{gpu}/toy_bulk/all/preempt_timeout_us",
    .name = "preempt_timeout",
    .errnos = kErrnos,
    .source = kSource};

inline constexpr std::array kAttrs{kFolder, kQuantum, kTimeout, kAllQuantum, kAllTimeout};

/// What the driver gives a VF that has just come.
inline constexpr std::string_view kFirstQuantum = "10";
inline constexpr std::string_view kFirstTimeout = "1000";

}  // namespace bulk

}  // namespace vfmgr::shape
