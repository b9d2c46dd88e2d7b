// SPDX-License-Identifier: Apache-2.0
#include "kernel/pci_names.hpp"

#include "vfmgr/inventory.hpp"

#include "kernel/kernel.hpp"

// libpci < 3.14 has no extern "C" of its own.
extern "C" {
#include <pci/pci.h>
}

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

struct Known {
  std::uint16_t vendor, device;
  std::string_view vendor_name, model;
};

constexpr std::string_view kIntel = "Intel Corporation";
constexpr std::string_view kNvidia = "NVIDIA Corporation";
constexpr std::string_view kAmd = "Advanced Micro Devices, Inc.";
constexpr std::string_view kRedHat = "Red Hat, Inc.";

// What Debian 12's PCI database of 2023 does not have yet, or has under the name of a chip.
constexpr std::array kTable{
    // intel/intel-resource-drivers-for-kubernetes: pkg/gpu/device/models.go
    Known{.vendor = 0x8086, .device = 0xe211, .vendor_name = kIntel, .model = "Arc Pro B60"},
    Known{.vendor = 0x8086, .device = 0xe212, .vendor_name = kIntel, .model = "Arc Pro B50"},
    Known{.vendor = 0x8086, .device = 0xe222, .vendor_name = kIntel, .model = "Arc Pro B65"},
    Known{.vendor = 0x8086, .device = 0xe223, .vendor_name = kIntel, .model = "Arc Pro B70"},
    // NVIDIA/open-gpu-kernel-modules: src/nvidia/generated/g_nv_name_released.h
    Known{.vendor = 0x10de, .device = 0x26b9, .vendor_name = kNvidia, .model = "L40S"},
    // amd/MxGPU-Virtualization: libgv/core/amdgv_device.c; the second is its VF
    Known{.vendor = 0x1002, .device = 0x7460, .vendor_name = kAmd, .model = "Radeon PRO V710"},
    Known{.vendor = 0x1002, .device = 0x7461, .vendor_name = kAmd, .model = "Radeon PRO V710 VF"},
    // QEMU docs/specs/pci-ids.rst; the database has the version of its interface in the name
    Known{.vendor = 0x1af4, .device = 0x1050, .vendor_name = kRedHat, .model = "virtio-gpu"},
};

// No number in place of a name that isn't known. And not udev's copy of the same database, which
// libpci 3.9 asks for what the file lacks, and leaks a udev context for (names-hwdb.c).
constexpr int kLookUp = PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB;

/// libpci's error hook must not return; its default ends the process.
struct LibpciFailed : std::exception {};

// The attribute as libpci spells it: to clang it is part of the hook's type.
// NOLINTNEXTLINE(cert-dcl50-cpp): libpci's signature
__attribute__((noreturn)) void throw_it(char* /*message*/, ...) {
  throw LibpciFailed();
}

void say_nothing(char* /*message*/, ...) {}  // NOLINT(cert-dcl50-cpp): as above

/// "AD102GL [L40S]" is a chip and, in brackets, what people call it.
std::string as_people_say(std::string_view name) {
  const std::size_t open = name.rfind('[');
  if (open == std::string_view::npos || !name.ends_with(']') || open + 2 >= name.size()) {
    return std::string(name);
  }
  return std::string(name.substr(open + 1, name.size() - open - 2));
}

std::string_view or_empty(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

struct PciNames::Database {
  struct Cleanup {
    void operator()(pci_access* opened) const { ::pci_cleanup(opened); }
  };
  std::unique_ptr<pci_access, Cleanup> access{::pci_alloc()};

  Database() {
    access->method = PCI_ACCESS_SYS_BUS_PCI;
    access->error = &throw_it;
    access->warning = say_nothing;
    access->debug = say_nothing;
  }

  /// Throws LibpciFailed.
  PciName look_up(const Gpu& ids) const {
    std::array<char, 512> vendor{};
    std::array<char, 512> device{};
    const char* const vendor_name = ::pci_lookup_name(
        access.get(), vendor.data(), vendor.size(), PCI_LOOKUP_VENDOR | kLookUp, ids.vendor_id);
    const char* const device_name = ::pci_lookup_name(access.get(),
                                                      device.data(),
                                                      device.size(),
                                                      PCI_LOOKUP_DEVICE | kLookUp,
                                                      ids.vendor_id,
                                                      ids.device_id);
    return {.vendor = std::string(or_empty(vendor_name)),
            .model = as_people_say(or_empty(device_name))};
  }
};

PciNames::PciNames() = default;
PciNames::~PciNames() = default;

PciName PciNames::name_of(const Gpu& ids) const {
  const auto* const known = std::ranges::find_if(kTable, [&ids](const Known& row) {
    return row.vendor == ids.vendor_id && row.device == ids.device_id;
  });
  if (known != kTable.end()) {
    return {.vendor = std::string(known->vendor_name), .model = std::string(known->model)};
  }
  const std::lock_guard lock(mutex_);
  if (broken_) {
    return {};
  }
  try {
    if (database_ == nullptr) {
      database_ = std::make_unique<Database>();
    }
    return database_->look_up(ids);
  } catch (const LibpciFailed&) {
    // The exception left libpci in the middle of something: it is not asked again.
    broken_ = true;
    return {};
  }
}

}  // namespace vfmgr
