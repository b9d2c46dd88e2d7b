// SPDX-License-Identifier: Apache-2.0
// Hosts and profiles for tests of how one is laid over the other.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

inline constexpr std::uint64_t kGiB = 1ULL << 30U;

inline GpuFacts b60(std::string_view address) {
  GpuFacts facts;
  facts.gpu = {.address = *parse_address(address),
               .vendor_id = 0x8086,
               .device_id = 0xe211,
               .class_code = 0x030000,
               .driver = "xe",
               .numa_node = 0,
               .total_vfs = 24,
               .vendor = "Intel",
               .model = "Arc Pro B60"};
  facts.backend = "intel-xe";
  constexpr std::uint8_t kBoth = kScopeVf | kScopePf;
  facts.offers = {
      {.key = Key::vram, .scope = kScopeVf, .least = 0, .most = 22 * kGiB, .read_from = "the card"},
      {.key = Key::exec_quantum,
       .scope = kBoth,
       .least = 0,
       .most = 10'000'000,
       .read_from = "ABI"}};
  return facts;
}

inline GpuFacts plain(std::string_view address) {
  GpuFacts facts = b60(address);
  facts.gpu.vendor_id = 0x10de;
  facts.gpu.device_id = 0x26b9;
  facts.gpu.vendor = "NVIDIA";
  facts.gpu.model = "L40S";
  facts.gpu.driver = "pci-pf-stub";
  facts.gpu.numa_node = 1;
  facts.backend = "generic";
  facts.offers.clear();
  return facts;
}

inline GpuFacts vf_of(std::string_view pf, std::string_view address) {
  GpuFacts facts = b60(address);
  facts.gpu.physfn = *parse_address(pf);
  facts.gpu.total_vfs.reset();
  facts.backend.clear();
  return facts;
}

inline Resolved resolved(const std::string& tables, const std::vector<GpuFacts>& gpus) {
  const auto profile = Profile::parse({{.file = "p.toml", .text = "schema = 1\n" + tables}});
  EXPECT_TRUE(profile.has_value()) << (profile ? "" : to_string(profile.error()));
  return profile ? resolve(profile->model(), gpus) : Resolved{};
}

/// "line: kind subject 'value': why | help".
inline std::vector<std::string> lines(const std::vector<Error>& errors) {
  std::vector<std::string> texts;
  texts.reserve(errors.size());
  for (const Error& error : errors) {
    texts.push_back(std::to_string(error.spot.value_or(Spot{}).line) + ": " +
                    std::string(to_string(error.kind)) + " " + error.subject + " '" + error.value +
                    "': " + error.why + " | " + error.help);
  }
  return texts;
}

inline std::vector<std::string> addresses(const Resolved& result) {
  std::vector<std::string> all;
  all.reserve(result.desired.size());
  for (const Desired& desired : result.desired) {
    all.push_back(to_string(desired.gpu));
  }
  return all;
}

}  // namespace vfmgr
