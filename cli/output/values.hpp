// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

/// A value as people read it: "4 GiB", "20 ms", "on", "vfio-pci", "the driver's choice", "unknown".
std::string shown(std::string_view attribute, const vfmgr::Setting& value);

/// What an attribute may be set to on a device: "1 ms to 2.1 s", "at least 1 B", "range unknown";
/// empty: it is no number.
std::string range_of(const vfmgr::OfferView& offer);

/// When a VF's may be written: "before or with VFs", "with VFs"; empty: not known, or the GPU's
/// own.
std::string_view phase_of(const vfmgr::OfferView& offer);

/// The names of all attributes that the VFs have, in the order of the attribute table.
std::vector<std::string> attributes_of(std::span<const vfmgr::GpuView> gpus);

/// "Intel Arc Pro B60": the names of vendor and model as short as they are used, or the ids
/// "8086:e211" where no name is known.
std::string name_of(const vfmgr::Gpu& gpu);

/// "vf0", "vf0 … vf5", "vf0, vf1, vf4 … vf9"; in order, each once.
std::string vf_names(std::span<const vfmgr::VfIndex> vfs);

/// "0000:03:00.0", "0000:03:00.0 vf2".
std::string function_name(const vfmgr::PciAddress& gpu, std::optional<vfmgr::VfIndex> vf);

/// Who uses a function, as short as can be: "VM "web-2"", "container "docker 1f0c3a5e9b7d"",
/// "python3".
std::string holder_name(const vfmgr::Holder& holder);
/// What else is known of him: "qemu-system-x86, pid 4711, since 3 days", of one
/// that is neither "pid 4711, has /dev/dri/card1 open".
std::string holder_details(const vfmgr::Holder& holder);

/// The largest unit of a time alone: "3 days", "1 hour".
std::string in_one_unit(vfmgr::Milliseconds time);

/// "1.4 s", "20 ms", "less than 1 ms".
std::string took(std::uint64_t microseconds);

}  // namespace vgpuctl
