// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "backends/intel/left.hpp"
#include "backends/intel/quotas.hpp"
#include "backends/intel/remarks.hpp"
#include "backends/intel/target.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/automatic.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "backends/intel_xe/interface.hpp"
#include "backends/intel_xe/offers.hpp"
#include "backends/intel_xe/priority.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using namespace intel_xe;
using intel::Column;
using intel::Files;
using intel::Kind;

constexpr auto kAllAttrs = [] {
  std::array<Attr, intel_xe::kAttrs.size() + debugfs::kAttrs.size()> all;
  std::ranges::copy(debugfs::kAttrs, std::ranges::copy(intel_xe::kAttrs, all.begin()).out);
  return all;
}();

constexpr std::string_view kDriver = "xe";
// drivers/vfio/pci/xe/main.c (6.19): its VFs can be migrated. It is taken by driver_override alone.
constexpr std::string_view kVariant = "xe-vfio-pci";

void record(const Kernel& kernel, const Gpu& pf, Depth depth, State& state) {
  const bool dear = depth != Depth::light;
  const Interface has = interface_of(kernel, pf.address, dear);
  const std::uint32_t enabled = recorded_count(state, pf.address).value_or(0);
  const Files files = files_of(pf);
  for (const Column& column : columns_of(files.vf, has, dear)) {
    for (std::uint32_t index = 0; index < files.total_vfs; ++index) {
      const Place place = intel::place_of(files, column, index);
      Value& value = state[place] = observe(kernel, place);
      // The numbers of a VF that exists may have been chosen by the driver; nothing tells.
      value.origin = index < enabled ? Origin::unknown : Origin::set;
    }
  }
  for (const Column& column : columns_of(files.pf, has, dear)) {
    const Place place = intel::place_of(files, column, std::nullopt);
    Value& value = state[place] = observe(kernel, place);
    value.origin = Origin::unknown;
  }
  if (has.modes) {
    state[pci::of(debugfs::kRestore, pf.address)] = guess("");  // it can't be read
  }
  if (has.admin) {
    record_priority(kernel, pf, state);
  }
  const Place variant = pci::named(pci::kDriverDir, std::string(kVariant));
  if (kernel.list(variant)) {
    state[variant] = guess("");
  }
}

/// Whether a value that nobody is known to have asked for is the driver's: what it begins with, and
/// quotas that nobody could have without ending automatic provisioning.
bool is_drivers(const Gpu& pf, const Place& place, const Value& value, bool modes) {
  const Attr* const attr = find_attr(std::array{std::span<const Attr>(kAllAttrs)}, place);
  if (attr == nullptr || match(*attr, place)->gpu != pf.address) {
    return false;
  }
  const bool is_quota = attr->in == In::debug && !attr->zero_is_infinite &&
                        attr->name != row_of(Key::reserve_vram).name;
  return intel::is_first_value(*attr, value) || is_first_priority(*attr, value) ||
         (modes && is_quota);
}

void lower_pf(Road& road, const Gpu& pf) {
  const Files files = files_of(pf);
  const auto settle_quotas = [&] {
    restore_automatic(road, pf);
    intel::settle_quotas_of_none(road, files, end_of_automatic(road, pf));
  };
  intel::settle_pf(road, files, Kind::quota);
  road.recount(pf.address, settle_quotas, intel::redraws(road, files, releases(road, pf)));
  await_shares(road, pf);
  if (road.count(pf.address) == 0) {
    settle_quotas();
  } else {
    intel::settle_quotas_of_some(road, files);
  }
  // After enabling: newer drivers choose times anew when VFs come.
  lower_priority(road, pf);
  intel::settle_schedule_of_vfs(road, files);
  intel::settle_pf(road, files, Kind::schedule);
  raise_priority(road, pf);
  road.vf_vectors(pf.address);
  road.vf_drivers(pf.address);
  road.close_bracket(pf.address);
}

class IntelXe final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "intel-xe"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return kAllAttrs; }
  /// Also where it shows no files, as up to 6.18 without debugfs: what is missing then is told.
  [[nodiscard]] bool manages(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    return gpu.total_vfs && gpu.driver == kDriver;
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .cannot = cannot_make_vfs(gpu),
                   .vram_total = nominal_vram(gpu)};
    add_offers(interface_of(kernel, gpu.address, false), false, facts);
    return facts;
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    ask_vectors(kernel, facts);
    add_offers(interface_of(kernel, facts.gpu.address, true), true, facts);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      record(kernel, pf, depth, state);
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    const Files files = files_of(facts.gpu);
    intel::Stocks stocks = stocks_of(facts.gpu, now);
    intel::narrow(stocks, files, now, left_of(kernel, facts.gpu, now));
    std::ranges::move(intel::fits(facts.gpu, files, stocks, now, desired),
                      std::back_inserter(faults));
    return faults;
  }
  [[nodiscard]] std::vector<Finding> remarks(const Kernel& kernel,
                                             const Gpu& gpu,
                                             const State& state) const override {
    const Files files = files_of(gpu);
    std::vector<Finding> all = intel::bar_space(kernel, gpu, files, state);
    if (state.contains(pci::of(debugfs::kRestore, gpu.address))) {
      std::ranges::move(intel::end_of_sharing(files, state), std::back_inserter(all));
    }
    return all;
  }
  void mark_own(const Gpu& gpu, State& record) const override {
    const bool modes = record.contains(pci::of(debugfs::kRestore, gpu.address));
    for (auto& [place, value] : record) {
      const bool drivers = value.origin != Origin::set && is_drivers(gpu, place, value, modes);
      value.origin = drivers ? Origin::own : value.origin;
    }
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      const bool migrates = now.contains(pci::named(pci::kDriverDir, std::string(kVariant)));
      complete_pci(pf, now, one, target, migrates ? kVariant : pci::kVfio);
      const Files files = files_of(pf);
      intel::complete_vfs(files, pf, now, one, target);
      intel::complete_pf(files, now, one, target);
      complete_priority(pf, now, one, target);
    }
    return target;
  }
  void explain(const Kernel& kernel, const Unit& unit, Error& error) const override {
    for (const Gpu& pf : unit.gpus) {
      explain_shares(kernel, pf, error);
    }
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& pf : unit.gpus) {
      lower_pf(road, pf);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& intel_xe_backend() {
  static const IntelXe backend;
  return backend;
}

}  // namespace vfmgr
