// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/amd_gim/attrs.hpp"
#include "backends/amd_gim/cards.hpp"
#include "backends/amd_gim/config_text.hpp"
#include "backends/amd_gim/module.hpp"
#include "backends/amd_gim/partitions.hpp"
#include "backends/amd_gim/reload.hpp"
#include "backends/amd_gim/run_time.hpp"
#include "backends/amd_gim/shares.hpp"
#include "backends/amd_gim/together.hpp"
#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

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

using namespace amd_gim;

constexpr std::uint16_t kAmd = 0x1002;

void offer_modes(GpuFacts& facts) {
  const Card* const card = card_of(facts.gpu.device_id);
  if (card == nullptr || card->dies == 0) {
    return;
  }
  for (const Key key : {Key::compute_partition, Key::memory_partition}) {
    facts.offers.push_back({.key = key,
                            .scope = kScopePf,
                            .least = {},
                            .most = {},
                            .read_from = std::string(kSource)});
  }
}

/// The firmware of a card says how many VFs there can be; that of most Instincts says 1.
void find_firmware_limit(GpuFacts& facts) {
  const Card* const card = card_of(facts.gpu.device_id);
  if (card != nullptr && card->dies > 0 && facts.gpu.total_vfs == 1U) {
    facts.findings.push_back({.what = "its firmware allows 1 VF (sriov_totalvfs reads 1), so it "
                                      "can only be handed on as a whole",
                              .help = "more VFs need a firmware bundle (IFWI) of AMD's that allows "
                                      "them: ask the maker of the "
                                      "server (amd/MxGPU-Virtualization issue 13)"});
  }
}

class AmdGim final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "amd-gim"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return amd_gim::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    // The module may not be loaded: then there is nothing to know the GPU by but its id.
    return gpu.total_vfs && gpu.vendor_id == kAmd && card_of(gpu.device_id) != nullptr &&
           (!gpu.driver || gpu.driver == kDriver);
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu, .backend = std::string(name()), .offers = {vf_driver_offer()}};
    offer_modes(facts);
    offer_shares(kernel, facts);
    find_firmware_limit(facts);
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
    for (const Gpu& gpu : unit.gpus) {
      probe_pci(kernel, gpu, depth, state);
      record_modes(kernel, gpu, state);
      record_shares(kernel, gpu, depth, state);
    }
    state[module_place()] = observe(kernel, module_place());
    state[config_place()] = observe(kernel, config_place());
    if (depth == Depth::whole) {
      record_run_time_counts(kernel, unit, state);
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    std::ranges::move(modes_fit(facts.gpu, now, desired), std::back_inserter(faults));
    std::ranges::move(shares_fit(facts.gpu, now, desired), std::back_inserter(faults));
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
    }
    const ModeWish wish = mode_wish(desired);
    const bool recounts = counts_of(target, unit) != counts_of(now, unit);
    const bool at_run_time = recounts && !modes_move(unit, now, wish) &&
                             can_recount_at_run_time(unit, now, target, desired);
    const bool reloads = recounts && !at_run_time;
    if (reloads) {
      Kept kept{.vf_num = vf_num_of(counts_of(target, unit))};
      keep_modes(unit, wish, kept);
      complete_module(unit, now, kept, target);
    } else if (at_run_time && asked_library(unit, now)) {
      keep_counts(unit, now, target);
    }
    complete_run_time_counts(unit, now, reloads, target);
    complete_modes(unit, now, wish, reloads, target);
    if (!recounts && (!wish.memory.empty() || !wish.compute.empty())) {
      leave_file_to_driver(target);
    }
    for (const Desired& one : desired) {
      complete_shares(gpu_of(unit, one.gpu), now, one, target);
    }
    return target;
  }
  void explain(const Kernel& kernel, const Unit& unit, Error& error) const override {
    for (const Gpu& gpu : unit.gpus) {
      explain_memory(kernel, gpu, error);
    }
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    if (must_reload(road, unit)) {
      reload(road, unit);
    }
    for (const Gpu& gpu : unit.gpus) {
      recount_at_run_time(road, gpu);
    }
    settle_modes(road, unit);
    settle_config(road);
    for (const Gpu& gpu : unit.gpus) {
      settle_shares(road, gpu);
      road.vf_drivers(gpu.address);
      road.close_bracket(gpu.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& amd_gim_backend() {
  static const AmdGim backend;
  return backend;
}

}  // namespace vfmgr
