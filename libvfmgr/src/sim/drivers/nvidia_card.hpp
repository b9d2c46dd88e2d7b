// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What NVIDIA's resource manager knows of a GPU, read from facts of its PF and VFs. "OGKM" is
// NVIDIA's open-gpu-kernel-modules 595.45.04; its kernel_vgpu_mgr.c holds the rules.
namespace vfmgr::sim::nvidia {

/// A vGPU type (OGKM ctrla081.h, NVA081_CTRL_VGPU_INFO).
struct Type {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t gib = 0;               ///< framebuffer; types of the same may share a GPU
  std::uint32_t most = 0;              ///< on one GPU
  std::string profile;                 ///< of the GPU instance that it runs in; empty: without MIG
  std::uint32_t most_in_instance = 1;  ///< … and how many of it one such instance takes
};

/// Where vGPUs of so many GiB may stand when sizes are mixed.
struct Places {
  std::uint32_t gib = 0;
  std::uint32_t size = 0;  ///< what one takes up of the GPU
  std::vector<std::uint32_t> ids;
};

/// A kind of GPU instance.
struct Profile {
  std::uint32_t id = 0;
  std::string name;  ///< "1g.24gb+gfx"
  std::uint32_t most = 0;
  std::uint32_t size = 0;  ///< in memory slices
  std::vector<std::uint32_t> starts;
};

/// A GPU instance that is there.
struct Instance {
  std::uint32_t id = 0;
  std::string profile;
  std::uint32_t start = 0;
  bool bare = false;  ///< it has no compute instance
};

/// A vGPU that is there.
struct Vgpu {
  PciAddress vf;
  std::uint32_t type = 0;
  std::uint32_t placement = 0;
  std::uint32_t instance = 0;
};

/// NVML_INVALID…, OGKM: KMIGMGR_SWIZZID_INVALID: no GPU instance.
inline constexpr std::uint32_t kNoInstance = 0xFFFFFFFF;

struct Card {
  bool mig = false;
  bool mixed = false;            ///< heterogeneous mode
  bool places_equal = false;     ///< reports placements of equal sizes, too: Ada and later
  bool slices_instance = false;  ///< several vGPUs share a GPU instance: Blackwell RTX PRO
  std::vector<Type> types;       ///< by id
  std::vector<Places> places;
  std::vector<Profile> profiles;
  std::vector<Instance> instances;  ///< by start
  std::vector<Vgpu> vgpus;          ///< by VF

  [[nodiscard]] const Type* type(std::uint32_t id) const;
  [[nodiscard]] const Profile* profile(std::string_view name) const;
  [[nodiscard]] const Instance* instance(std::uint32_t id) const;
  /// What a vGPU of this type takes up.
  [[nodiscard]] std::uint32_t size_of(const Type& type) const;
};

Card card_of(const Machine& machine, const PciAddress& pf);
/// The vGPU on a VF; nothing: none.
std::optional<Vgpu> vgpu_on(const Machine& machine, const PciAddress& vf);
void set_vgpu(Machine& machine, const Vgpu& vgpu);
void drop_vgpu(Machine& machine, const PciAddress& vf);
void set_instances(Machine& machine, const PciAddress& pf, const std::vector<Instance>& instances);
/// A fact that is there or not.
void set_flag(Machine& machine, const PciAddress& function, std::string_view name, bool on);
/// Whether the function is bound to this driver's rules.
bool drives(const Machine& machine, const PciAddress& function);

}  // namespace vfmgr::sim::nvidia
