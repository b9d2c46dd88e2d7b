// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// The memory that VFs show to a CPU: one window for each VF BAR, which all VFs of a PF share.
namespace vfmgr {

/// A line of a function's `resource` file (pci-sysfs.c:resource_show): where a window begins and
/// ends, and IORESOURCE_* of include/linux/ioport.h.
struct MemoryWindow {
  std::uint64_t start = 0, end = 0, flags = 0;

  /// The kernel found a place for it. One without reads as zeros or carries IORESOURCE_UNSET.
  [[nodiscard]] bool placed() const;
  /// It wants a place and has none.
  [[nodiscard]] bool unplaced() const;
  /// How large it is; 0: there is none.
  [[nodiscard]] std::uint64_t bytes() const { return end > start ? end - start + 1 : 0; }
};

/// Of a BAR of the function itself, 0 to 5. Nothing where the text has no such line.
std::optional<MemoryWindow> bar_window(std::string_view resource, std::size_t bar);

inline constexpr std::size_t kVfBars = 6;  // include/linux/pci.h: PCI_SRIOV_NUM_BARS

/// Lines 7 to 12, which a kernel with CONFIG_PCI_IOV prints for VF BAR 0 to 5. Nothing where it was
/// built without, or the text is no such file.
std::optional<std::array<MemoryWindow, kVfBars>> vf_windows(std::string_view resource);

/// A VF BAR that can be resized, as VF Resizable BAR tells.
struct ResizableVfBar {
  std::uint64_t now = 0;    ///< bytes of one VF; 0: the register says a size that there is not
  std::uint64_t sizes = 0;  ///< bit n: one VF can have 2^(20+n) bytes
};
/// Of a PF's configuration space; nothing: it has none for this BAR, or the bytes were not read.
std::optional<ResizableVfBar> resizable_vf_bar(std::string_view config, std::size_t bar);

/// The memory that one VF BAR shows.
struct VfBarRoom {
  std::uint64_t window = 0;  ///< bytes for all VFs
  std::uint64_t now = 0;     ///< bytes of one VF, as the registers stand
  std::uint64_t sizes = 0;   ///< bit n: one VF can have 2^(20+n) bytes; 0: it can't be resized

  /// What one of this many VFs gets from a driver that resizes VF BARs when it makes VFs: the
  /// largest size of which the window holds so many (drivers/pci/iov.c:pci_iov_vf_bar_get_sizes,
  /// Linux 6.17). 0: no size fits.
  [[nodiscard]] std::uint64_t with(std::uint32_t vfs) const;
};

/// Of a PF's `resource` file and its configuration space. Nothing where there is no such VF BAR, or
/// the bytes that tell its size were not read: root alone is given them. Sources:
/// include/uapi/linux/pci_regs.h, PCI_EXT_CAP_ID_SRIOV and PCI_EXT_CAP_ID_VF_REBAR.
std::optional<VfBarRoom> vf_bar_room(std::string_view resource,
                                     std::string_view config,
                                     std::size_t bar);

}  // namespace vfmgr
