// SPDX-License-Identifier: Apache-2.0
#include "backends/generic/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/generic/attrs.hpp"
#include "backends/generic/vf_mdevs.hpp"
#include "backends/mdevs.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

class Generic final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "generic"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return generic::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    return gpu.total_vfs.has_value();
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .cannot = cannot_make_vfs(gpu)};
    generic::offer_mdevs(kernel, facts);
    return facts;
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    ask_vectors(kernel, facts);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      generic::probe_vf_mdevs(kernel, pf.address, state);
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    std::ranges::move(generic::fits_vf_mdevs(facts.gpu, now, desired), std::back_inserter(faults));
    return faults;
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      complete_pci(gpu_of(unit, one.gpu), now, one, target);
      generic::complete_vf_mdevs(gpu_of(unit, one.gpu), now, one, target);
    }
    return target;
  }
  [[nodiscard]] std::optional<std::vector<Place>> user_nodes(
      const Kernel& kernel, const PciAddress& pf, std::optional<VfIndex> vf) const override {
    return vf && is_mdev_parent(kernel, pf, *vf) ? std::optional(nodes_of_mdevs(kernel, pf, *vf))
                                                 : std::nullopt;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& pf : unit.gpus) {
      generic::clear_vf_mdevs(road, pf.address);
      road.recount(pf.address);
      road.vf_vectors(pf.address);
      road.vf_drivers(pf.address);
      generic::make_vf_mdevs(road, pf.address);
      road.close_bracket(pf.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& generic_backend() {
  static const Generic backend;
  return backend;
}

}  // namespace vfmgr
