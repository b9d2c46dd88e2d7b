// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/module.hpp"
#include "backends/amd_gim_s7150/attrs.hpp"
#include "backends/amd_gim_s7150/dealing.hpp"
#include "backends/amd_gim_s7150/framebuffer.hpp"
#include "backends/amd_gim_s7150/memory.hpp"
#include "backends/amd_gim_s7150/reload.hpp"
#include "backends/amd_gim_s7150/together.hpp"
#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
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

using namespace amd_gim_s7150;

constexpr std::uint16_t kAmd = 0x1002;
constexpr std::uint16_t kS7150 = 0x6929;  // gim_drv.c: gim_pci_tbl, which has no other

/// Whether the module `gim` that is loaded is this one: the later gim has no such files in its
/// driver's directory. Nothing where there is no such driver.
std::optional<bool> is_this_gim(const Kernel& kernel) {
  constexpr std::string_view kPort = "sriov";  // gim_drv.c: driver_attr_sriov
  const auto files = kernel.list(pci::named(pci::kDriverDir, std::string(kDriver)));
  return files ? std::optional(std::ranges::find(*files, kPort) != files->end()) : std::nullopt;
}

std::vector<Error> other_gim(const Kernel& kernel, const GpuFacts& facts, const Desired& desired) {
  if (is_this_gim(kernel).value_or(true) || (!desired.vfs && !desired.vfs_max)) {
    return {};
  }
  return {{.kind = ErrorKind::unsupported,
           .subject = to_string(facts.gpu.address),
           .why = "the module gim that is loaded is the one of later GPUs, which knows no S7150",
           .help = "a host can have one of the two: their modules and files have the same names",
           .spot = desired.vfs_where}};
}

std::vector<Error> too_many(const GpuFacts& facts, const State& now, const Desired& desired) {
  const std::uint32_t count = desired_count(desired, now, facts.gpu);
  if (count <= kMostVfs) {
    return {};
  }
  return {{.kind = ErrorKind::does_not_fit,
           .subject = to_string(facts.gpu.address),
           .value = std::to_string(count),
           .why = fmt::format("gim makes {} VFs at most on a GPU", kMostVfs),
           .help = {},
           .spot = desired.vfs_where}};
}

class AmdGimS7150 final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "amd-gim-s7150"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return amd_gim_s7150::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    // Its driver is bound to nothing, and takes each of these whatever driver it has; without it
    // they are whoever's they are bound to.
    return gpu.total_vfs && gpu.vendor_id == kAmd && gpu.device_id == kS7150 &&
           (!gpu.driver || amd_gim::may_be_here(kernel));
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .needs_no_driver = true};
    offer_memory(kernel, facts);
    return facts;
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    ask_vectors(kernel, facts);
  }
  [[nodiscard]] std::vector<Unit> units(const Kernel& /*kernel*/,
                                        std::span<const Gpu> gpus) const override {
    return amd_gim::unit_of_all(gpus);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    state[module_place()] = observe(kernel, module_place());
    state[config_place()] = observe(kernel, config_place());
    for (const Gpu& gpu : unit.gpus) {
      probe_pci(kernel, gpu, depth, state);
      record_memory(kernel, gpu, state);
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    std::ranges::move(other_gim(kernel, facts, desired), std::back_inserter(faults));
    std::ranges::move(too_many(facts, now, desired), std::back_inserter(faults));
    std::ranges::move(memory_fits(facts.gpu, now, desired), std::back_inserter(faults));
    return faults;
  }
  [[nodiscard]] std::vector<Error> fits_together(const Unit& unit,
                                                 const State& now,
                                                 std::span<const Desired> desired) const override {
    return faults_together(unit, now, complete(unit, now, desired), desired);
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      complete_pci(gpu_of(unit, one.gpu), now, one, target);
      complete_memory(gpu_of(unit, one.gpu), now, one, target);
    }
    if (recounts(unit, now, target)) {
      complete_module(unit, now, target);
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    if (must_reload(road, unit)) {
      reload(road, unit);
    }
    settle_config(road);
    for (const Gpu& gpu : unit.gpus) {
      settle_memory(road, gpu);
      road.vf_drivers(gpu.address);
      road.close_bracket(gpu.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& amd_gim_s7150_backend() {
  static const AmdGimS7150 backend;
  return backend;
}

}  // namespace vfmgr
