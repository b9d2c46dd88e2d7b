// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/memory.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim_s7150/attrs.hpp"
#include "backends/amd_gim_s7150/config_text.hpp"
#include "backends/amd_gim_s7150/framebuffer.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::amd_gim_s7150 {

namespace {

/// Both halves of the register; nothing where it was not read.
std::optional<Memory> totals_in(const State& state, const Gpu& gpu) {
  const auto both = decimal(recorded_text(state, pci::of(kTotals, gpu.address)));
  if (!both) {
    return std::nullopt;
  }
  return Memory{.total = *both & 0xffffU, .consumed = *both >> 16U};
}

Config config_of(const State& state) {
  return config_in(recorded_text(state, place_of(kGimConfig, {})));
}

/// Of a GPU whose registers were read.
std::optional<Memory> memory_of(const State& state, const Gpu& gpu) {
  auto memory = totals_in(state, gpu);
  if (!memory) {
    return memory;
  }
  const auto begin = prefixed(recorded_text(state, pci::of(kBarBegin, gpu.address)), 10);
  const auto end = prefixed(recorded_text(state, pci::of(kBarEnd, gpu.address)), 10);
  if (begin && end && *end > *begin) {
    memory->bar = (*end - *begin + 1) / kMib;
  }
  memory->pf_fb = config_of(state).of(Option::pf_fb);
  return memory;
}

/// With so many VFs: the driver comes anew where there are not as many now.
Area area_of(const Memory& memory, const State& now, const Gpu& gpu, std::uint32_t vfs) {
  return recorded_count(now, gpu.address) == vfs ? area_now(memory) : area_for(memory, vfs);
}

const std::uint64_t* bytes_given(const Given* given) {
  return given == nullptr ? nullptr : std::get_if<std::uint64_t>(&given->value);
}

/// What a wish says of the memory of all VFs that there will be.
struct Wish {
  std::vector<const Given*> of;      ///< nullptr: nothing
  std::vector<std::uint64_t> sizes;  ///< MiB, of those that have one
  [[nodiscard]] bool says_nothing() const {
    return std::ranges::all_of(of, [](const Given* given) { return given == nullptr; });
  }
  [[nodiscard]] bool sizes_all() const { return !of.empty() && sizes.size() == of.size(); }
  /// The first that has a size; nullptr: none has.
  [[nodiscard]] const Given* first() const {
    const auto found =
        std::ranges::find_if(of, [](const Given* given) { return bytes_given(given) != nullptr; });
    return found == of.end() ? nullptr : *found;
  }
};

Wish wish_of(const Desired& desired, std::uint32_t count) {
  Wish wish;
  for (std::uint32_t index = 0; index < count; ++index) {
    wish.of.push_back(given_for(desired.of(vf_at(index)), Key::vram));
    if (const std::uint64_t* const bytes = bytes_given(wish.of.back())) {
      wish.sizes.push_back(*bytes / kMib);
    }
  }
  return wish;
}

/// Whether all VFs have as much as is wished: then it does not matter where it lies.
bool is_there(const Gpu& gpu, const State& now, const Wish& wish) {
  if (!wish.sizes_all()) {
    return false;
  }
  for (std::size_t vf = 0; vf < wish.sizes.size(); ++vf) {
    const std::string text = recorded_text(now, pci::of(kFramebuffer, gpu.address, vf_at(vf)));
    if (text.empty() || part_in(text).size != wish.sizes[vf]) {
      return false;
    }
  }
  return true;
}

Error fault_at(const Gpu& gpu, const Given& given, std::string why, std::string help) {
  const std::uint64_t* const bytes = bytes_given(&given);
  return {.kind = ErrorKind::does_not_fit,
          .subject = to_string(gpu.address),
          .value = bytes == nullptr ? std::string() : spell(Bytes(*bytes)),
          .why = std::move(why),
          .help = std::move(help),
          .spot = given.where};
}

std::vector<Error> not_in_steps(const Gpu& gpu, const Wish& wish) {
  std::vector<Error> faults;
  const Given* last = nullptr;
  for (const Given* const given : wish.of) {
    const std::uint64_t* const bytes = bytes_given(given);
    if (bytes != nullptr && *bytes % (kUnitMib * kMib) != 0 &&
        (last == nullptr || last->where != given->where)) {
      last = given;
      faults.push_back(fault_at(
          gpu,
          *given,
          fmt::format("this driver counts 'vram' in steps of {}", spell(Bytes(kUnitMib * kMib))),
          {}));
      faults.back().kind = ErrorKind::unsupported;
    }
  }
  return faults;
}

/// gim_monitor.c:amdgim_do_relvf takes vf_fb as it stands, which a load bounds: where the two
/// differ, what is taken back lies over others', or over the end.
std::optional<Error> not_taken_back(const Gpu& gpu,
                                    const Area& area,
                                    const State& now,
                                    const Wish& wish) {
  const std::uint64_t vf_fb = config_of(now).of(Option::vf_fb);
  const bool safe = vf_fb == 0 || (vf_fb % kUnitMib == 0 && vf_fb * wish.of.size() <= area.size);
  const auto named =
      std::ranges::find_if(wish.of, [](const Given* given) { return given != nullptr; });
  if (safe || area.size == 0 || named == wish.of.end() || is_there(gpu, now, wish)) {
    return std::nullopt;
  }
  return fault_at(gpu,
                  **named,
                  fmt::format("/etc/gim_config says vf_fb={}, and with that gim puts what it takes "
                              "back from a VF over others'",
                              vf_fb),
                  "set vf_fb=0 there, and load gim anew");
}

/// The origin of parts that were read: the driver's own, or somebody's who chose them.
void mark_parts(const State& state, const Gpu& gpu, std::vector<Value*>& values) {
  std::vector<Part> parts;
  for (const Value* const value : values) {
    if (value->absent() || value->unreadable()) {
      return;
    }
    parts.push_back(part_in(value->text()));
  }
  const auto memory = totals_in(state, gpu);
  const bool own = memory && !parts.empty() &&
                   is_drivers_own(parts, area_now(*memory), config_of(state).of(Option::vf_fb));
  for (Value* const value : values) {
    value->origin = own ? Origin::own : Origin::set;
  }
}

}  // namespace

