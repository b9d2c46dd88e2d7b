// SPDX-License-Identifier: Apache-2.0
#include "output/support/views.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace vgpuctl {

namespace {

constexpr std::uint64_t kGiB = 1ULL << 30U;

void add_vfs(vfmgr::GpuView& view, std::uint32_t on, const vfmgr::Attributes& attributes) {
  view.num_vfs = on;
  for (std::uint32_t index = 0; index < on; ++index) {
    vfmgr::PciAddress address = view.gpu.address;
    address.function = static_cast<std::uint8_t>((index + 1) % 8);
    address.device = static_cast<std::uint8_t>((index + 1) / 8);
    view.vfs.push_back({.index = {static_cast<std::uint16_t>(index)},
                        .address = address,
                        .driver = "vfio-pci",
                        .iommu_group = static_cast<int>(42 + index),
                        .in_use = std::nullopt,
                        .holders = {},
                        .attributes = attributes});
  }
}

}  // namespace

vfmgr::GpuView b60(std::uint32_t on) {
  vfmgr::GpuView view;
  view.gpu.address = {.bus = 3};
  view.gpu.vendor_id = 0x8086;
  view.gpu.device_id = 0xe211;
  view.gpu.class_code = 0x030000;
  view.gpu.driver = "xe";
  view.gpu.numa_node = 0;
  view.gpu.iommu_group = 17;
  view.gpu.total_vfs = 24;
  view.gpu.vendor = "Intel Corporation";
  view.gpu.model = "Battlemage G21 [Arc Pro B60]";
  view.backend = "intel-xe";
  view.vram_total = 24 * kGiB;
  view.vf_offset = 1;
  view.vf_stride = 1;
  view.vf_device_id = "0xe211";
  view.drivers_autoprobe = false;
  view.offers = {
      {.name = "exec_quantum", .least = 1'000, .most = 100'000'000, .read_from = "the driver"}};
  add_vfs(view, on, {{"vram", 4 * kGiB}, {"exec_quantum", std::uint64_t{20'000}}});
  return view;
}

vfmgr::GpuView l40s(std::uint32_t on) {
  vfmgr::GpuView view;
  view.gpu.address = {.bus = 0x3b};
  view.gpu.vendor_id = 0x10de;
  view.gpu.device_id = 0x26b9;
  view.gpu.driver = "nvidia";
  view.gpu.total_vfs = 32;
  view.gpu.vendor = "NVIDIA Corporation";
  view.gpu.model = "AD102GL [L40S]";
  view.backend = "generic";
  add_vfs(view, on, {});
  return view;
}

vfmgr::UnitPlan unit_of(const vfmgr::GpuView& before, const vfmgr::GpuView& after) {
  vfmgr::UnitPlan plan;
  plan.unit.gpus = {before.gpu};
  plan.backend = before.backend;
  plan.view_before = {before};
  plan.view_after = {after};
  return plan;
}

vfmgr::Change change(const std::string& what,
                     int vf,
                     vfmgr::Setting from,
                     vfmgr::Setting to,
                     const std::string& source) {
  vfmgr::Change change{.what = what, .source = source, .gpu = vfmgr::PciAddress{.bus = 3}};
  if (vf >= 0) {
    change.vf = vfmgr::vf_at(vf);
  }
  change.from = std::move(from);
  change.to_value = std::move(to);
  return change;
}

vfmgr::Plan four_to_six() {
  using namespace std::string_literals;
  vfmgr::UnitPlan unit = unit_of(b60(4), b60(6));
  unit.action = vfmgr::Action::replace;
  unit.expected_us = 1'700'000;
  const auto count = [](std::uint64_t number) { return vfmgr::Setting(number); };
  unit.steps.emplace_back(change("autoprobe", -1, count(1), count(0)));
  for (int vf = 0; vf < 4; ++vf) {
    unit.steps.emplace_back(change("driver", vf, "vfio-pci"s, "none"s));
  }
  unit.steps.emplace_back(change("vfs", -1, count(4), count(0)));
  for (int vf = 0; vf < 6; ++vf) {
    unit.steps.emplace_back(change("vram", vf, 4 * kGiB, 7 * kGiB / 2, "lab.toml:9:10"));
  }
  unit.steps.emplace_back(change("vfs", -1, count(0), count(6), "lab.toml:8:7"));
  for (int vf = 0; vf < 6; ++vf) {
    unit.steps.emplace_back(change("driver", vf, "none"s, "vfio-pci"s));
  }
  vfmgr::Plan plan;
  plan.units = {std::move(unit), unit_of(l40s(6), l40s(6))};
  return plan;
}

vfmgr::Blocked in_use(std::uint16_t vf, const std::string& vm, int pid) {
  vfmgr::Blocked blocked{.error = {.kind = vfmgr::ErrorKind::in_use, .why = "somebody has it"},
                         .gpu = {.bus = 3},
                         .vf = vfmgr::VfIndex{vf},
                         .holders = {}};
  blocked.holders.push_back({.pid = pid,
                             .command = "qemu-system-x86",
                             .vm = vm,
                             .container = std::nullopt,
                             .node = "/dev/vfio/42"});
  return blocked;
}

}  // namespace vgpuctl
