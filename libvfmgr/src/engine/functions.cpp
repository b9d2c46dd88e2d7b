// SPDX-License-Identifier: Apache-2.0
#include "engine/functions.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "core/shown.hpp"
#include "core/try.hpp"
#include "engine/differences.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::optional<std::uint32_t> read_number(const Kernel& kernel,
                                         const Attr& attr,
                                         const PciAddress& gpu,
                                         int base) {
  const auto number = prefixed(observe(kernel, pci::of(attr, gpu)).text(), base);
  return number && *number <= std::numeric_limits<std::uint32_t>::max()
             ? std::optional(static_cast<std::uint32_t>(*number))
             : std::nullopt;
}

std::optional<int> read_node(const Kernel& kernel, const PciAddress& gpu) {
  // -1: the firmware tells no node; it reads as no number here
  const auto node = read_number(kernel, pci::kNumaNode, gpu, 10);
  return node ? std::optional(static_cast<int>(*node)) : std::nullopt;
}

std::optional<int> read_group(const Kernel& kernel, const Place& link) {
  const auto group = decimal(observe(kernel, link).text());
  return group ? std::optional(static_cast<int>(*group)) : std::nullopt;
}

std::uint16_t read_id(const Kernel& kernel, const Attr& attr, const PciAddress& gpu) {
  return static_cast<std::uint16_t>(read_number(kernel, attr, gpu, 16).value_or(0));
}

void look_closely(const Kernel& kernel, Gpu& gpu) {
  gpu.vendor_id = read_id(kernel, pci::kVendor, gpu.address);
  gpu.device_id = read_id(kernel, pci::kDevice, gpu.address);
  gpu.subsystem_vendor_id = read_id(kernel, pci::kSubVendor, gpu.address);
  gpu.subsystem_device_id = read_id(kernel, pci::kSubDevice, gpu.address);
  const Value driver = observe(kernel, pci::of(pci::kPfDriver, gpu.address));
  if (!driver.text().empty()) {
    gpu.driver = driver.text();
  }
  gpu.numa_node = read_node(kernel, gpu.address);
  gpu.iommu_group = read_group(kernel, pci::of(pci::kIommuGroup, gpu.address));
  gpu.total_vfs = read_number(kernel, pci::kTotalVfs, gpu.address, 10);
  const PciName name = kernel.name_of(gpu);
  gpu.vendor = name.vendor;
  gpu.model = name.model;
}

/// The VFs of a PF, by following its links: where they lie can't be computed.
std::vector<VfName> names_of_vfs(const Kernel& kernel, const PciAddress& pf) {
  std::vector<VfName> names;
  const auto count = decimal(observe(kernel, pci::of(pci::kVfCount, pf)).text()).value_or(0);
  for (std::uint64_t index = 0; index < count; ++index) {
    const VfIndex vf{static_cast<std::uint16_t>(index)};
    const auto address = parse_address(observe(kernel, pci::of(pci::kVf, pf, vf)).text());
    if (address) {
      names.push_back({.index = vf, .address = *address});
    }
  }
  return names;
}

/// Adds what the GPU's vendor says of its host.
void add_prerequisites(const Kernel& kernel, GpuFacts& facts) {
  for (const Vendor& vendor : shipped_vendors()) {
    if (vendor.prerequisites != nullptr) {
      std::ranges::move(vendor.prerequisites(kernel, facts.gpu),
                        std::back_inserter(facts.findings));
    }
  }
}

void take_function(const Kernel& kernel,
                   std::span<const Backend* const> backends,
                   Gpu gpu,
                   Host& host) {
  look_closely(kernel, gpu);
  if (gpu.total_vfs) {
    auto vfs = names_of_vfs(kernel, gpu.address);
    for (const Backend* const backend : backends) {
      if (backend->manages(kernel, gpu)) {
        GpuFacts facts = backend->facts(kernel, gpu);
        add_prerequisites(kernel, facts);
        facts.num_vfs = static_cast<std::uint32_t>(vfs.size());
        host.facts.push_back(std::move(facts));
        host.backend[gpu.address] = backend;
        host.vfs[gpu.address] = std::move(vfs);
        return;
      }
    }
  }
  Error cannot{.kind = ErrorKind::not_a_pf,
               .subject = to_string(gpu.address),
               .why = "it has no SR-IOV capability, or its driver hides it"};
  GpuFacts facts{.gpu = std::move(gpu),
                 .backend = {},
                 .offers = {},
                 .findings = {},
                 .cannot = std::move(cannot)};
  add_prerequisites(kernel, facts);
  host.facts.push_back(std::move(facts));
}

