// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia_mdev/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/mdevs.hpp"
#include "backends/nvidia/host.hpp"
#include "backends/nvidia/pf_record.hpp"
#include "backends/nvidia/shared.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/nvidia_mdev/attrs.hpp"
#include "backends/nvidia_mdev/vgpus.hpp"
#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "mdev/attrs.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

namespace {

using nvidia_mdev::Vgpus;

void ask_names(const Kernel& kernel, const Gpu& gpu, State& into) {
  nvidia_mdev::probe_vgpus(kernel, gpu.address, TypeNames::read, into);
}
constexpr nvidia::Reader kReader{.gpu_now = nvidia_mdev::gpu_now, .ask_more = ask_names};

constexpr std::array kKeys{Key::vgpu_type, Key::vgpu_params, Key::uuid};

class NvidiaMdev final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "nvidia-mdev"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return nvidia_mdev::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    return nvidia::is_of_vgpu_host(kernel, gpu) && nvidia::offers_mdevs(kernel);
  }
  [[nodiscard]] GpuFacts facts(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    return nvidia::facts_of(gpu, name(), kKeys, nvidia_mdev::kSource);
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    nvidia::ask_dear(kernel, facts);
  }
  void ask_identity(const Kernel& kernel, GpuFacts& facts) const override {
    nvidia::ask_identity(kernel, facts);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      nvidia::probe_pf(kernel, pf, depth, state);
      nvidia_mdev::probe_vgpus(
          kernel, pf.address, depth == Depth::whole ? TypeNames::read : TypeNames::left_out, state);
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    const nvidia::Laid laid = nvidia::lay(kernel, facts.gpu, now, desired, kReader);
    std::vector<Error> faults = nvidia::fits_pf(kernel, facts, laid.seen, desired, laid.wish);
    std::ranges::move(fits_uuids(facts.gpu.address, laid.wish.vfs, now, desired),
                      std::back_inserter(faults));
    return faults;
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      const nvidia::GpuNow gpu = nvidia_mdev::gpu_now(pf, now);
      const nvidia::Wished wish = nvidia::wished(pf, gpu, one);
      nvidia::complete_pf(pf, now, one, wish, target);
      nvidia_mdev::complete_vgpus(pf, gpu, wish, one, target);
    }
    return target;
  }
  [[nodiscard]] std::vector<FitView> what_fits(const Gpu& gpu, const State& now) const override {
    return nvidia::what_fits(gpu, nvidia_mdev::gpu_now(gpu, now));
  }
  [[nodiscard]] std::optional<std::vector<Place>> user_nodes(
      const Kernel& kernel, const PciAddress& pf, std::optional<VfIndex> vf) const override {
    if (!vf) {
      return nvidia::nodes_of_pf(kernel, pf);
    }
    return nodes_of_mdevs(kernel, pf, *vf);
  }
  void explain(const Kernel& kernel, const Unit& unit, Error& error) const override {
    nvidia::explain(kernel, unit.gpus.front(), mdev::kTypes, error);
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    return nvidia::lower_with<Vgpus>(unit, now, want, attrs());
  }
};

}  // namespace

const Backend& nvidia_mdev_backend() {
  static const NvidiaMdev backend;
  return backend;
}

}  // namespace vfmgr
