// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/families.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace vfmgr::intel {

namespace {

// Ids: Linux include/drm/intel/pciids.h at 0755a4e3. Whose SR-IOV is where: Linux
// drivers/gpu/drm/xe/xe_pci.c (6.19, 7.0): has_sriov, require_force_probe; has_sriov of I915BP; the
// README of I915DK. Graphics versions: the same xe_pci.c.
using Id = std::uint16_t;
constexpr std::array<Id, 11> kTigerLake{
    0x9a40, 0x9a49, 0x9a59, 0x9a60, 0x9a68, 0x9a70, 0x9a78, 0x9ac0, 0x9ac9, 0x9ad9, 0x9af8};
constexpr std::array<Id, 26> kAlderLake{0x4680, 0x4682, 0x4688, 0x468a, 0x468b, 0x4690, 0x4692,
                                        0x4693, 0x46a0, 0x46a1, 0x46a2, 0x46a3, 0x46a6, 0x46a8,
                                        0x46aa, 0x462a, 0x4626, 0x4628, 0x46b0, 0x46b1, 0x46b2,
                                        0x46b3, 0x46c0, 0x46c1, 0x46c2, 0x46c3};
constexpr std::array<Id, 5> kAlderLakeN{0x46d0, 0x46d1, 0x46d2, 0x46d3, 0x46d4};
constexpr std::array<Id, 18> kRaptorLake{0xa780,
                                         0xa781,
                                         0xa782,
                                         0xa783,
                                         0xa788,
                                         0xa789,
                                         0xa78a,
                                         0xa78b,
                                         0xa720,
                                         0xa7a0,
                                         0xa7a8,
                                         0xa7aa,
                                         0xa7ab,
                                         0xa721,
                                         0xa7a1,
                                         0xa7a9,
                                         0xa7ac,
                                         0xa7ad};
constexpr std::array<Id, 10> kMeteorLake{
    0x7d40, 0x7d45, 0x7d55, 0x7d60, 0x7dd5, 0x7d41, 0x7d51, 0x7d67, 0x7dd1, 0xb640};
constexpr std::array<Id, 14> kPantherLake{0xb080,
                                          0xb081,
                                          0xb082,
                                          0xb083,
                                          0xb084,
                                          0xb085,
                                          0xb086,
                                          0xb087,
                                          0xb08f,
                                          0xb090,
                                          0xb0a0,
                                          0xb0b0,
                                          0xfd80,
                                          0xfd81};
constexpr std::array<Id, 3> kFlex{0x56c0, 0x56c1, 0x56c2};
constexpr std::array<Id, 13> kMax{0x0b69,
                                  0x0b6e,
                                  0x0bd4,
                                  0x0bd5,
                                  0x0bd6,
                                  0x0bd7,
                                  0x0bd8,
                                  0x0bd9,
                                  0x0bda,
                                  0x0bdb,
                                  0x0be0,
                                  0x0be1,
                                  0x0be5};
// intel/xpumanager, resources/config/vgpu.conf of v1.3.x and of 2.0 (e216): Arc Pro.
constexpr std::array<Id, 5> kArcPro{0xe211, 0xe212, 0xe216, 0xe222, 0xe223};
constexpr std::array<Id, 8> kBattlemage{
    0xe202, 0xe209, 0xe20b, 0xe20c, 0xe20d, 0xe210, 0xe220, 0xe221};

constexpr std::array kFamilies{
    Family{.name = "Tiger Lake", .ids = kTigerLake, .by_xe = ByXe::when_told, .by_dkms = true},
    Family{.name = "Alder Lake", .ids = kAlderLake, .by_xe = ByXe::when_told, .by_dkms = true},
    Family{.name = "Alder Lake-N", .ids = kAlderLakeN, .by_xe = ByXe::when_told},
    Family{.name = "Raptor Lake", .ids = kRaptorLake, .by_xe = ByXe::when_told, .by_dkms = true},
    Family{.name = "Meteor Lake or Arrow Lake",
           .ids = kMeteorLake,
           .by_dkms = true,
           .graphics = Graphics::v12_70},
    Family{.name = "Panther Lake or Wildcat Lake",
           .ids = kPantherLake,
           .by_xe = ByXe::yes,
           .graphics = Graphics::v30},
    Family{.name = "Data Center GPU Flex",
           .ids = kFlex,
           .by_xe = ByXe::when_told,
           .by_backport = true,
           .own_memory = true,
           .graphics = Graphics::v12_55},
    Family{.name = "Data Center GPU Max",
           .ids = kMax,
           .by_backport = true,
           .own_memory = true,
           .has_fabric = true,
           .graphics = Graphics::v12_60},
    Family{.name = "Arc Pro (Battlemage)",
           .ids = kArcPro,
           .by_xe = ByXe::yes,
           .own_memory = true,
           .graphics = Graphics::v20},
    // intel/linux-intel-lts issue 33: the lspci of a B580 shows no SR-IOV capability.
    Family{.name = "Battlemage",
           .ids = kBattlemage,
           .by_xe = ByXe::yes,
           .own_memory = true,
           .has_capability = false,
           .graphics = Graphics::v20},
};

}  // namespace

const Family* family_of(std::uint16_t device_id) {
  const auto* const found = std::ranges::find_if(kFamilies, [device_id](const Family& family) {
    return std::ranges::find(family.ids, device_id) != family.ids.end();
  });
  return found == kFamilies.end() ? nullptr : found;
}

}  // namespace vfmgr::intel