/// What is below a VF's own folder is there while the VF is, and so is its part of a file that
/// tells of all of them; what else its PF has for it is there before.
std::optional<bool> before_vfs(const AttrTables& tables, std::string_view name) {
  std::optional<bool> before;
  for (const std::span<const Attr> table : tables) {
    for (const Attr& attr : table) {
      if (attr.name == name && attr.pattern.find("{vf") != std::string_view::npos) {
        const bool of_pf = !attr.pattern.starts_with(pci::kVf.pattern) && attr.as != As::row &&
                           attr.as != As::vsec;
        before = before.value_or(false) || of_pf;
      }
    }
  }
  return before;
}

std::vector<OfferView> offers_of(const GpuFacts& facts, const AttrTables& tables) {
  std::vector<OfferView> shown;
  for (const Offer& offer : facts.offers) {
    const std::string_view name = row_of(offer.key).name;
    const bool of_pf = offer.scope == kScopePf;
    shown.push_back({.name = std::string(name),
                     .pf = of_pf,
                     .least = offer.least,
                     .most = offer.most,
                     .read_from = offer.read_from,
                     .before_vfs = of_pf ? std::nullopt : before_vfs(tables, name)});
  }
  return shown;
}

/// What a record has of the attribute table, of the GPU and of each VF.
void tell_attributes(const State& state, const AttrTables& tables, GpuView& view) {
  for (const auto& [place, value] : state) {
    const Attr* const attr = find_attr(tables, place);
    const auto holes = attr == nullptr ? std::nullopt : match(*attr, place);
    const AttributeRow* const row = attr == nullptr ? nullptr : find_attribute(attr->name);
    if (!holes || holes->gpu != view.gpu.address || row == nullptr || is_told_apart(row->key)) {
      continue;
    }
    if (value.absent() && value.match == Match::exact) {
      continue;  // it has no such thing
    }
    if (!holes->vf) {
      tell(*attr, value, view.attributes[std::string(attr->name)]);
    } else if (holes->vf->index < view.vfs.size()) {
      tell(*attr, value, view.vfs[holes->vf->index].attributes[std::string(attr->name)]);
    }
  }
}

}  // namespace

Result<Host> look_at_host(const Kernel& kernel,
                          std::span<const Backend* const> backends,
                          bool all_classes) {
  Host host;
  TRY(const std::vector<std::string> names, kernel.list(place_of(pci::kFunctions, {})));
  std::vector<PciAddress> addresses;
  for (const std::string& name : names) {
    if (const auto address = parse_address(name)) {
      addresses.push_back(*address);
    }
  }
  std::ranges::sort(addresses);
  host.facts.reserve(addresses.size());
  std::map<PciAddress, PciAddress> pf_of;
  for (const PciAddress& address : addresses) {
    Gpu gpu{.address = address};
    // A PF comes before its VFs in address order: their links name them, and they are not opened at
    // all.
    if (const auto pf = pf_of.find(address); pf != pf_of.end()) {
      gpu.physfn = pf->second;
      host.facts.push_back(
          {.gpu = std::move(gpu), .backend = {}, .offers = {}, .findings = {}, .cannot = {}});
      continue;
    }
    gpu.class_code = read_number(kernel, pci::kClass, address, 16).value_or(0);
    if (!all_classes && !gpu.is_gpu_class()) {
      continue;
    }
    if (const auto pf = parse_address(observe(kernel, pci::of(pci::kPhysfn, address)).text())) {
      gpu.physfn = *pf;
      host.facts.push_back(
          {.gpu = std::move(gpu), .backend = {}, .offers = {}, .findings = {}, .cannot = {}});
      continue;
    }
    take_function(kernel, backends, std::move(gpu), host);
    for (const VfName& vf : host.vfs[address]) {
      pf_of[vf.address] = address;
    }
  }
  return host;
}

