// SPDX-License-Identifier: Apache-2.0
#include "backends/amd/gpuiov.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"

#include "backends/amd/regs.hpp"
#include "core/config_space/bytes.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::amd {

namespace {

using config_space::bits_of;
using config_space::FieldSpec;
using config_space::Reader;

constexpr std::uint16_t kVsec = 0x0b;   // PCI_EXT_CAP_ID_VNDR
constexpr std::uint16_t kSriov = 0x10;  // PCI_EXT_CAP_ID_SRIOV

std::optional<std::uint64_t> raw_of(const std::vector<RegisterField>& fields,
                                    std::string_view name) {
  const auto found = std::ranges::find(fields, name, &RegisterField::name);
  return found == fields.end() || found->look != Look::value ? std::nullopt
                                                             : std::optional(found->raw);
}

/// As many VFs as the GPU can have, where that was read.
std::uint32_t vfs_of(const ConfigSpace& space, std::uint32_t most) {
  for (const Capability& one : space.capabilities) {
    if (one.extended && one.id == kSriov) {
      const auto total = raw_of(one.fields, "total_vfs");
      return total ? static_cast<std::uint32_t>(std::min<std::uint64_t>(*total, most)) : most;
    }
  }
  return most;
}

/// Sizes and offsets of VFs' framebuffers, a pair of registers each.
void add_vf_framebuffers(Reader& reader,
                         std::uint16_t at,
                         std::uint32_t vfs,
                         const FieldSpec& size) {
  for (std::uint32_t vf = 0; vf < vfs; ++vf) {
    FieldSpec spec = size;
    spec.at = static_cast<std::uint16_t>(at + (4 * vf));
    reader.add(fmt::format("vf{}_fb_size", vf), spec);
    spec = {
        .name = {}, .at = static_cast<std::uint16_t>(spec.at + 2), .bytes = 2, .amount = in_16_mib};
    reader.add(fmt::format("vf{}_fb_offset", vf), spec);
  }
}

void add_layout_a(Reader& reader, std::uint32_t vfs) {
  reader.add(kLayoutA);
  const auto context = reader.value(kContextOffsetA.at, kContextOffsetA.bytes);
  const std::uint64_t units =
      context ? bits_of(*context, 0, 7) * bits_of(*context, kContextOffsetA.low, 22) : 0;
  reader.add_amount(kContextOffsetA, in_256_kib(units));
  reader.add(kFramebufferA);
  add_vf_framebuffers(reader, kVfFbA, vfs, {.name = {}, .bytes = 2, .amount = in_16_mib_and_one});
}

void add_scheduler(std::string_view config,
                   std::size_t at,
                   Layout layout,
                   const Scheduler& scheduler,
                   std::vector<RegisterField>& fields) {
  Reader pointer(config, at);
  pointer.add(fmt::format("{}_scheduler", scheduler.engine),
              {.name = {}, .at = scheduler.at, .bytes = 1, .meaning = as_block});
  fields.push_back(pointer.take().front());
  const auto block = pointer.value(scheduler.at, 1);
  if (!block || *block == 0) {
    return;
  }
  Reader reader(config, at + (*block * 16));
  reader.add(kSchedulerBlock);
  reader.add(layout == Layout::b_mi300 ? kActivityMi300 : kActivityNavi32);
  reader.add(kTimeQuanta);
  for (RegisterField& field : reader.take()) {
    field.name.insert(0, fmt::format("{}_", scheduler.engine));
    fields.push_back(std::move(field));
  }
}

void add_layout_b(Reader& reader, Layout layout, std::uint32_t vfs) {
  reader.add(kLayoutB);
  for (FieldSpec spec : {kAvailableB, kConsumedB}) {
    if (layout == Layout::b_mi300) {
      spec.amount = nullptr;
      reader.add(spec, "not used: its 16 bits are too few for this GPU");
    } else {
      reader.add(spec);
    }
  }
  reader.add(kRegionB);
  add_vf_framebuffers(reader,
                      kVfFbB,
                      vfs,
                      {.name = {}, .bytes = 2, .meaning = as_framebuffer, .amount = in_16_mib});
}

std::vector<RegisterField> fields_of(Layout layout,
                                     std::string_view config,
                                     std::size_t at,
                                     const ConfigSpace& space) {
  Reader reader(config, at);
  if (layout == Layout::a) {
    add_layout_a(reader, vfs_of(space, kMostVfsA));
    return reader.take();
  }
  add_layout_b(reader, layout, vfs_of(space, kMostVfsB));
  std::vector<RegisterField> fields = reader.take();
  const std::span<const Scheduler> schedulers = layout == Layout::b_mi300
                                                    ? std::span<const Scheduler>(kSchedulersMi300)
                                                    : std::span<const Scheduler>(kSchedulersNavi32);
  for (const Scheduler& scheduler : schedulers) {
    add_scheduler(config, at, layout, scheduler, fields);
  }
  return fields;
}

}  // namespace

void read_gpuiov(const Gpu& gpu, std::string_view config, ConfigSpace& space) {
  if (gpu.vendor_id != kVendorId) {
    return;
  }
  for (Capability& one : space.capabilities) {
    if (!one.extended || one.id != kVsec || raw_of(one.fields, "vsec_id") != kVsecId) {
      continue;
    }
    const auto* const device = std::ranges::find(kDevices, gpu.device_id, &Device::id);
    if (device == kDevices.end()) {
      one.vendor_layout = fmt::format(
          "GPUIOV, not decoded: no public source tells its layout on device {:04x}", gpu.device_id);
      continue;
    }
    one.vendor_layout = fmt::format("GPUIOV, layout {}", device->layout == Layout::a ? "A" : "B");
    one.vendor_fields = fields_of(device->layout, config, one.offset, space);
  }
}

}  // namespace vfmgr::amd
