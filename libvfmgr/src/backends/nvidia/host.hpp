// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

/// Whether this PF is NVIDIA's and the vGPU host driver is here for it: also while the PF stands
/// on the way, without a driver or on the one that makes VFs in its place.
bool is_of_vgpu_host(const Kernel& kernel, const Gpu& gpu);

/// Whether that driver offers its types through the kernel's mdev core.
bool offers_mdevs(const Kernel& kernel);

/// Facts that both ways share, what keeps VFs from being made among them, and an offer of each of
/// `keys` for VFs. `source`: of what is known of these.
GpuFacts facts_of(const Gpu& gpu,
                  std::string_view backend,
                  std::span<const Key> keys,
                  std::string_view source);

/// Offers of what NVML does, or why there are none; who has the GPU open.
void ask_dear(const Kernel& kernel, GpuFacts& facts);

/// The UUID and the model's name, as the driver tells them without being asked by NVML.
void ask_identity(const Kernel& kernel, GpuFacts& facts);

/// The nodes by which the GPU itself is used: its own, and none while it is away from its driver.
/// None at all: the driver does not tell its node.
std::optional<std::vector<Place>> nodes_of_pf(const Kernel& kernel, const PciAddress& pf);

/// What is known of why VFs, what each of them shows (`ready`) or the lock do not come.
void explain(const Kernel& kernel, const Gpu& gpu, const Attr& ready, Error& error);

}  // namespace vfmgr::nvidia
