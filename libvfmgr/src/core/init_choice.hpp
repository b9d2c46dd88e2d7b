// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace vfmgr {

/// A key of `match` that holds for one GPU of a host and no other.
struct DurableName {
  std::string key, value;
  std::string why;  ///< what it stays with
};

/// The most durable one: the card's own before the slot's before the address, which may change at
/// every boot. `all`: the host's GPUs, with what tells them apart asked for.
DurableName durable_identity(const Gpu& gpu, std::span<const GpuView> all);

/// What a GPU could be asked to be.
struct Start {
  std::uint32_t vfs = 0;
  std::map<Key, Setting> values;  ///< for every VF
  std::string why;                ///< why that many, in a sentence
};

/// Whether this GPU has what a wish names; empty: it has, else which key it lacks.
std::string lacks_for(const GpuView& gpu, const InitWish& wish);

/// What to try, the best first; never empty for a GPU that makes VFs.
std::vector<Start> starts(const GpuView& gpu, const InitWish& wish);

/// The same with another number of VFs: for whoever looks for the largest that fits.
Start start_with(const GpuView& gpu, const InitWish& wish, std::uint32_t vfs);

}  // namespace vfmgr
