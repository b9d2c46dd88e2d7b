// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// A PCI function as the kernel presents it, before any vendor has looked at it.
struct Gpu {
  PciAddress address;
  std::uint16_t vendor_id = 0;
  std::uint16_t device_id = 0;
  std::uint16_t subsystem_vendor_id = 0;
  std::uint16_t subsystem_device_id = 0;
  std::uint32_t class_code = 0;            ///< 24 bits: base class, subclass, interface
  std::optional<std::string> driver;       ///< bound driver; none: unbound
  std::optional<int> numa_node;            ///< none: the kernel says -1 or has no such file
  std::optional<int> iommu_group;          ///< none: not behind an IOMMU
  std::optional<std::uint32_t> total_vfs;  ///< sriov_totalvfs; none: not a PF
  std::optional<PciAddress> physfn;        ///< set when the function is itself a VF
  std::string vendor;                      ///< vendor's name; empty: unknown
  std::string model;                       ///< model's name; empty: unknown
  // What tells it from others of its kind, wherever it is plugged in. Looked for only where it is
  // asked for: by a profile's `match`, by a name that is none of the above, by Detail::whole.
  std::optional<std::string> slot;  ///< physical slot, as the kernel names it; none: it names none
  std::optional<std::string> serial;  ///< of the Device Serial Number capability, "00-11-…-77"
  std::optional<std::string> uuid;    ///< the driver's; none: it gives none, or there is no driver

  /// Display controller (03xx) or processing accelerator (1200): what this tool manages unasked.
  [[nodiscard]] bool is_gpu_class() const {
    return (class_code >> 16U) == 0x03U || (class_code >> 8U) == 0x1200U;
  }
};

/// Who uses a function.
struct Holder {
  std::optional<int> pid;  ///< none: can't be seen from here
  std::optional<std::string> command;
  std::optional<std::string> vm;
  std::optional<std::string> container;
  std::string node;                 ///< what it holds open, e.g. "/dev/vfio/44"; may be empty
  std::optional<Milliseconds> age;  ///< since it was started; none: not known
  friend bool operator==(const Holder&, const Holder&) = default;
};

/// A VF, for list and show.
struct VfView {
  VfIndex index;
  std::optional<PciAddress> address;  ///< none: not made yet, so not known
  std::optional<std::string> driver;
  std::optional<int> iommu_group;
  std::optional<bool> in_use;  ///< none: not visible from here; counts as in use
  std::vector<Holder> holders;
  Attributes attributes;
};

/// Something worth telling about a GPU: what keeps it from doing what it could, or what its numbers
/// do not say.
struct Finding {
  std::string what;  ///< e.g. "driver i915 makes no VFs this way"
  std::string help;  ///< what to do; may be empty
};

/// An attribute that this device has, with what it may be set to.
struct OfferView {
  std::string name;  ///< attribute, e.g. "vram"
  bool pf = false;   ///< scope: of the PF, else of its VFs
  std::optional<std::uint64_t> least,
      most;               ///< range in bytes, microseconds or count; none: unknown
  std::string read_from;  ///< the place the range was read from, or the source it rests on
  /// Whether a VF's can be written while the VF is not there yet; else only while it is. none: not
  /// known, and of the PF.
  std::optional<bool> before_vfs;
};

/// What still fits on a GPU beside what is there.
struct FitView {
  std::string attribute;   ///< "vgpu_type"
  std::string value;       ///< a value of it, e.g. "NVIDIA L40S-8Q"
  std::uint32_t more = 0;  ///< how many VFs could be given it, and nothing else
};

/// A GPU, for list and show.
struct GpuView {
  Gpu gpu;
  std::string backend;                      ///< "generic", "intel-xe"; empty: none manages it
  std::optional<std::uint64_t> vram_total;  ///< bytes; none: no source says how to read it
  bool makes_vfs = true;         ///< false: no VFs can be made here, and a finding tells why
  std::uint32_t coming_vfs = 0;  ///< that can be given something, though none can be made here
  std::uint32_t num_vfs = 0;     ///< counted by links
  std::optional<std::uint32_t> vf_offset, vf_stride;
  std::string vf_device_id;  ///< "0x56c0"; empty: not a PF
  std::optional<bool> drivers_autoprobe;
  Attributes attributes;  ///< of the PF
  std::vector<OfferView> offers;
  std::vector<Finding> findings;
  std::vector<VfView> vfs;
  std::vector<FitView> fits;  ///< asked for with Detail::whole only
};

/// The functions of a host, in address order.
struct Inventory {
  bool simulated = false;
  std::vector<GpuView> gpus;
};

}  // namespace vfmgr
#pragma GCC visibility pop
