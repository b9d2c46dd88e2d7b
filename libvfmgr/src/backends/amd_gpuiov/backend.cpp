// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gpuiov/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/module.hpp"
#include "backends/amd_gpuiov/attrs.hpp"
#include "backends/amd_gpuiov/card.hpp"
#include "backends/amd_gpuiov/registers.hpp"
#include "backends/amd_gpuiov/split.hpp"
#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "core/shown.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

using namespace amd_gpuiov;

/// The least that the PF must keep (gim_fb.c): what its BAR 0 reaches, unless that reaches all.
std::uint64_t least_of_pf(const Windows& windows, std::uint64_t available) {
  return windows.pf == 0 || windows.pf >= available ? kStepMib : windows.pf;
}

void offer(const Kernel& kernel, GpuFacts& facts) {
  const Gpu& gpu = facts.gpu;
  const Layout layout = *layout_of(gpu);
  const Place at = totals_of(gpu, layout);
  const std::uint64_t available =
      totals_in(dword_in(observe(kernel, at).text()).value_or(0)).available;
  const Windows windows = windows_of(kernel, gpu);
  const std::uint64_t pf = least_of_pf(windows, available);
  facts.vram_total = available * kMib;
  const auto most = [&](std::uint64_t taken) {
    return available > taken ? (available - taken) / kStepMib * kStepMib * kMib : 0;
  };
  facts.offers.push_back({.key = Key::vram,
                          .scope = kScopeVf,
                          .least = std::max(windows.vf, kStepMib) * kMib,
                          .most = most(first_of_vfs(layout, pf)),
                          .read_from = to_string(at)});
  facts.offers.push_back({.key = Key::reserve_vram,
                          .scope = kScopePf,
                          .least = pf * kMib,
                          .most = most(first_of_vfs(layout, std::max(windows.vf, kStepMib))),
                          .read_from = to_string(at)});
}

/// A VF that is given none has 0.
Setting to_be_shown(const Gpu& gpu, const Place& place, const Value& target) {
  Setting shown = setting_of(attr_of(place), target);
  const bool none = layout_of(gpu) == Layout::b && match(attr_of(place), place)->vf &&
                    std::holds_alternative<std::monostate>(shown);
  return none ? Setting(std::uint64_t{0}) : std::move(shown);
}

/// A write that is not one to a register that a driver has just begun to go by.
Change write_of(const Road& road, const Gpu& gpu, const Place& place, const Value& target) {
  const Attr& attr = attr_of(place);
  const auto now = road.now().find(place);
  const Place driver = pci::of(pci::kPfDriver, gpu.address);
  const Place vfs = pci::of(pci::kVfCount, gpu.address);
  return {
      .what = std::string(attr.name),
      .reason = "no driver is bound; a driver that is loaded later shares the memory out anew",
      .source = target.source,
      .gpu = gpu.address,
      .vf = match(attr, place)->vf,
      .from = setting_of(attr, now == road.now().end() ? std::nullopt : std::optional(now->second)),
      .to_value = to_be_shown(gpu, place, target),
      .to = place,
      .bytes = {.text = target.text()},
      .effects = {{.at = place, .before = {}, .expect = text_value(target.text())},
                  {.at = driver, .before = {}, .expect = absent_value()},
                  {.at = vfs, .before = {}, .expect = text_value("0")}},
      .danger = Danger::register_writes};
}

void settle(Road& road, const Gpu& gpu) {
  for (const Place& place : registers_of(gpu)) {
    const Value* const target = road.to_settle(place);
    if (target != nullptr && !target->absent() && target->text() != road.text_now(place)) {
      road.change(write_of(road, gpu, place, *target));
    }
  }
}

/// Only where there is something to write: a check of what is as wanted needs no permission.
bool writes(const State& now, const Split& split) {
  return std::ranges::any_of(split.registers, [&](const auto& entry) {
    return recorded_text(now, entry.first) != entry.second.text();
  });
}

std::optional<Error> no_vfs_here(const Gpu& gpu, const State& now, const Desired& desired) {
  const std::uint32_t count = desired_count(desired, now, gpu);
  if (count == recorded_count(now, gpu.address).value_or(0)) {
    return std::nullopt;
  }
  Error error{.kind = ErrorKind::unsupported,
              .subject = to_string(gpu.address),
              .value = std::to_string(count),
              .why = "no driver is bound to it, so no VFs can be made or taken away",
              .help =
                  "leave 'vfs' out: 'vram' then says what each VF will have; to make them, bind "
                  "a driver that does"};
  if (desired.vfs_where.line != 0) {
    error.spot = desired.vfs_where;
  }
  return error;
}

class ByRegisters final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "amd-gpuiov"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return amd_gpuiov::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    return gpu.total_vfs && !gpu.driver && is_known(gpu) && !amd_gim::may_be_here(kernel);
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .coming_vfs = vfs_of(gpu),
                   .needs_no_driver = true};
    if (auto why = unfit(kernel, gpu)) {
      facts.findings.push_back({.what = why->why, .help = why->help});
      facts.lacks.emplace(Key::vram, *why);
      facts.lacks.emplace(Key::reserve_vram, std::move(*why));
      return facts;
    }
    offer(kernel, facts);
    facts.findings.push_back(
        {.what = "no driver is bound and none is installed that makes its VFs: only what each VF "
                 "will have of its memory can be set, by its registers",
         .help = "a driver that is loaded later shares it out anew"});
    return facts;
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& gpu : unit.gpus) {
      probe_pci(kernel, gpu, depth, state);
      for (const Place& place : registers_of(gpu)) {
        Value& value = state[place] = observe(kernel, place);
        if (!value.text().empty() && !dword_in(value.text())) {
          value.is = Unreadable{EIO};  // all ones: nobody answered
        }
      }
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    if (auto none = no_vfs_here(facts.gpu, now, desired)) {
      return {std::move(*none)};
    }
    Split split = split_of(facts.gpu, now, desired);
    if (!writes(now, split)) {
      return std::move(split.faults);
    }
    if (const auto count = recorded_count(now, facts.gpu.address); count.value_or(0) > 0) {
      split.faults.push_back({.kind = ErrorKind::unsupported,
                              .subject = to_string(facts.gpu.address),
                              .value = std::to_string(*count),
                              .why = "VFs are enabled, and their memory can't be moved under them",
                              .help = "bind the driver that made them, and take them away"});
    }
    if (auto locked = locked_down(kernel, facts.gpu)) {
      split.faults.push_back(std::move(*locked));
    }
    return std::move(split.faults);
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& gpu = gpu_of(unit, one.gpu);
      complete_pci(gpu, now, one, target);
      for (auto& [place, value] : split_of(gpu, now, one).registers) {
        target[place] = std::move(value);
      }
      for (const Place& place : registers_of(gpu)) {
        const auto noted = one.noted.find(place);
        if (one.teardown && noted != one.noted.end()) {
          target[place] = noted->second;
        }
      }
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& gpu : unit.gpus) {
      settle(road, gpu);
      road.close_bracket(gpu.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& amd_gpuiov_backend() {
  static const ByRegisters backend;
  return backend;
}

}  // namespace vfmgr
