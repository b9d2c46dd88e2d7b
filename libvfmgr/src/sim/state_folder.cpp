// SPDX-License-Identifier: Apache-2.0
#include "sim/state_folder.hpp"

#include <filesystem>
#include <system_error>

namespace vfmgr::sim {

namespace {

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.string() + ".state";
}

}  // namespace

StateFolder state_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = folder_of(file);
  return {.run = folder / "run", .lib = folder / "lib", .groups = folder / "groups"};
}

void forget_state(const std::filesystem::path& file) {
  const StateFolder state = state_folder_of(file);
  std::error_code ignored;
  for (const auto& one : {state.run, state.lib, state.groups}) {
    std::filesystem::remove_all(one, ignored);
  }
  std::filesystem::remove(folder_of(file), ignored);  // where nothing else is in it
}

}  // namespace vfmgr::sim
