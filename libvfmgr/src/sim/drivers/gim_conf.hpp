// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// What GIM is to do: its defaults, /etc/gim_config, and its parameters over both (MxGPU
// gim_shim/gim_config.c). While the module is loaded it has all that in memory, apart from the
// file.
namespace vfmgr::sim::gim {

/// One option: a value for each GPU there can be, and how many of them were given.
struct Setting {
  std::vector<std::int64_t> values;
  std::size_t given = 1;
  friend bool operator==(const Setting&, const Setting&) = default;
};
/// All options by the name that they have in the file.
using Conf = std::map<std::string, Setting, std::less<>>;

inline constexpr std::string_view kVfNum = "vf_num";
inline constexpr std::string_view kAccelerator = "accelerator_partition_mode";
inline constexpr std::string_view kMemory = "memory_partition_mode";
/// What the two partition modes begin at where there was no file (amdgv_api.h: …_MODE_MAX).
inline constexpr std::int64_t kNeverSaved = 9;

/// gim_conf_init: reads the file or makes it, puts the parameters over it, and writes it.
void load_conf(Machine& machine);
/// What it has in memory; the defaults while it is not loaded.
Conf conf_of(const Machine& machine);
/// An option for the GPU with this number.
std::int64_t option(const Conf& conf, std::string_view name, std::size_t gpu);
/// gim_conf_set_opt: sets one of the partition modes in memory and writes the file, from its
/// beginning and without cutting off what stands behind. A value out of range changes nothing.
void save_option(Machine& machine, std::string_view name, std::int64_t value);
/// gim_conf_clear_conf_file: leaves an empty file; what is in memory stays.
void clear_file(Machine& machine);
void forget_conf(Machine& machine);

}  // namespace vfmgr::sim::gim
