// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::nvidia {

/// What the name of a vGPU type says: `<card>-<GB><series>`, and in a GPU instance
/// `<card>-<slices>-<GB><series><suffix>` (NVIDIA/vgpu-device-manager pkg/types/vgpu_type.go).
struct TypeName {
  std::string card;          ///< "L40S"; it may hold a dash of its own: "RTX6000-Ada"
  std::uint32_t slices = 0;  ///< of a GPU instance; 0: the type shares the GPU by time
  std::uint64_t bytes = 0;   ///< the name's number is GiB, and its 0 means 512 MiB
  char series = 0;           ///< 'A', 'B', 'C' or 'Q'; 0: none, as cloud gaming's types have it
  std::string suffix;        ///< "ME", "NOME", "MEALL", "GFX"; only with slices
};

/// None where the name is not of that form, as "NVIDIA GeForce RTX 3050". Whole or short name.
std::optional<TypeName> parse_type_name(std::string_view name);

/// The part behind the last space: "DC-3Q" of "NVIDIA RTX Pro 6000 Blackwell DC-3Q".
std::string_view short_name(std::string_view name);

}  // namespace vfmgr::nvidia