const Backend* Host::backend_of(const PciAddress& pf) const {
  const auto by = backend.find(pf);
  return by == backend.end() ? nullptr : by->second;
}

std::vector<Gpu> Host::managed_by(const Backend& one) const {
  std::vector<Gpu> managed;
  for (const GpuFacts& known : facts) {
    if (backend_of(known.gpu.address) == &one) {
      managed.push_back(known.gpu);
    }
  }
  return managed;
}

void ask_dear(const Kernel& kernel, std::span<const PciAddress> gpus, Host& host) {
  for (GpuFacts& facts : host.facts) {
    const Backend* const backend = host.backend_of(facts.gpu.address);
    const bool asked = std::ranges::find(gpus, facts.gpu.address) != gpus.end();
    if (asked && backend != nullptr && !facts.cannot) {
      backend->ask_dear(kernel, facts);
    }
  }
}

GpuView view_of(const Kernel& kernel, const Host& host, const GpuFacts& facts, const State& state) {
  GpuView view{.gpu = facts.gpu,
               .backend = facts.backend,
               .vram_total = facts.vram_total,
               .findings = facts.findings};
  const PciAddress& pf = facts.gpu.address;
  const Backend* const backend = host.backend_of(pf);
  view.makes_vfs = backend != nullptr && !facts.cannot && facts.coming_vfs == 0;
  view.coming_vfs = facts.coming_vfs;
  if (facts.cannot) {
    view.findings.push_back({.what = facts.cannot->why, .help = facts.cannot->help});
  }
  if (backend == nullptr) {
    return view;
  }
  view.num_vfs = static_cast<std::uint32_t>(
      decimal(value_at(state, pci::of(pci::kVfCount, pf)).text()).value_or(0));
  view.vf_offset = read_number(kernel, pci::kOffset, pf, 10);
  view.vf_stride = read_number(kernel, pci::kStride, pf, 10);
  // pci-sysfs.c:sriov_vf_device_show prints "%x", without the zeros before it.
  const auto vf_device = read_number(kernel, pci::kVfDevice, pf, 16);
  view.vf_device_id = vf_device ? fmt::format("0x{:04x}", *vf_device) : "";
  const std::string autoprobe = value_at(state, pci::of(pci::kAutoprobe, pf)).text();
  if (!autoprobe.empty()) {
    view.drivers_autoprobe = autoprobe == "1";
  }
  const AttrTables tables = attr_tables(std::span(&backend, 1));
  view.offers = offers_of(facts, tables);
  const std::vector<VfName>& names = host.vfs.at(pf);
  for (std::uint32_t index = 0; index < view.num_vfs; ++index) {
    VfView vf{.index = vf_at(index), .address = {}};
    if (index < names.size()) {
      vf.address = names[index].address;
    }
    const Value driver = value_at(state, pci::of(pci::kVfDriver, pf, vf.index));
    if (!driver.text().empty()) {
      vf.driver = driver.text();
    }
    // One that is still to be made has none, and need not be asked.
    if (vf.address) {
      vf.iommu_group = read_group(kernel, pci::of(pci::kVfIommuGroup, pf, vf.index));
    }
    // Without a driver nobody can use it; whether anybody uses it through one is not asked here.
    vf.in_use = driver.absent() ? std::optional(false) : std::nullopt;
    view.vfs.push_back(std::move(vf));
  }
  tell_attributes(state, tables, view);
  return view;
}

GpuView view_with_remarks(const Kernel& kernel,
                          const Host& host,
                          const GpuFacts& facts,
                          const State& state) {
  GpuView view = view_of(kernel, host, facts, state);
  if (const Backend* const backend = host.backend_of(facts.gpu.address)) {
    std::ranges::move(backend->remarks(kernel, facts.gpu, state),
                      std::back_inserter(view.findings));
  }
  return view;
}

}  // namespace vfmgr
