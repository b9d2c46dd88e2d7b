// SPDX-License-Identifier: Apache-2.0
#include "backends/virtio/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/generic/backend.hpp"
#include "backends/virtio/attrs.hpp"
#include "backends/virtio/device.hpp"
#include "backends/virtio/features.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using virtio::Device;

Error not_ready(const Kernel& kernel, const PciAddress& pf, const std::optional<Device>& device) {
  const std::string module = device ? virtio::module_for(kernel, *device) : std::string();
  return {
      .kind = ErrorKind::unsupported,
      .subject = to_string(pf),
      .value = std::string(virtio::kDriver),
      .why = device ? fmt::format("the driver of its virtio device (virtio{}) is missing or not "
                                  "ready, and without it the kernel neither makes VFs nor takes "
                                  "them away",
                                  device->number)
                    : "virtio-pci has made no virtio device of it",
      .help = module.empty() ? "dmesg says what its driver lacks"
                             : fmt::format("modprobe {}; dmesg says why it did not start", module)};
}

Error not_agreed(const PciAddress& pf, const Device& device) {
  return {
      .kind = ErrorKind::unsupported,
      .subject = to_string(pf),
      .value = std::string(virtio::kDriver),
      .why = fmt::format("driver and device have not agreed on VFs: bit {} (VIRTIO_F_SR_IOV) of "
                         "virtio{}/features is 0",
                         virtio::kSrIov,
                         device.number),
      .help =
          "the device has to offer it: QEMU's virtio-net-pci does where others name it by "
          "sriov-pf="};
}

/// virtio_pci_common.c:virtio_pci_sriov_configure, the same from 5.10 to 7.2: what it asks before
/// anything else, in its order, whether VFs are to come or to go. EBUSY and EINVAL would come of
/// it.
std::optional<Error> cannot_by_virtio(const Kernel& kernel, const PciAddress& pf) {
  const auto device = virtio::device_of(kernel, pf);
  if (!device || virtio::is_ready(kernel, *device) == std::optional(false)) {
    return not_ready(kernel, pf, device);
  }
  const auto features =
      virtio::Features::parse(observe(kernel, virtio::file_of(virtio::kFeatures, *device)).text());
  // What can't be read is no reason: the kernel has the last word.
  return features && !features->has(virtio::kSrIov) ? std::optional(not_agreed(pf, *device))
                                                    : std::nullopt;
}

/// The generic backend, and what virtio-pci asks for beside it.
class Virtio final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "virtio"; }
  [[nodiscard]] std::span<const Attr> attrs() const override {
    static const std::vector<Attr> all = [] {
      const std::span<const Attr> others = generic_backend().attrs();
      std::vector<Attr> both(others.begin(), others.end());
      both.insert(both.end(), virtio::kAttrs.begin(), virtio::kAttrs.end());
      return both;
    }();
    return all;
  }
  [[nodiscard]] bool manages(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    return gpu.total_vfs && gpu.driver == virtio::kDriver;
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts = generic_backend().facts(kernel, gpu);
    facts.backend = name();
    if (!facts.cannot) {
      facts.cannot = cannot_by_virtio(kernel, gpu.address);
    }
    return facts;
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    generic_backend().ask_dear(kernel, facts);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    return generic_backend().probe(kernel, unit, depth);
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    return generic_backend().fits(kernel, facts, now, desired);
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    return generic_backend().complete(unit, now, desired);
  }
  /// What a virtio device is used by may lie one folder deeper than others have it. Of a network
  /// device that is not looked for: its users can't be seen.
  [[nodiscard]] std::optional<std::vector<Place>> user_nodes(
      const Kernel& kernel, const PciAddress& pf, std::optional<VfIndex> vf) const override {
    const auto device = virtio::device_of(kernel, pf, vf);
    if (!device) {
      return generic_backend().user_nodes(kernel, pf, vf);
    }
    std::vector<Place> nodes;
    for (const std::string& name : virtio::drm_nodes(kernel, *device)) {
      nodes.push_back(pci::drm_node(name));
    }
    const bool idle = virtio::is_ready(kernel, *device) == std::optional(false);
    return nodes.empty() && !idle ? std::nullopt : std::optional(std::move(nodes));
  }
  void explain(const Kernel& kernel, const Unit& unit, Error& error) const override {
    for (const Gpu& pf : unit.gpus) {
      const bool of_count = error.subject == to_string(pci::of(pci::kNumVfs, pf.address)) &&
                            (error.os_error == EBUSY || error.os_error == EINVAL);
      if (auto cause = of_count ? cannot_by_virtio(kernel, pf.address) : std::nullopt) {
        error.why = std::move(cause->why);
        error.help = std::move(cause->help);
      }
    }
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    return generic_backend().lower(unit, now, want);
  }
};

}  // namespace

const Backend& virtio_backend() {
  static const Virtio backend;
  return backend;
}

}  // namespace vfmgr
