// SPDX-License-Identifier: Apache-2.0
#include "toy_stub.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "toy_wish.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::shape {

namespace {

constexpr std::array kNumbers{
    VfNumber{.key = Key::exec_quantum, .attr = &stub::kQuantum, .first = stub::kFirstQuantum},
    VfNumber{.key = Key::preempt_timeout, .attr = &stub::kTimeout, .first = stub::kFirstTimeout}};
constexpr Milliseconds kStartUpLimit{5000};
constexpr Milliseconds kReleaseLimit{10000};

Holes of_gpu(const PciAddress& pf) {
  return {.gpu = pf, .vf = {}, .name = {}};
}

/// Whether it is predicted to be on its own driver.
bool is_home(const Road& road, const PciAddress& pf) {
  const auto driver = road.now().find(pci::of(pci::kPfDriver, pf));
  return driver != road.now().end() && driver->second.text() == stub::kHome;
}

/// Takes the GPU from its own driver. That takes the driver's files along, and it harms where they
/// do not say that the GPU is locked: so it names the lock, which is then read right before.
void take_from_home(Road& road, const PciAddress& pf) {
  Place whole = pci::of(pci::kFunctionDir, pf);
  whole.as = As::text;
  road.change(
      {.what = "driver",
       .reason = "its own driver makes no VFs",
       .gpu = pf,
       .from = std::string(stub::kHome),
       .to_value = std::string("none"),
       .to = pci::named(pci::kUnbind, std::string(stub::kHome)),
       .bytes = {.text = to_string(pf)},
       .effects = {{.at = pci::of(pci::kPfDriver, pf), .before = {}, .expect = absent_value()},
                   {.at = pci::of(stub::kLock, pf),
                    .before = text_value("1"),
                    .expect = absent_value()}},
       .wipes = {pci::of(stub::kFolder, pf)},
       .disturbs = {whole},
       .blocking = Blocking::can_hang,
       .limit = kReleaseLimit});
}

/// Brings the GPU to the driver that makes VFs. Its VFs are let go of first: who uses one is asked
/// before the GPU is locked.
void leave_home(Road& road, const PciAddress& pf) {
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    road.release({.pf = pf, .vf = vf_at(index)});
  }
  if (is_home(road, pf)) {
    road.set(stub::kLock, of_gpu(pf), text_value("1"), {.reason = "nobody may open it meanwhile"});
    take_from_home(road, pf);
  }
  road.driver({.pf = pf}, text_value(std::string(stub::kStub)), nullptr);
}

/// Brings the GPU to the driver that the target names, and waits until that shows its files.
void come_home(Road& road, const PciAddress& pf) {
  const Value* const driver = road.wanted(pci::of(pci::kPfDriver, pf));
  if (driver == nullptr || driver->unreadable()) {
    return;
  }
  road.driver({.pf = pf},
              *driver,
              road.wanted(pci::of(pci::kPfOverride, pf)),
              {pci::of(stub::kFolder, pf)});
  const auto lock = road.now().find(pci::of(stub::kLock, pf));
  if (is_home(road, pf) && (lock == road.now().end() || lock->second.absent())) {
    road.await(stub::kLock, of_gpu(pf), text_value("0"), kStartUpLimit);
  }
}

class ToyStub final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-stub"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return stub::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    return gpu.total_vfs && kernel.list(pci::of(stub::kFolder, gpu.address)).has_value();
  }
  [[nodiscard]] GpuFacts facts(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .cannot = cannot_make_vfs(gpu)};
    for (const VfNumber& number : kNumbers) {
      facts.offers.push_back({.key = number.key,
                              .scope = kScopeVf,
                              .least = number.attr->unit,
                              .most = 1'000'000,
                              .read_from = std::string(stub::kSource)});
    }
    return facts;
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      const Place lock = pci::of(stub::kLock, pf.address);
      state[lock] = observe(kernel, lock);
      for (const VfNumber& number : kNumbers) {
        probe_number(number, kernel, pf, state);
      }
    }
    if (depth == Depth::whole) {
      // As with vfio-pci: a module that a run loads is the host's afterwards.
      const Place module = pci::named(pci::kModule, std::string(stub::kStub));
      state[module] = observe(kernel, module);
      state[module].origin = Origin::own;
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    for (const VfNumber& number : kNumbers) {
      std::ranges::move(fits_number(number, facts.gpu, now, desired), std::back_inserter(faults));
    }
    return faults;
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      complete_pci(pf, now, one, target);
      for (const VfNumber& number : kNumbers) {
        complete_number(number, pf, recorded_count(now, pf.address).value_or(0), one, target);
      }
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& gpu : unit.gpus) {
      const PciAddress& pf = gpu.address;
      if (road.count(pf) != road.wanted_count(pf)) {
        leave_home(road, pf);
        road.recount(pf);
      }
      come_home(road, pf);
      for (std::uint32_t index = 0; index < road.count(pf); ++index) {
        for (const VfNumber& number : kNumbers) {
          road.settle(*number.attr, holes_of(pf, index));
        }
      }
      road.settle(stub::kLock, of_gpu(pf));
      road.vf_drivers(pf);
      road.close_bracket(pf);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& toy_stub_backend() {
  static const ToyStub backend;
  return backend;
}

}  // namespace vfmgr::shape
