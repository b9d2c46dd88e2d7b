// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "sim/driver.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// toy-stub: a driver that makes no VFs itself. Its GPU has to be locked, taken from it, put on
// pci-pf-stub, given VFs there and brought back. What its VFs were set to is in its own files, and
// those exist only while the GPU is on it.
namespace vfmgr::shape {

const Backend& toy_stub_backend();
const sim::SimDriver& toy_stub_driver();

namespace stub {

inline constexpr std::string_view kSource = "toy";
/// The driver itself, and the one that makes VFs in its place.
inline constexpr std::string_view kHome = "toy-stub";
inline constexpr std::string_view kStub = "pci-pf-stub";

// toy_stub_driver.cpp: EINVAL neither 0 nor 1, EBUSY somebody has the GPU open
inline constexpr std::array kLockErrnos{Refusal{EINVAL, "neither 0 nor 1", ""},
                                        Refusal{EBUSY, "somebody has the GPU open", "stop it"},
                                        kForRootAlone};
// toy_stub_driver.cpp: EINVAL not a number, EIO the firmware gave up
inline constexpr std::array kNumberErrnos{
    Refusal{EINVAL, "not a number", ""}, Refusal{EIO, "the firmware gave up", ""}, kForRootAlone};

inline constexpr Attr kFolder{
    .pattern = "bus/pci/devices/{gpu}/toy_stub", .name = "toy_stub", .source = kSource};
/// "1": nobody else can open the GPU, so its driver can be taken from it without harm.
inline constexpr Attr kLock{.pattern = "bus/pci/devices/{gpu}/toy_stub/lock",
                            .name = "lock",
                            .errnos = kLockErrnos,
                            .source = kSource};
inline constexpr Attr kQuantum{.pattern = "bus/pci/devices/{gpu}/toy_stub/exec_quantum_ms/{vf1}",
                               .name = "exec_quantum",
                               .unit = 1000,
                               .errnos = kNumberErrnos,
                               .source = kSource};
inline constexpr Attr kTimeout{.pattern = "bus/pci/devices/{gpu}/toy_stub/preempt_timeout_us/{vf1}",
                               .name = "preempt_timeout",
                               .errnos = kNumberErrnos,
                               .source = kSource};

inline constexpr std::array kAttrs{kFolder, kLock, kQuantum, kTimeout};

/// What the driver gives the VFs that it finds when it takes the GPU.
inline constexpr std::string_view kFirstQuantum = "10";
inline constexpr std::string_view kFirstTimeout = "1000";

}  // namespace stub

}  // namespace vfmgr::shape
