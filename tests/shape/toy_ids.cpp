// SPDX-License-Identifier: Apache-2.0
#include "toy_ids.hpp"

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
#include "core/shown.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "toy_wish.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::shape {

namespace {

constexpr std::string_view kNothing = "0";

std::uint32_t all_vfs(const Gpu& pf) {
  return pf.total_vfs.value_or(0);
}

Place of_vf(const Attr& attr, const PciAddress& pf, std::uint32_t index) {
  return vfmgr::place_of(attr, holes_of(pf, index));
}

/// The instance that is made for a VF bears its number.
std::string name_of(std::uint32_t index) {
  return "vf" + std::to_string(index + 1);
}

Value whatever_id() {
  Value value;
  value.match = Match::any;
  value.origin = Origin::own;
  return value;
}

void complete_vram(const Gpu& pf, std::uint32_t before, const Desired& desired, State& target) {
  const std::uint32_t count = recorded_count(target, pf.address).value_or(0);
  for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
    Value& vram = target[of_vf(ids::kVram, pf.address, index)];
    Value& memory = target[of_vf(ids::kMemory, pf.address, index)];
    Value& attached = target[of_vf(ids::kAttached, pf.address, index)];
    if (index >= count) {
      vram = absent_value();
      attached = absent_value();
      if (index < before) {
        memory = absent_value();
      }
      continue;
    }
    const Given* const asked = given(desired, index, Key::vram);
    if (asked == nullptr && count == before) {
      continue;
    }
    const auto* const bytes =
        asked == nullptr ? nullptr : std::get_if<std::uint64_t>(&asked->value);
    vram = text_value(bytes == nullptr ? std::string(kNothing) : std::to_string(*bytes));
    if (asked != nullptr) {
      vram.source = asked->where.file.str() + ":" + std::to_string(asked->where.line) + ":" +
                    std::to_string(asked->where.column);
    }
    memory = bytes == nullptr ? absent_value() : vram;
    attached = whatever_id();
  }
  target[pci::of(ids::kInstances, pf.address)] = whatever_id();
}

/// The statements about one GPU's instances.
class Instances {
 public:
  Instances(Road& road, const Gpu& pf) : road_(&road), pf_(&pf) {}

  /// VFs that stay and are to have something else let go of what they have.
  void detach() {
    for (std::uint32_t index = 0; index < road_->count(pf_->address); ++index) {
      if (is_attached(index) &&
          !(is_as_wanted(ids::kVram, index) && is_as_wanted(ids::kMemory, index))) {
        road_->release({.pf = pf_->address, .vf = vf_at(index)});
        road_->change(attachment(index, {.text = std::string(kNothing)}, text_value("0")));
      }
    }
  }

  /// What shrinks or goes makes room for what comes.
  void destroy() {
    for (std::uint32_t index = 0; index < all_vfs(*pf_); ++index) {
      if (!here(ids::kMemory, index).absent() && !is_as_wanted(ids::kMemory, index)) {
        road_->change(instance(index, ids::kDestroy, id_text(index), absent_value()));
      }
    }
  }

  void create() {
    for (std::uint32_t index = 0; index < all_vfs(*pf_); ++index) {
      const Value* const want = road_->wanted(of_vf(ids::kMemory, pf_->address, index));
      if (want != nullptr && !want->absent() && here(ids::kMemory, index).absent()) {
        road_->change(
            instance(index, ids::kCreate, {.text = name_of(index) + " " + want->text()}, *want));
      }
    }
  }

  void attach() {
    for (std::uint32_t index = 0; index < road_->count(pf_->address); ++index) {
      const Value* const want = road_->wanted(of_vf(ids::kVram, pf_->address, index));
      if (want != nullptr && !is_as_wanted(ids::kVram, index)) {
        road_->release({.pf = pf_->address, .vf = vf_at(index)});
        road_->change(attachment(index, id_text(index), *want));
      }
    }
  }

