// SPDX-License-Identifier: Apache-2.0
#include "pci/expected.hpp"

#include "vfmgr/plan.hpp"

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
    const auto* const to = std::get_if<std::uint64_t>(&change.to_value);
    return {.us = to == nullptr || *to == 0 ? kDisableUs : kEnableUs + (*to * kVfUs),
            .why = "the kernel's own wait"};
  }
  return match(kBind, change.to) ? Expected{.us = kBindUs, .why = "100 ms each"} : Expected{};
}

}  // namespace vfmgr::pci
