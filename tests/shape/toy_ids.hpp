// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "sim/driver.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// toy-ids: a VF has memory when an instance is attached to it. An instance is made under a name;
// the driver gives it an id, which a list tells, and every later write wants that id.
namespace vfmgr::shape {

const Backend& toy_ids_backend();
const sim::SimDriver& toy_ids_driver();

namespace ids {

inline constexpr std::string_view kSource = "toy";

// toy_ids_driver.cpp: EINVAL no name and number, EEXIST the name is taken, ENOSPC not as much
// memory
inline constexpr std::array kCreateErrnos{Refusal{EINVAL, "no name and number", ""},
                                          Refusal{EEXIST, "the name is taken", ""},
                                          Refusal{ENOSPC, "not as much memory", "ask for less"},
                                          Refusal{EIO, "the firmware gave up", ""}};
// toy_ids_driver.cpp: ENOENT no such id, EBUSY attached to a VF
inline constexpr std::array kDestroyErrnos{Refusal{EINVAL, "not a number", ""},
                                           Refusal{ENOENT, "no such id", ""},
                                           Refusal{EBUSY, "it is attached to a VF", ""},
                                           Refusal{EIO, "the firmware gave up", ""}};
// toy_ids_driver.cpp: ENOENT no such id, EBUSY the VF has a driver
inline constexpr std::array kAttachErrnos{Refusal{EINVAL, "not a number", ""},
                                          Refusal{ENOENT, "no such id", ""},
                                          Refusal{EBUSY, "the VF has a driver", ""},
                                          Refusal{EIO, "the firmware gave up", ""}};

inline constexpr Attr kFolder{
    .pattern = "bus/pci/devices/{gpu}/toy_ids", .name = "toy_ids", .source = kSource};
inline constexpr Attr kCreate{.pattern = "bus/pci/devices/{gpu}/toy_ids/create",
                              .name = "instance",
                              .errnos = kCreateErrnos,
                              .source = kSource};
inline constexpr Attr kDestroy{.pattern = "bus/pci/devices/{gpu}/toy_ids/destroy",
                               .name = "instance",
                               .errnos = kDestroyErrnos,
                               .source = kSource};
/// Lines of "id name".
inline constexpr Attr kInstances{
    .pattern = "bus/pci/devices/{gpu}/toy_ids/instances", .name = "instances", .source = kSource};
/// The bytes of the instance that is named after a VF; absent: there is no such instance.
inline constexpr Attr kMemory{.pattern = "bus/pci/devices/{gpu}/toy_ids/memory/vf{vf1}",
                              .name = "instance",
                              .source = kSource};
/// The id of what is attached to a VF, "0": nothing.
inline constexpr Attr kAttached{.pattern = "bus/pci/devices/{gpu}/toy_ids/vf{vf1}/instance",
                                .name = "attached",
                                .errnos = kAttachErrnos,
                                .source = kSource};
/// The bytes of what is attached to a VF.
inline constexpr Attr kVram{
    .pattern = "bus/pci/devices/{gpu}/toy_ids/vf{vf1}/vram", .name = "vram", .source = kSource};

inline constexpr std::array kAttrs{
    kFolder, kCreate, kDestroy, kInstances, kMemory, kAttached, kVram};

}  // namespace ids

}  // namespace vfmgr::shape
