// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace vfmgr::matrix {

/// Holds a text against a committed file; with VFMGR_UPDATE_GOLDEN set, writes it first. What is
/// wrong; nothing: they are equal.
std::optional<std::string> held_against(const std::filesystem::path& file, const std::string& text);

/// What a plan says of itself: its GPUs, what is done to them, how far it reaches, what is lost.
std::string told_by(const Plan& plan);
/// A refusal's reasons, a line each.
std::string told_by(const Error& refusal);

}  // namespace vfmgr::matrix
