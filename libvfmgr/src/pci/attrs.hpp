// SPDX-License-Identifier: Apache-2.0
#pragma once

// The PCI core's files that this tool looks at, each spelled once. Sources: Linux
// Documentation/ABI/testing/sysfs-bus-pci and, for formats and errnos, drivers/pci/iov.c,
// pci-sysfs.c, pci-driver.c and drivers/base/bus.c, dd.c, read at 6.1.192, 6.12.117 and 7.2.13.

#include "core/attr.hpp"
#include "pci/errnos.hpp"

#include <array>
#include <string>

namespace vfmgr::pci {

inline constexpr std::string_view kSource = "Linux ABI/testing/sysfs-bus-pci";

inline constexpr Attr kFunctions{
    .pattern = "bus/pci/devices", .name = "functions", .source = kSource};
inline constexpr Attr kFunctionDir{
    .pattern = "bus/pci/devices/{gpu}", .name = "function", .source = kSource};
inline constexpr Attr kVendor{
    .pattern = "bus/pci/devices/{gpu}/vendor", .name = "vendor", .source = kSource};
inline constexpr Attr kDevice{
    .pattern = "bus/pci/devices/{gpu}/device", .name = "device", .source = kSource};
inline constexpr Attr kSubVendor{.pattern = "bus/pci/devices/{gpu}/subsystem_vendor",
                                 .name = "subsystem_vendor",
                                 .source = kSource};
inline constexpr Attr kSubDevice{.pattern = "bus/pci/devices/{gpu}/subsystem_device",
                                 .name = "subsystem_device",
                                 .source = kSource};
inline constexpr Attr kClass{
    .pattern = "bus/pci/devices/{gpu}/class", .name = "class", .source = kSource};
inline constexpr Attr kNumaNode{
    .pattern = "bus/pci/devices/{gpu}/numa_node", .name = "numa_node", .source = kSource};
inline constexpr Attr kIommuGroup{.as = As::link,
                                  .pattern = "bus/pci/devices/{gpu}/iommu_group",
                                  .name = "iommu_group",
                                  .source = kSource};
inline constexpr Attr kPhysfn{
    .as = As::link, .pattern = "bus/pci/devices/{gpu}/physfn", .name = "physfn", .source = kSource};
// Windows of the VF BARs, lines 7 to 12: pci-sysfs.c:resource_show with CONFIG_PCI_IOV.
inline constexpr Attr kResource{
    .pattern = "bus/pci/devices/{gpu}/resource", .name = "resource", .source = kSource};
// Configuration space: pci-sysfs.c:pci_read_config, which wakes a suspended function, so that it is
// read only where VFs are to be made. Whoever lacks CAP_SYS_ADMIN is given 64 bytes.
inline constexpr Attr kConfig{
    .pattern = "bus/pci/devices/{gpu}/config", .name = "config", .source = kSource};
// Whether it sleeps (drivers/base/power/sysfs.c:runtime_status_show): "active", "suspended",
// "suspending", "resuming", "error", "unsupported". Looking wakes nobody.
inline constexpr Attr kRuntimeStatus{.pattern = "bus/pci/devices/{gpu}/power/runtime_status",
                                     .name = "runtime_status",
                                     .source = "Linux ABI/testing/sysfs-devices-power"};
// "none [integrity] confidentiality": the one in brackets holds (pci/lockdown.hpp).
inline constexpr Attr kLockdown{.pattern = "kernel/security/lockdown",
                                .name = "lockdown",
                                .source = "Linux security/lockdown/lockdown.c"};
// The bridge above: pci-sysfs.c; a root bus has no such file.
inline constexpr Attr kSubordinateBus{.pattern = "bus/pci/devices/{gpu}/../subordinate_bus_number",
                                      .name = "subordinate_bus_number",
                                      .source = kSource};
// Documentation/ABI/testing/sysfs-bus-pci "slots" and drivers/pci/slot.c:address_read_file: a slot
// has all the functions that are plugged into it, so the file has no function.
inline constexpr Attr kSlots{.pattern = "bus/pci/slots", .name = "slots", .source = kSource};
inline constexpr Attr kSlotAddress{
    .pattern = "bus/pci/slots/{name}/address", .name = "slot", .source = "drivers/pci/slot.c"};
inline constexpr Attr kTotalVfs{
    .pattern = "bus/pci/devices/{gpu}/sriov_totalvfs", .name = "total_vfs", .source = kSource};
inline constexpr Attr kOffset{
    .pattern = "bus/pci/devices/{gpu}/sriov_offset", .name = "vf_offset", .source = kSource};
inline constexpr Attr kStride{
    .pattern = "bus/pci/devices/{gpu}/sriov_stride", .name = "vf_stride", .source = kSource};
inline constexpr Attr kVfDevice{
    .pattern = "bus/pci/devices/{gpu}/sriov_vf_device", .name = "vf_device_id", .source = kSource};
// Reading takes the PF's device lock, which a writer may hold for ever: never read in this process.
inline constexpr Attr kNumVfs{.pattern = "bus/pci/devices/{gpu}/sriov_numvfs",
                              .name = "vfs",
                              .errnos = kNumVfsErrnos,
                              .source = kSource,
                              .slow_read = true};
inline constexpr Attr kAutoprobe{.pattern = "bus/pci/devices/{gpu}/sriov_drivers_autoprobe",
                                 .name = "autoprobe",
                                 .errnos = kAutoprobeErrnos,
                                 .source = kSource};
inline constexpr Attr kVfCount{
    .as = As::count, .pattern = "bus/pci/devices/{gpu}/virtfn", .name = "vfs", .source = kSource};
inline constexpr Attr kVf{.as = As::link,
                          .pattern = "bus/pci/devices/{gpu}/virtfn{vf}",
                          .name = "address",
                          .source = kSource};
inline constexpr Attr kPfDriver{
    .as = As::link, .pattern = "bus/pci/devices/{gpu}/driver", .name = "driver", .source = kSource};
inline constexpr Attr kVfDriver{.as = As::link,
                                .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/driver",
                                .name = "vf_driver",
                                .source = kSource};
inline constexpr Attr kVfIommuGroup{.as = As::link,
                                    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/iommu_group",
                                    .name = "iommu_group",
                                    .source = kSource};
// 5.10 and 6.1 take the device lock for reading: slow.
inline constexpr Attr kPfOverride{.pattern = "bus/pci/devices/{gpu}/driver_override",
                                  .name = "driver_override",
                                  .errnos = kOverrideErrnos,
                                  .source = kSource,
                                  .slow_read = true};
inline constexpr Attr kVfOverride{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/driver_override",
                                  .name = "driver_override",
                                  .errnos = kOverrideErrnos,
                                  .source = kSource,
                                  .slow_read = true};
// iov.c:sriov_vf_total_msix_show, since 5.13: the PF's device lock, as for the count. 0: its driver
// has no .sriov_get_vf_total_msix.
inline constexpr Attr kTotalMsix{.pattern = "bus/pci/devices/{gpu}/sriov_vf_total_msix",
                                 .name = "msix_total",
                                 .source = kSource,
                                 .slow_read = true};
// Only for writing, and only while the VF has no driver: "> 0 - this number will be reported as the
// Table Size in the VF's MSI-X capability", "= 0 - will reset to the device default value".
inline constexpr Attr kMsixCount{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/sriov_vf_msix_count",
                                 .name = "msix",
                                 .errnos = kMsixErrnos,
                                 .source = kSource};
// What came of it. A function's reset locks its configuration space (access.c:pci_wait_cfg), and
// reading wakes one that sleeps.
inline constexpr Attr kVfMsix{.as = As::vectors,
                              .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/config",
                              .name = "msix",
                              .source = kSource,
                              .slow_read = true};
inline constexpr Attr kDriverDir{
    .pattern = "bus/pci/drivers/{name}", .name = "driver", .source = kSource};
inline constexpr Attr kBind{.pattern = "bus/pci/drivers/{name}/bind",
                            .name = "driver",
                            .errnos = kBindErrnos,
                            .source = kSource};
inline constexpr Attr kUnbind{.pattern = "bus/pci/drivers/{name}/unbind",
                              .name = "driver",
                              .errnos = kUnbindErrnos,
                              .source = kSource};
inline constexpr Attr kDriversProbe{.pattern = "bus/pci/drivers_probe",
                                    .name = "driver",
                                    .errnos = kProbeErrnos,
                                    .source = kSource};
inline constexpr Attr kModule{.in = In::module,
                              .pattern = "{name}",
                              .name = "module",
                              .errnos = kModuleErrnos,
                              .source = "modprobe(8), delete_module(2)"};
inline constexpr Attr kVfioGroup{.in = In::dev,
                                 .pattern = "vfio/{name}",
                                 .name = "vfio group",
                                 .source = "drivers/vfio/group.c:vfio_group_fops_open"};

// Documentation/ABI/testing/sysfs-devices-vfio-dev; drivers/gpu/drm/drm_sysfs.c and
// drivers/accel/drm_accel.c.
inline constexpr std::string_view kVfioDevSource = "Linux ABI/testing/sysfs-devices-vfio-dev";
inline constexpr std::string_view kDrmSource = "drivers/gpu/drm/drm_sysfs.c";
inline constexpr std::string_view kAccelSource = "drivers/accel/drm_accel.c";
inline constexpr Attr kNvmeNode{.in = In::dev,
                                .pattern = "nvme{name}",
                                .name = "NVMe node",
                                .source = "drivers/nvme/host/core.c"};
inline constexpr Attr kPfDrm{
    .pattern = "bus/pci/devices/{gpu}/drm", .name = "DRM nodes", .source = kDrmSource};
inline constexpr Attr kVfDrm{
    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/drm", .name = "DRM nodes", .source = kDrmSource};
inline constexpr Attr kPfAccel{
    .pattern = "bus/pci/devices/{gpu}/accel", .name = "accelerator nodes", .source = kAccelSource};
inline constexpr Attr kVfAccel{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/accel",
                               .name = "accelerator nodes",
                               .source = kAccelSource};
inline constexpr Attr kVfVfioDev{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/vfio-dev",
                                 .name = "vfio devices",
                                 .source = kVfioDevSource};
inline constexpr Attr kVfNet{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/net",
                             .name = "network interfaces",
                             .source = "Linux ABI/testing/sysfs-class-net"};
inline constexpr Attr kVfNetFlags{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/net/{name}/flags",
                                  .name = "interface flags",
                                  .source = "Linux ABI/testing/sysfs-class-net"};
inline constexpr Attr kVfNvme{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvme",
                              .name = "NVMe controllers",
                              .source = kNvmeNode.source};
inline constexpr Attr kVfNvmeOne{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvme/{name}",
                                 .name = "NVMe namespaces",
                                 .source = kNvmeNode.source};

inline constexpr std::array kAttrs{
    kFunctions,      kFunctionDir,  kVendor,      kDevice,     kSubVendor,    kSubDevice,
    kClass,          kNumaNode,     kIommuGroup,  kPhysfn,     kResource,     kConfig,
    kSubordinateBus, kSlots,        kSlotAddress, kTotalVfs,   kOffset,       kStride,
    kVfDevice,       kNumVfs,       kAutoprobe,   kVfCount,    kVf,           kPfDriver,
    kVfDriver,       kVfIommuGroup, kPfOverride,  kVfOverride, kTotalMsix,    kMsixCount,
    kVfMsix,         kDriverDir,    kBind,        kUnbind,     kDriversProbe, kModule,
    kVfioGroup,      kNvmeNode,     kPfDrm,       kVfDrm,      kPfAccel,      kVfAccel,
    kVfVfioDev,      kVfNet,        kVfNetFlags,  kVfNvme,     kVfNvmeOne,    kRuntimeStatus,
    kLockdown};

/// What driver_override reads when it is unset (pci-sysfs.c: "%s" of a null pointer) …
inline constexpr std::string_view kNoOverride = "(null)";
/// … and what unsets it. A write of no bytes never reaches the kernel's store function.
inline constexpr std::string_view kClearOverride = "\n";
/// What gives a VF back as many vectors as the device gives unasked.
inline constexpr std::string_view kDefaultMsix = "0";

inline Place of(const Attr& attr, const PciAddress& gpu) {
  return place_of(attr, {.gpu = gpu, .vf = {}, .name = {}});
}
inline Place of(const Attr& attr, const PciAddress& gpu, VfIndex vf) {
  return place_of(attr, {.gpu = gpu, .vf = vf, .name = {}});
}
inline Place named(const Attr& attr, std::string name) {
  return place_of(attr, {.gpu = {}, .vf = {}, .name = std::move(name)});
}

// Nodes by which a function is used. Who has one open is looked for, and that opens none, so that
// the door need not name them: a vfio device's own (Linux 6.6 and later, where it is configured),
// and those that a driver on the host gives its users.
inline Place vfio_device_node(const std::string& name) {
  return {.in = In::dev, .path = "vfio/devices/" + name};
}
inline Place drm_node(const std::string& name) {
  return {.in = In::dev, .path = "dri/" + name};
}
inline Place accel_node(const std::string& name) {
  return {.in = In::dev, .path = "accel/" + name};
}

}  // namespace vfmgr::pci
