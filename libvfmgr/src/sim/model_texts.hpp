// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace vfmgr::sim {

/// A file of libvfmgr/models/, inside the program.
struct ModelText {
  std::string_view name;  ///< of the file, without .toml
  std::string_view toml;
};
std::span<const ModelText> model_texts();

}  // namespace vfmgr::sim
