// SPDX-License-Identifier: Apache-2.0
#include "pci/expected.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/setting.hpp"

#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <cstdint>
#include <variant>

namespace vfmgr::pci {

namespace {

// iov.c:sriov_enable and sriov_disable sleep 100 ms and 1 s; a VF's own set-up was measured at 1.25
// ms on 6.12 (64 VFs in 0.18 s). A driver's probe varies; vfio-pci's resets the function, which the
// PCI specification allows 100 ms.
constexpr std::uint64_t kEnableUs = 100'000;
constexpr std::uint64_t kDisableUs = 1'000'000;
constexpr std::uint64_t kVfUs = 1'250;
constexpr std::uint64_t kBindUs = 100'000;

}  // namespace

Expected expected(const Change& change) {
  if (change.what == kVfCount.name) {
    const auto count = [](const Setting& setting) {
      const auto* const number = std::get_if<std::uint64_t>(&setting);
      return number == nullptr ? 0 : *number;
    };
    const std::uint64_t to = count(change.to_value);
    // Some drivers go from one count to another in one write.
    const bool disables = to == 0 || count(change.from) > 0;
    return {.us = (disables ? kDisableUs : 0) + (to > 0 ? kEnableUs + (to * kVfUs) : 0),
            .why = "the kernel's own wait"};
  }
  return match(kBind, change.to) ? Expected{.us = kBindUs, .why = "100 ms each"} : Expected{};
}

}  // namespace vfmgr::pci
