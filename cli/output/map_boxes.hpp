// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What a picture of a GPU has in it, before it is drawn as text or as SVG.
namespace vgpuctl {

struct BoxLine {
  std::string text;  ///< no control characters
  Paint paint = Paint::none;
};

/// What a box stands for.
enum class BoxKind {
  vf,
  spare,  ///< VFs that are there because it is all or none, and have no vGPU
  room,   ///< what could still be made
  none    ///< that there is nothing, and why
};

/// A VF, a run of VFs that are alike, or what else there is of a GPU.
struct Box {
  BoxKind kind = BoxKind::vf;
  std::string title;                   ///< "vf3", "vf4 … vf23"
  std::vector<BoxLine> lines;          ///< of all VFs of a GPU the same subjects in the same order
  std::size_t vfs = 0;                 ///< how many VFs it stands for
  std::optional<bool> in_use;          ///< none: not known
  std::optional<std::uint64_t> bytes;  ///< VRAM that it takes; none: not known
  std::string details;                 ///< what does not fit on the lines; may be empty
};

/// The line over a GPU's boxes, in parts: the first ones stay where there is no room for all.
struct MapHead {
  std::string name, address;
  std::vector<std::string> facts;  ///< driver, NUMA node
  std::string amount;              ///< "4 of 24 VFs, 24 GiB VRAM"
  std::string settings;            ///< what is set of the GPU itself; may be empty
};

MapHead map_head(const vfmgr::GpuView& gpu);

/// A box for each VF in their order, one for all spare ones, one for the room that is left.
/// `folds`: three and more neighbours that are alike are one box.
std::vector<Box> map_boxes(const vfmgr::GpuView& gpu, bool folds);

}  // namespace vgpuctl
