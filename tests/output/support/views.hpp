// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Hosts for the renderers: what a library would tell, made up.
namespace vgpuctl {

/// Intel Arc Pro B60 at 0000:03:00.0 with `on` of 24 VFs, each 4 GiB and 20 ms, on vfio-pci.
vfmgr::GpuView b60(std::uint32_t on);

/// NVIDIA L40S at 0000:3b:00.0 with `on` of 32 VFs; its VRAM is not known.
vfmgr::GpuView l40s(std::uint32_t on);

/// A unit of this one GPU, whose views before and after are these.
vfmgr::UnitPlan unit_of(const vfmgr::GpuView& before, const vfmgr::GpuView& after);

/// A change of a VF's or the GPU's (-1) attribute.
vfmgr::Change change(const std::string& what,
                     int vf,
                     vfmgr::Setting from,
                     vfmgr::Setting to,
                     const std::string& source = {});

/// The plan of design: four VFs of 4 GiB become six of 3.5 GiB; nothing to do for the other GPU.
vfmgr::Plan four_to_six();

/// A VF that somebody uses.
vfmgr::Blocked in_use(std::uint16_t vf, const std::string& vm, int pid);

}  // namespace vgpuctl
