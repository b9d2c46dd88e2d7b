// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::shape {

/// A number of a VF's that exists as long as the VF does, and what its driver begins with.
struct VfNumber {
  Key key;
  const Attr* attr;
  std::string_view first;  ///< as the file reads
};

/// Where a VF's number stands.
Place place_of(const VfNumber& number, const PciAddress& pf, std::uint32_t index);

/// What a profile gives for one VF; nullptr: nothing.
const Given* given(const Desired& desired, std::uint32_t index, Key key);

/// Completes the target for one number of all VFs that there can be. `before` and `count`: VFs
/// before the run and after it.
void complete_number(const VfNumber& number,
                     const Gpu& pf,
                     std::uint32_t before,
                     const Desired& desired,
                     State& target);

/// Refusals of numbers that the file cannot hold: what is no whole multiple of its unit.
std::vector<Error> fits_number(const VfNumber& number,
                               const Gpu& pf,
                               const State& now,
                               const Desired& desired);

/// Records one number of all VFs that there can be. Who chose it nothing tells.
void probe_number(const VfNumber& number, const Kernel& kernel, const Gpu& pf, State& into);

/// Bus address, VF index: what stands in a pattern's holes.
Holes holes_of(const PciAddress& pf, std::uint32_t index);

}  // namespace vfmgr::shape
