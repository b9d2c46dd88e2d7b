// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/mapped.hpp"

#include "vfmgr/inventory.hpp"

#include "backends/intel/attrs.hpp"
#include "backends/intel/families.hpp"
#include "backends/mapped.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::intel {

namespace {

using config_space::as_hex;
using mapped::flag;
using mapped::part;
using mapped::whole;

constexpr std::uint16_t kMappedVendor = 0x8086;
constexpr std::uint32_t kMappedDisplay = 0x03;  // base class, include/linux/pci_ids.h

// intel_iov_utils.h (I915BP) and IGT's intel_is_vf_device: bit 0 of a VF, and all others must be 0.
std::string as_must_be_zero(std::uint64_t raw) {
  return raw == 0 ? "0, as it must be" : fmt::format("{:#x}, and must be 0", raw);
}

constexpr std::array kVfCapFields{flag("is_vf", 0), part("reserved", 1, 31, as_must_be_zero)};

// xe_gt_regs.h: GMD_ID_ARCH_MASK, _RELEASE_MASK, _REVID; bits 13:6 are flags.
constexpr std::array kGmdIdFields{part("revision", 0, 6),
                                  part("flags", 6, 8, as_hex),
                                  part("release", 14, 8),
                                  part("architecture", 22, 10)};
constexpr std::array kMediaGmdIdFields{part("media_revision", 0, 6),
                                       part("media_flags", 6, 8, as_hex),
                                       part("media_release", 14, 8),
                                       part("media_architecture", 22, 10)};

// xe_guc_regs.h: GS_AUTH_STATUS_*, GS_MIA_*, GS_UKERNEL_*, GS_BOOTROM_*, GS_MIA_IN_RESET.
std::string as_auth(std::uint64_t raw) {
  constexpr std::array<std::string_view, 3> kWords{"none, as while its GT sleeps", "bad", "good"};
  return raw < kWords.size() ? std::string(kWords.at(raw)) : as_hex(raw);
}

/// abi/guc_errors_abi.h: XE_GUC_LOAD_STATUS_READY, _EXCEPTION.
std::string as_ukernel(std::uint64_t raw) {
  constexpr std::uint64_t kReady = 0xf0;
  constexpr std::uint64_t kException = 0x70;
  return raw == kReady ? "ready" : raw == kException ? "exception" : as_hex(raw);
}

/// The same: XE_BOOTROM_STATUS_RSA_FAILED, _JUMP_PASSED.
std::string as_bootrom(std::uint64_t raw) {
  constexpr std::uint64_t kRsaFailed = 0x50;
  constexpr std::uint64_t kJumpPassed = 0x76;
  return raw == kRsaFailed    ? "firmware's signature refused"
         : raw == kJumpPassed ? "firmware started"
                              : as_hex(raw);
}

constexpr std::array kGucFields{flag("guc_in_reset", 0),
                                part("guc_bootrom", 1, 7, as_bootrom),
                                part("guc_ukernel", 8, 8, as_ukernel),
                                part("guc_mia", 16, 3, as_hex),
                                part("guc_authentication", 30, 2, as_auth)};

/// A GT that sleeps reads 0 where it is not 0.
std::string as_of_gt(std::uint64_t raw) {
  return raw == 0 ? "0, as while its GT sleeps" : as_hex(raw);
}

constexpr std::array kRpmConfigFields{whole("rpm_config0", as_of_gt)};
constexpr std::array kFuse4Fields{whole("fuse4", as_of_gt)};
constexpr std::array kFuse3Fields{whole("fuse3", as_of_gt)};
constexpr std::array kFuse1Fields{whole("fuse1", as_of_gt)};
constexpr std::array kEuFields{whole("eu_enable", as_of_gt)};
constexpr std::array kSliceFields{whole("slice_enable", as_of_gt)};
constexpr std::array kGeometryFields{whole("geometry_dss_enable", as_of_gt)};
constexpr std::array kVideoFields{whole("vebox_vdbox_disable", as_of_gt)};
constexpr std::array kComputeFields{whole("compute_dss_enable", as_of_gt)};
constexpr std::array kComputeExtFields{whole("compute_dss_enable_ext", as_of_gt)};
constexpr std::array kCompute2Fields{whole("compute_dss_2", as_of_gt)};
constexpr std::array kGeometry1Fields{whole("geometry_dss_1", as_of_gt)};
constexpr std::array kHucFields{whole("huc_load_info", as_of_gt)};

/// A register, and on which graphics it is.
struct Listed {
  MappedSpec spec;
  std::uint32_t on = 0;  ///< bits by Graphics
};

constexpr std::uint32_t on(Graphics graphics) {
  return 1U << static_cast<std::uint32_t>(graphics);
}
constexpr std::uint32_t kFrom20 = on(Graphics::v20) | on(Graphics::v30);
constexpr std::uint32_t kFrom1270 = on(Graphics::v12_70) | kFrom20;
constexpr std::uint32_t kFrom1260 = on(Graphics::v12_60) | kFrom1270;
constexpr std::uint32_t kFrom1255 = on(Graphics::v12_55) | kFrom1260;
constexpr std::uint32_t kOnAll = on(Graphics::v12_00) | kFrom1255;

// By offset. Whose runtime registers are which: tgl_runtime_regs, ats_m_, pvc_, ver_1270_,
// ver_2000_ and ver_3000_runtime_regs of xe_gt_sriov_pf_service.c. GMD_ID means nothing
// before 12.70 (xe_pci.c: handle_gmdid is for devices whose descriptor names no version).
constexpr std::array kListed{
    Listed{.spec = {.attr = &kRpmConfig0, .fields = kRpmConfigFields}, .on = kOnAll},
    Listed{.spec = {.attr = &kGmdId, .fields = kGmdIdFields}, .on = kFrom1270},
    Listed{.spec = {.attr = &kFuse4, .fields = kFuse4Fields}, .on = kFrom1270},
    Listed{.spec = {.attr = &kFuse3, .fields = kFuse3Fields}, .on = kOnAll},
    Listed{.spec = {.attr = &kFuse1, .fields = kFuse1Fields},
           .on = on(Graphics::v12_55) | kFrom1270},
    Listed{.spec = {.attr = &kEuEnable, .fields = kEuFields}, .on = kOnAll},
    Listed{.spec = {.attr = &kSliceEnable, .fields = kSliceFields}, .on = on(Graphics::v12_00)},
    Listed{.spec = {.attr = &kGeometryDss, .fields = kGeometryFields}, .on = kOnAll},
    Listed{.spec = {.attr = &kVideoDisable, .fields = kVideoFields}, .on = kOnAll},
    Listed{.spec = {.attr = &kComputeDss, .fields = kComputeFields}, .on = kFrom1255},
    Listed{.spec = {.attr = &kComputeDssExt, .fields = kComputeExtFields}, .on = kFrom1260},
    Listed{.spec = {.attr = &kComputeDss2, .fields = kCompute2Fields}, .on = kFrom20},
    Listed{.spec = {.attr = &kGeometryDss1, .fields = kGeometry1Fields}, .on = kFrom20},
    Listed{.spec = {.attr = &kGucStatus, .fields = kGucFields}, .on = kOnAll},
    Listed{.spec = {.attr = &kHucInfo, .fields = kHucFields}, .on = kOnAll},
    Listed{.spec = {.attr = &kVfCap, .fields = kVfCapFields}, .on = kOnAll},
    Listed{.spec = {.attr = &kMediaGmdId, .fields = kMediaGmdIdFields}, .on = kFrom1270},
};

}  // namespace

MappedChoice mapped_registers(const Gpu& gpu) {
  constexpr std::uint32_t kBaseClassShift = 16;
  if (gpu.vendor_id != kMappedVendor || gpu.class_code >> kBaseClassShift != kMappedDisplay) {
    return {};
  }
  const Family* const family = family_of(gpu.device_id);
  if (family == nullptr) {
    return {.of = fmt::format(
                "none: device {:04x} is of no family whose registers are known to be safe to read",
                gpu.device_id),
            .registers = {}};
  }
  MappedChoice choice{.of = std::string(family->name), .registers = {}};
  for (const Listed& one : kListed) {
    if ((one.on & on(family->graphics)) != 0) {
      choice.registers.push_back(one.spec);
    }
  }
  return choice;
}

}  // namespace vfmgr::intel
