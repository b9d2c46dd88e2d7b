// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "sim/driver.hpp"

#include <array>
#include <cstdint>
#include <string_view>

// toy-module: a driver that makes VFs when its module is loaded, and only then: as many on each of
// its GPUs as the module's parameter says. So all its GPUs share a fate.
namespace vfmgr::shape {

const Backend& toy_module_backend();
const sim::SimDriver& toy_module_driver();

namespace module {

inline constexpr std::string_view kSource = "toy";
inline constexpr std::string_view kDriver = "toy-module";
inline constexpr std::string_view kModule = "toy_module";
inline constexpr std::uint16_t kVendor = 0x1234;
inline constexpr std::uint16_t kDevice = 0x70c0;

/// The parameter that the module was loaded with: named here, a real kernel's door tells it.
inline constexpr Attr kVfs{
    .pattern = "module/toy_module/parameters/vfs", .name = "vfs", .source = kSource};

inline constexpr std::array kAttrs{kVfs};

}  // namespace module

}  // namespace vfmgr::shape
