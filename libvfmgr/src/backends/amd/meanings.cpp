// SPDX-License-Identifier: Apache-2.0
#include "backends/amd/regs.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::amd {

namespace {

constexpr std::uint64_t kMib = 1U << 20U;
constexpr std::uint64_t kGranule = 16 * kMib;
constexpr std::uint64_t kContext = 256U << 10U;

using Word = std::pair<std::uint64_t, std::string_view>;

std::string word(std::span<const Word> words, std::uint64_t raw) {
  const auto found = std::ranges::find(words, raw, &Word::first);
  return found == words.end() ? fmt::format("unknown ({:#x})", raw) : std::string(found->second);
}

// What both layouts have.
constexpr std::array<Word, 6> kStatuses{Word{0x00, "done"},
                                        Word{0x11, "idling"},
                                        Word{0x12, "saving"},
                                        Word{0x13, "loading"},
                                        Word{0x14, "enabling"},
                                        Word{0x15, "initializing"}};

std::string status(std::span<const Word> own, std::uint64_t raw) {
  const bool common = std::ranges::find(kStatuses, raw, &Word::first) != kStatuses.end();
  return common ? word(kStatuses, raw) : word(own, raw);
}

}  // namespace

std::uint64_t in_mib(std::uint64_t raw) {
  return raw * kMib;
}
std::uint64_t in_16_mib(std::uint64_t raw) {
  return raw * kGranule;
}
std::uint64_t in_16_mib_and_one(std::uint64_t raw) {
  return (raw + 1) * kGranule;
}
std::uint64_t in_256_kib(std::uint64_t raw) {
  return raw * kContext;
}
std::string as_framebuffer(std::uint64_t raw) {
  return raw == 0 ? "none" : config_space::as_bytes(in_16_mib(raw));
}
std::string as_location(std::uint64_t raw) {
  return raw == 0 ? "framebuffer" : "system memory";
}

// drv/gim_gpuiov.c and amdgv_gpuiov.h; from 8 on a number means another thing for another engine.
std::string as_command(std::uint64_t raw) {
  constexpr std::array<std::string_view, 8> kCommands{"none",
                                                      "idle",
                                                      "save",
                                                      "load",
                                                      "run",
                                                      "switch context",
                                                      "enable automatic switching",
                                                      "initialize"};
  return raw < kCommands.size() ? std::string(kCommands.at(raw)) : fmt::format("command {}", raw);
}

std::string as_function(std::uint64_t raw) {
  constexpr std::uint64_t kVf = 0x80;
  return (raw & kVf) != 0 ? fmt::format("vf{}", raw & 0x1fU)
         : raw == 0       ? "PF"
                          : fmt::format("unknown ({:#x})", raw);
}

std::string as_status_a(std::uint64_t raw) {
  constexpr std::array<Word, 4> kOwn{Word{0x16, "saving RLCV"},
                                     Word{0x17, "loading RLCV"},
                                     Word{0x0e, "GFX hangs"},
                                     Word{0x0f, "SDMA hangs"}};
  return status(kOwn, raw);
}

std::string as_status_b(std::uint64_t raw) {
  constexpr std::array<Word, 3> kOwn{
      Word{0x01, "unsupported"}, Word{0x02, "aborted"}, Word{0xff, "pending"}};
  return status(kOwn, raw);
}

std::string as_activity(std::uint64_t raw) {
  constexpr std::array<Word, 6> kActivities{Word{0, "idle"},
                                            Word{1, "active"},
                                            Word{2, "idling"},
                                            Word{3, "saving"},
                                            Word{4, "loading"},
                                            Word{5, "stalled"}};
  return word(kActivities, raw);
}

std::string as_block(std::uint64_t raw) {
  return raw == 0 ? "none" : fmt::format("{:#x} bytes on", raw * 16);
}

}  // namespace vfmgr::amd