void offer_memory(const Kernel& kernel, GpuFacts& facts) {
  State state;
  const Place place = pci::of(kTotals, facts.gpu.address);
  state[place] = observed(
      place, std::move(kernel.read_slowly(std::array{file_of(place)}, kSlowReadLimit).front()));
  const auto memory = totals_in(state, facts.gpu);
  if (!memory || memory->total == 0) {
    return;
  }
  facts.vram_total = memory->total * kMib;
  facts.offers.push_back({.key = Key::vram,
                          .scope = kScopeVf,
                          .least = kLeastOfVfMib * kMib,
                          .most = area_for(*memory, 1).size * kMib,
                          .read_from = to_string(place)});
}

void record_memory(const Kernel& kernel, const Gpu& gpu, State& state) {
  const Place totals = pci::of(kTotals, gpu.address);
  const auto config = kernel.read_slowly(std::array{file_of(totals)}, kSlowReadLimit).front();
  Value both = observed(totals, config);
  if (const auto* const why = std::get_if<Unreadable>(&both.is);
      why != nullptr && why->os_error == ENODATA) {
    return;  // it has no such registers
  }
  // The driver writes one half when it is loaded; nobody else does.
  both.origin = Origin::own;
  both.match = Match::any;
  state[totals] = std::move(both);
  for (const Attr* const bar : {&kBarBegin, &kBarEnd}) {
    state[pci::of(*bar, gpu.address)] = observe(kernel, pci::of(*bar, gpu.address));
  }
  std::vector<Value*> values;
  for (std::uint32_t vf = 0; vf < recorded_count(state, gpu.address).value_or(0); ++vf) {
    const Place place = pci::of(kFramebuffer, gpu.address, vf_at(vf));
    values.push_back(&(state[place] = observed(place, config)));
  }
  mark_parts(state, gpu, values);
}

std::vector<Error> memory_fits(const Gpu& gpu, const State& now, const Desired& desired) {
  const std::uint32_t count = desired_count(desired, now, gpu);
  const Wish wish = wish_of(desired, count);
  const Given* const first = wish.first();
  const auto memory = memory_of(now, gpu);
  const Area area = memory ? area_of(*memory, now, gpu, count) : Area{};
  std::vector<Error> faults = not_in_steps(gpu, wish);
  if (auto error = not_taken_back(gpu, area, now, wish)) {
    faults.push_back(std::move(*error));
  }
  if (first == nullptr) {
    return faults;
  }
  if (!wish.sizes_all()) {
    faults.push_back(fault_at(gpu,
                              *first,
                              fmt::format("this driver gives memory out to all VFs of a GPU or to "
                                          "none, and {} of {} have a size",
                                          wish.sizes.size(),
                                          count),
                              "give every VF a 'vram', or none"));
    return faults;
  }
  const std::uint64_t sum = std::accumulate(wish.sizes.begin(), wish.sizes.end(), std::uint64_t{0});
  if (area.size != 0 && sum > area.size && !is_there(gpu, now, wish)) {
    faults.push_back(
        fault_at(gpu,
                 *first,
                 fmt::format("{} VFs want {}, and {} has {} for VFs",
                             count,
                             spell(Bytes(sum * kMib)),
                             to_string(gpu.address),
                             spell(Bytes(area.size * kMib))),
                 fmt::format("at most {} each fits",
                             spell(Bytes(area.size / count / kUnitMib * kUnitMib * kMib)))));
  }
  return faults;
}

void complete_memory(const Gpu& gpu, const State& now, const Desired& desired, State& target) {
  const auto memory = memory_of(now, gpu);
  if (!memory) {
    return;
  }
  const std::uint32_t before = recorded_count(now, gpu.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, gpu);
  for (std::uint32_t vf = count; vf < before; ++vf) {
    target.erase(pci::of(kFramebuffer, gpu.address, vf_at(vf)));
  }
  const Wish wish = wish_of(desired, count);
  const bool keeps = count == before && (wish.says_nothing() || is_there(gpu, now, wish));
  const std::vector<Part> parts = wish.sizes_all()
                                      ? laid_out(wish.sizes, area_of(*memory, now, gpu, count).base)
                                      : std::vector<Part>();
  for (std::uint32_t vf = 0; vf < count; ++vf) {
    Value& value = target[pci::of(kFramebuffer, gpu.address, vf_at(vf))];
    if (!keeps) {
      value = parts.empty() ? guess() : text_value(register_of(parts[vf]));
    }
    if (wish.sizes_all()) {
      value.origin = Origin::set;
      value.source = to_string(wish.of[vf]->where);
    }
  }
}

}  // namespace vfmgr::amd_gim_s7150
