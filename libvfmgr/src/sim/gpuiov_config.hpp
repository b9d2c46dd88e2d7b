// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

// GPUIOV, the vendor-specific capability of AMD's GPUs, as GIM writes it while it has VFs.
namespace vfmgr::sim {

/// Where a device has it; nothing: no source tells what it looks like there.
std::optional<std::size_t> gpuiov_at(std::uint64_t vendor, std::uint64_t device);
/// Puts it there, as the last extended capability.
void put_gpuiov(const Machine& machine,
                const PciAddress& pf,
                std::uint64_t device,
                std::string& config);

/// The bits of a dword that keep what is written there: of the capability those by which the
/// framebuffer is shared out.
std::uint64_t writable_bits(const Machine& machine, const PciAddress& pf, std::size_t at);

}  // namespace vfmgr::sim
