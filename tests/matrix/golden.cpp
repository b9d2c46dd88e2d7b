// SPDX-License-Identifier: Apache-2.0
#include "golden.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "engine/files.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace vfmgr::matrix {

std::optional<std::string> held_against(const std::filesystem::path& file,
                                        const std::string& text) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  if (std::getenv("VFMGR_UPDATE_GOLDEN") != nullptr) {
    static_cast<void>(replace_file(file, text, Readers::all).has_value());
  }
  const auto expected = read_file(file);
  if (expected && *expected == text) {
    return std::nullopt;
  }
  return "it does not hold:\n" + text;
}

std::string told_by(const Plan& plan) {
  std::string text;
  for (const UnitPlan& unit : plan.units) {
    for (const Gpu& gpu : unit.unit.gpus) {
      text += to_string(gpu.address) + " ";
    }
    text += std::string(to_string(unit.action)) +
            ", reaches as far as: " + std::string(to_string(unit.disruption)) + "\n";
    for (const Lost& lost : unit.lost) {
      text += "lost: " + to_string(lost.at) + ": " + lost.why + "\n";
    }
  }
  return text;
}

std::string told_by(const Error& refusal) {
  std::string text = std::string(to_string(refusal.kind)) + ": " + to_string(refusal) + "\n";
  for (const Error& other : refusal.also) {
    text += std::string(to_string(other.kind)) + ": " + to_string(other) + "\n";
  }
  return text;
}

}  // namespace vfmgr::matrix
