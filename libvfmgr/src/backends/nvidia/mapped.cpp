// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/mapped.hpp"

#include "vfmgr/inventory.hpp"

#include "backends/mapped.hpp"
#include "backends/nvidia/attrs.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr::nvidia {

namespace {

using config_space::as_hex;
using mapped::flag;
using mapped::part;
using mapped::whole;

constexpr std::uint16_t kMappedVendor = 0x10de;

struct Generation {
  std::string_view name;
  std::span<const std::uint16_t> ids;
  bool mig_by_register = false;  ///< what mig-parted reads: of GA100 alone
};

// OGKM src/nvidia/generated/g_nv_name_released.h, which has these with vGPU; its VFs have the ids
// of their PFs. Of other ids this table says nothing.
constexpr std::array<std::uint16_t, 1> kTuringIds{0x1eb8};
constexpr std::array<std::uint16_t, 11> kGa100Ids{
    0x20b0, 0x20b2, 0x20b5, 0x20b7, 0x20b8, 0x20b9, 0x20f1, 0x20f3, 0x20f5, 0x20f6, 0x20fd};
constexpr std::array<std::uint16_t, 8> kGa10xIds{
    0x2230, 0x2231, 0x2233, 0x2235, 0x2236, 0x2237, 0x2238, 0x25b6};
constexpr std::array<std::uint16_t, 15> kHopperIds{0x2321,
                                                   0x2322,
                                                   0x2324,
                                                   0x2329,
                                                   0x232c,
                                                   0x2330,
                                                   0x2331,
                                                   0x2335,
                                                   0x2336,
                                                   0x2337,
                                                   0x2339,
                                                   0x233a,
                                                   0x233b,
                                                   0x2342,
                                                   0x2348};
constexpr std::array<std::uint16_t, 8> kAdaIds{
    0x26b1, 0x26b2, 0x26b3, 0x26b5, 0x26b9, 0x26ba, 0x27b6, 0x27b8};
constexpr std::array<std::uint16_t, 3> kGb10xIds{0x2901, 0x2941, 0x3182};
constexpr std::array<std::uint16_t, 2> kGb20xIds{0x2bb5, 0x2bb9};

constexpr std::array kGenerations{
    Generation{.name = "Turing", .ids = kTuringIds},
    Generation{.name = "Ampere (GA100)", .ids = kGa100Ids, .mig_by_register = true},
    Generation{.name = "Ampere", .ids = kGa10xIds},
    Generation{.name = "Hopper", .ids = kHopperIds},
    Generation{.name = "Ada", .ids = kAdaIds},
    Generation{.name = "Blackwell", .ids = kGb10xIds},
    Generation{.name = "Blackwell", .ids = kGb20xIds},
};

/// NV_PMC_BOOT_0_ARCHITECTURE_*, NV_PMC_BOOT_42_ARCHITECTURE_*.
std::string as_architecture(std::uint64_t raw) {
  constexpr std::uint64_t kFirst = 0x16;
  constexpr std::array<std::string_view, 6> kNames{
      "Turing", "Ampere (GA1xx)", "Hopper", "Ada", "Blackwell (GB10x)", "Blackwell (GB20x)"};
  return raw >= kFirst && raw < kFirst + kNames.size() ? std::string(kNames.at(raw - kFirst))
                                                       : fmt::format("unknown ({:#x})", raw);
}

/// NV_PMC_BOOT_1_VGPU_*.
std::string as_kind(std::uint64_t raw) {
  constexpr std::array<std::string_view, 3> kKinds{"real", "paravirtual", "VF"};
  return raw < kKinds.size() ? std::string(kKinds.at(raw)) : fmt::format("unknown ({:#x})", raw);
}

// "A" is 0xa, so that a1 is what lspci prints as (rev a1).
constexpr std::array kBoot0Fields{part("minor_revision", 0, 4, as_hex),
                                  part("major_revision", 4, 4, as_hex),
                                  // NV_PMC_BOOT_0_ARCHITECTURE_1; 0 on all that are known.
                                  part("architecture_high", 8, 1),
                                  part("implementation", 20, 4, as_hex),
                                  part("architecture", 24, 5, as_architecture)};
constexpr std::array kBoot1Fields{
    flag("vgpu8_virtual", 8), flag("vgpu16_virtual", 16), part("function", 16, 2, as_kind)};
constexpr std::array kBoot42Fields{part("minor_extended_revision", 8, 4, as_hex),
                                   part("minor_revision", 12, 4, as_hex),
                                   part("major_revision", 16, 4, as_hex),
                                   part("implementation", 20, 4, as_hex),
                                   part("architecture", 24, 6, as_architecture),
                                   part("chip_id", 20, 10, as_hex)};

/// isMigModeEnabled asks for the highest of these three bits alone.
std::string as_mig(std::uint64_t raw) {
  constexpr std::uint64_t kOn = 0b100;
  return (raw & kOn) != 0 ? "on" : "off";
}

/// BootCompleteValue.
std::string as_boot(std::uint64_t raw) {
  constexpr std::uint64_t kComplete = 0x3ff;
  return raw == kComplete ? "complete" : "not complete";
}

/// MigModeSetEnabled, MigModeSetDisabled.
std::string as_strap(std::uint64_t raw) {
  constexpr std::uint64_t kOn = 0b11;
  constexpr std::uint64_t kOff = 0b10;
  return raw == kOn ? "on" : raw == kOff ? "off" : "not set";
}

constexpr std::array kMigFields{part("mig_mode", 13, 3, as_mig)};
constexpr std::array kBootFields{whole("boot", as_boot)};
constexpr std::array kStrapFields{part("mig_mode_after_reset", 14, 2, as_strap)};

constexpr std::array kRegisters{
    MappedSpec{.attr = &kBoot0, .fields = kBoot0Fields},
    MappedSpec{.attr = &kBoot1, .fields = kBoot1Fields},
    MappedSpec{.attr = &kBoot42, .fields = kBoot42Fields},
    MappedSpec{.attr = &kMigModeCheck, .fields = kMigFields},
    MappedSpec{.attr = &kBootComplete, .fields = kBootFields},
    MappedSpec{.attr = &kMigModeSet, .fields = kStrapFields},
};
constexpr std::size_t kOnAll = 3;  // of these: what is not GA100's alone

}  // namespace

MappedChoice mapped_registers(const Gpu& gpu) {
  if (gpu.vendor_id != kMappedVendor) {
    return {};
  }
  const auto* const found = std::ranges::find_if(kGenerations, [&gpu](const Generation& one) {
    return std::ranges::find(one.ids, gpu.device_id) != one.ids.end();
  });
  if (found == kGenerations.end()) {
    return {.of = fmt::format(
                "none: no table has device {:04x}, so which of its registers may be read is not "
                "known",
                gpu.device_id),
            .registers = {}};
  }
  const auto registers =
      std::span(kRegisters).first(found->mig_by_register ? kRegisters.size() : kOnAll);
  return {.of = std::string(found->name), .registers = {registers.begin(), registers.end()}};
}

}  // namespace vfmgr::nvidia
