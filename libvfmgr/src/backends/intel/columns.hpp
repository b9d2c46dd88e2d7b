// SPDX-License-Identifier: Apache-2.0
// Which of a driver's files hold what a profile asks of a function.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/attributes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfmgr::intel {

/// The drivers answer a write when the GPU's firmware has: in milliseconds; a reset of the GPU they
/// wait out before.
inline constexpr Milliseconds kFirmwareLimit{5000};

/// What a key means to the driver.
enum class Kind : std::uint8_t {
  quota,     ///< given out of a stock, before VFs are there
  schedule,  ///< whose turn it is, and for how long: after VFs are there
};

/// A file that holds a key's value, or a part of it.
struct Column {
  Key key;
  const Attr* attr;
  Kind kind;
  bool manual = false;      ///< a write to it ends the driver's own sharing out
  std::uint64_t slack = 0;  ///< by how much the driver may round a number up
};

/// What one driver has for one PF.
struct Files {
  PciAddress gpu;
  std::uint32_t total_vfs = 0;  ///< there are files for each, whatever the count
  std::span<const Column> vf, pf;
  std::string name;  ///< what stands for {name} in their patterns; empty: there is none
};

/// The holes of a VF's file, or of the PF's.
Holes holes(const Files& files, std::optional<std::uint32_t> vf);
/// The place of a column.
Place place_of(const Files& files, const Column& column, std::optional<std::uint32_t> vf);

/// Whether a record has a column, and the GPU has what it is about.
bool has(const State& state, const Files& files, const Column& column, bool of_vf);

/// Among how many files a size is shared: one for each tile that has memory of its own.
std::uint64_t parts(const State& state, const Files& files, Key key, bool of_vf);

/// What both drivers keep of VRAM for the PF unasked, and at least.
inline constexpr std::uint64_t kLeastReserve = 128ULL << 20U;

/// Whether it is a time or a reserve as the driver begins with it: nobody asks for that by leaving
/// it.
bool is_first_value(const Attr& attr, const Value& value);

}  // namespace vfmgr::intel
