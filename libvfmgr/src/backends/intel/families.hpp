// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vfmgr::intel {

/// Whether the kernel's own xe makes VFs on a GPU.
enum class ByXe {
  no,
  when_told,  ///< only as a development platform: xe must be told to take it (force_probe)
  yes,
};

/// What their registers are like, as the kernel's xe tells them apart (its graphics versions).
enum class Graphics {
  v12_00,  ///< 12.00
  v12_55,  ///< 12.55
  v12_60,  ///< 12.60
  v12_70,  ///< 12.70 to 12.74
  v20,     ///< 20.01, 20.02
  v30,     ///< 30.00 and later
};

/// GPUs that are alike in who makes their VFs.
struct Family {
  std::string_view name;
  std::span<const std::uint16_t> ids;
  ByXe by_xe = ByXe::no;
  bool by_backport = false;    ///< Intel's backport of i915 (I915BP) is what makes their VFs
  bool by_dkms = false;        ///< the community's i915-sriov-dkms (I915DK) makes VFs
  bool own_memory = false;     ///< VRAM, which VFs get shares of
  bool has_capability = true;  ///< all of these have the SR-IOV capability; false: none has
  bool has_fabric = false;     ///< a fabric between GPUs (IAF), with which there are no VFs
  Graphics graphics = Graphics::v12_00;
};

/// The family of a display controller of Intel's; none: nothing is known of it.
const Family* family_of(std::uint16_t device_id);

}  // namespace vfmgr::intel
