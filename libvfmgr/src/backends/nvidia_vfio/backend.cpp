// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia_vfio/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/nvidia/host.hpp"
#include "backends/nvidia/pf_record.hpp"
#include "backends/nvidia/shared.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/nvidia_vfio/attrs.hpp"
#include "backends/nvidia_vfio/vgpus.hpp"
#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

namespace {

using nvidia_vfio::Vgpus;

constexpr nvidia::Reader kReader{.gpu_now = nvidia_vfio::gpu_now, .ask_more = nullptr};

constexpr std::array kKeys{Key::vgpu_type, Key::vgpu_params, Key::placement, Key::gpu_instance};

class NvidiaVfio final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "nvidia-vfio"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return nvidia_vfio::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    return nvidia::is_of_vgpu_host(kernel, gpu) && !nvidia::offers_mdevs(kernel);
  }
  [[nodiscard]] GpuFacts facts(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    return nvidia::facts_of(gpu, name(), kKeys, nvidia_vfio::kSource);
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
      nvidia_vfio::probe_vgpus(kernel, pf, state);
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    const nvidia::Laid laid = nvidia::lay(kernel, facts.gpu, now, desired, kReader);
    return nvidia::fits_pf(kernel, facts, laid.seen, desired, laid.wish);
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      const nvidia::GpuNow gpu = nvidia_vfio::gpu_now(pf, now);
      const nvidia::Wished wish = nvidia::wished(pf, gpu, one);
      nvidia::complete_pf(pf, now, one, wish, target);
      nvidia_vfio::complete_vgpus(pf, gpu, wish, one, target);
    }
    return target;
  }
  [[nodiscard]] std::vector<FitView> what_fits(const Gpu& gpu, const State& now) const override {
    return nvidia::what_fits(gpu, nvidia_vfio::gpu_now(gpu, now));
  }
  [[nodiscard]] std::optional<std::vector<Place>> user_nodes(
      const Kernel& kernel, const PciAddress& pf, std::optional<VfIndex> vf) const override {
    if (!vf) {
      return nvidia::nodes_of_pf(kernel, pf);
    }
    // A VF with a vGPU is a vfio device, and so has its group's node and, on newer kernels, one of
    // its own; without a vGPU it is none.
    std::vector<Place> nodes;
    const auto devices = kernel.list(pci::of(pci::kVfVfioDev, pf, *vf));
    for (const std::string& name : devices.value_or(std::vector<std::string>{})) {
      nodes.push_back(pci::vfio_device_node(name));
    }
    const std::string type = observe(kernel, pci::of(nvidia_vfio::kType, pf, *vf)).text();
    const std::string group = observe(kernel, pci::of(pci::kVfIommuGroup, pf, *vf)).text();
    if (!group.empty() && (!nodes.empty() || (!type.empty() && type != nvidia_vfio::kNone))) {
      nodes.push_back(pci::named(pci::kVfioGroup, group));
    }
    return nodes;
  }
  void mark_own(const Gpu& gpu, State& record) const override {
    nvidia_vfio::mark_places(gpu.address, record);
  }
  void explain(const Kernel& kernel, const Unit& unit, Error& error) const override {
    nvidia::explain(kernel, unit.gpus.front(), nvidia_vfio::kType, error);
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    return nvidia::lower_with<Vgpus>(unit, now, want, attrs());
  }
};

}  // namespace

const Backend& nvidia_vfio_backend() {
  static const NvidiaVfio backend;
  return backend;
}

}  // namespace vfmgr