 private:
  [[nodiscard]] Value here(const Attr& attr, std::uint32_t index) const {
    const auto found = road_->now().find(of_vf(attr, pf_->address, index));
    return found == road_->now().end() ? absent_value() : found->second;
  }
  [[nodiscard]] bool is_as_wanted(const Attr& attr, std::uint32_t index) const {
    const Value* const want = road_->wanted(of_vf(attr, pf_->address, index));
    return want == nullptr || want->is == here(attr, index).is;
  }
  /// The id is not known on a road that attaches it itself: there the memory tells.
  [[nodiscard]] bool is_attached(std::uint32_t index) const {
    const std::string id = here(ids::kAttached, index).text();
    const std::string vram = here(ids::kVram, index).text();
    return id.empty() ? !vram.empty() && vram != kNothing : id != kNothing;
  }
  [[nodiscard]] Text id_text(std::uint32_t index) const {
    return {.text = "{}",
            .name_of = {},
            .id_of = pci::of(ids::kInstances, pf_->address),
            .id_name = name_of(index)};
  }
  [[nodiscard]] Change about(std::uint32_t index, const Value& want) const {
    return {.what = std::string(ids::kVram.name),
            .source = want.source,
            .gpu = pf_->address,
            .vf = vf_at(index),
            .from = setting_of(ids::kVram, here(ids::kVram, index)),
            .to_value = setting_of(ids::kVram, want)};
  }
  [[nodiscard]] Change instance(std::uint32_t index,
                                const Attr& file,
                                Text bytes,
                                const Value& want) const {
    Change change = about(index, want);
    change.to = pci::of(file, pf_->address);
    change.bytes = std::move(bytes);
    change.effects = {
        {.at = of_vf(ids::kMemory, pf_->address, index), .before = {}, .expect = want},
        {.at = pci::of(ids::kInstances, pf_->address), .before = {}, .expect = whatever_id()}};
    return change;
  }
  [[nodiscard]] Change attachment(std::uint32_t index, Text bytes, const Value& want) const {
    Change change = about(index, want);
    const bool detaches = !bytes.id_of;
    change.to = of_vf(ids::kAttached, pf_->address, index);
    change.bytes = std::move(bytes);
    change.effects = {
        {.at = of_vf(ids::kVram, pf_->address, index), .before = {}, .expect = want},
        {.at = change.to,
         .before = {},
         .expect = detaches ? text_value(std::string(kNothing), Origin::own) : whatever_id()}};
    Place vf = pci::of(pci::kVf, pf_->address, *change.vf);
    vf.as = As::text;
    change.disturbs = {vf};
    return change;
  }

  Road* road_;
  const Gpu* pf_;
};

Redraws redraws(const Road& road, const PciAddress& pf) {
  Redraws drawn;
  for (const Attr* const attr : {&ids::kVram, &ids::kAttached}) {
    for (std::uint32_t index = 0; index < road.count(pf); ++index) {
      drawn.on_disable[of_vf(*attr, pf, index)] = absent_value();
    }
    for (std::uint32_t index = 0; index < road.wanted_count(pf); ++index) {
      drawn.on_enable[of_vf(*attr, pf, index)] = guess(std::string(kNothing));
    }
  }
  return drawn;
}

class ToyIds final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-ids"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return ids::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    return gpu.total_vfs && kernel.list(pci::of(ids::kFolder, gpu.address)).has_value();
  }
  [[nodiscard]] GpuFacts facts(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    return {.gpu = gpu,
            .backend = std::string(name()),
            .offers = {vf_driver_offer(),
                       {.key = Key::vram,
                        .scope = kScopeVf,
                        .least = 1,
                        .most = {},
                        .read_from = std::string(ids::kSource)}},
            .cannot = cannot_make_vfs(gpu)};
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      const Place list = pci::of(ids::kInstances, pf.address);
      state[list] = observe(kernel, list);
      state[list].origin = Origin::own;
      for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
        for (const Attr* const attr : {&ids::kMemory, &ids::kVram, &ids::kAttached}) {
          const Place place = of_vf(*attr, pf.address, index);
          state[place] = observe(kernel, place);
        }
        // An id is the driver's to give; what was asked for is the memory under a name.
        state[of_vf(ids::kAttached, pf.address, index)].origin = Origin::own;
      }
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    return fits_pci(kernel, facts, now, desired);
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      complete_pci(pf, now, one, target);
      complete_vram(pf, recorded_count(now, pf.address).value_or(0), one, target);
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& pf : unit.gpus) {
      Instances instances(road, pf);
      road.recount(pf.address, {}, redraws(road, pf.address));
      instances.detach();
      instances.destroy();
      instances.create();
      instances.attach();
      road.vf_drivers(pf.address);
      road.close_bracket(pf.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& toy_ids_backend() {
  static const ToyIds backend;
  return backend;
}

}  // namespace vfmgr::shape
