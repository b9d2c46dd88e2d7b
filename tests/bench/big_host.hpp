// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace vfmgr::bench {

inline constexpr unsigned kPfs = 16;
inline constexpr unsigned kVfs = 64;

/// A profile that the big host is as.
std::string profile_text();

/// Makes a host of 16 GPUs with 64 VFs each, every one with its quota, time slice and driver: as a
/// host file FOLDER/host.vfhost, and laid out as files below FOLDER/tree. What can't be made ends
/// the program.
void make_big_host(const std::filesystem::path& folder);

/// Ends the program with a message; benchmarks have nothing to save.
[[noreturn]] void give_up(const std::string& why);

}  // namespace vfmgr::bench
