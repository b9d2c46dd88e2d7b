// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/layout_text.hpp"
#include "core/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr::nvidia {

/// The vGPU of a VF as it was recorded, whichever way the driver offers its types.
struct VgpuNow {
  std::optional<std::uint32_t> id;  ///< of its type; none: it has none
  std::optional<std::uint32_t> placement;
  std::optional<std::uint32_t> instance;  ///< the place of the MIG instance that it lives in
};

/// What a GPU is and has, as far as a record tells.
struct GpuNow {
  Card card;                               ///< with what the driver itself lists
  std::uint32_t vfs = 0;                   ///< that are there
  std::vector<VgpuNow> vgpus;              ///< of each of them
  std::optional<std::vector<Cut>> layout;  ///< none: MIG is off, or nobody can tell
  bool mixes = false;                      ///< mixed-size mode is on
};

/// What one VF is to have.
struct VgpuWish {
  enum class Is : std::uint8_t {
    kept,   ///< whatever it has
    none,   ///< no vGPU
    typed,  ///< one of this type
    any,    ///< who starts the VM will say
  };
  Is is = Is::kept;
  const VgpuType* type = nullptr;          ///< of GpuNow::card
  std::optional<std::uint32_t> placement;  ///< asked for, or needed to make room
  std::optional<std::uint32_t> instance;   ///< its place, where one was asked for
  std::optional<std::uint32_t> seat;       ///< where the driver will put it by itself
  std::string unknown;                     ///< a name of a type that nobody has told so far
  std::string source;
};

/// A wish for a GPU, VF by VF, and why it can't be.
struct Wished {
  std::uint32_t vfs = 0;  ///< how many there will be: all or none
  std::vector<VgpuWish> vgpus;
  std::optional<std::vector<Cut>> layout;
  std::string layout_source;
  bool mixes = false;
  std::string mixes_source;
  std::vector<Error> faults;
};

/// Lays a wish over what is there. Pure. Types point into `now.card`, which must outlive the
/// result.
Wished wished(const Gpu& gpu, const GpuNow& now, const Desired& desired);

/// Whether a vGPU is to be made or moved, or may not be as it is asked for: then it matters how the
/// GPU is cut up.
bool moves_vgpus(const Wished& wish, const GpuNow& now);

/// Each type of which one more fits, on VFs that have none.
std::vector<FitView> what_fits(const Gpu& gpu, const GpuNow& now);

/// The mode that these amount to.
Mode mode_of(const std::optional<std::vector<Cut>>& layout, bool mixes);

/// "none" of 0, a type's name, or the number where no table has it.
std::string name_of_type(std::uint32_t id);

}  // namespace vfmgr::nvidia
