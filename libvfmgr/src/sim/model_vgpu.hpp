// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/toml_library.hpp"
#include "sim/models.hpp"

// A model's vGPU types and kinds of GPU instances, as the facts that the driver reads
// (docs/host-file.md). A group of rows has one origin.
namespace vfmgr::sim {

/// [vgpu] with `prefix`, `most`, `types`, `placements`, and numbers; nothing: the card has none.
/// Errors: invalid.
Result<void> read_vgpu_types(Model& model, const toml::table& root);
/// [mig] with `profiles` and numbers. Errors: invalid.
Result<void> read_mig_profiles(Model& model, const toml::table& root);

}  // namespace vfmgr::sim
