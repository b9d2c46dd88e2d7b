// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/machine.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

// /etc/gim_config and the parameters of the first GIM ("MxGPU 1": drv/gim_config.c, gim_command.h
// of GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization).
namespace vfmgr::sim::s7150 {

using Conf = std::map<std::string, std::int64_t, std::less<>>;

/// init_config: the file up to the first word that is no key, parameters over it as far as they are
/// in range, and the whole written back.
Conf load_conf(Machine& machine);
/// What loading it with these arguments fails with, since a parameter is no number.
int load_error(const Machine& machine, std::string_view arguments);
/// /sys/module/gim/parameters/: 4294967295 where nothing was given.
void show_parameters(Machine& machine);

}  // namespace vfmgr::sim::s7150
