// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/shares.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/attrs.hpp"
#include "backends/amd_gim/cards.hpp"
#include "backends/backend.hpp"
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
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

/// A thing that VFs are given a share of.
struct Share {
  Key key;
  const Attr *now, *file;
  std::uint64_t unit;               ///< one in the file is so much
  std::uint64_t least, most, step;  ///< in the key's units; most 0: not known
};
constexpr std::array kShares{Share{.key = Key::vram,
                                   .now = &kFramebufferNow,
                                   .file = &kFramebuffers,
                                   .unit = 1ULL << 20U,
                                   .least = kLeastFramebuffer,
                                   .most = 0,
                                   .step = kFramebufferStep},
                             Share{.key = Key::exec_quantum,
                                   .now = &kSliceNow,
                                   .file = &kSlices,
                                   .unit = 1,
                                   .least = kShortestSliceUs,
                                   .most = kLongestSliceUs,
                                   .step = kSliceStepUs}};

/// Written as a VF's memory: it has none, and no row in the file, which reads as a file without
/// what was looked for (amdgv_vfmgr.c:amdgv_vfmgr_free_vf).
constexpr std::string_view kNothing = "0";
Value no_row() {
  Value value;
  value.is = Unreadable{ENODATA};
  return value;
}

bool shares(const Gpu& gpu) {
  const Card* const card = card_of(gpu.device_id);
  return card != nullptr && card->shares;
}

std::uint64_t number_at(const State& state, const Place& place) {
  return decimal(recorded_text(state, place)).value_or(0);
}

/// Rows of VFs that are not there, which VFs leave behind that went while the driver ran
/// (amdgv_vfmgr.c:amdgv_vfmgr_set_vf_num), and of memory that is free: the driver's own. Where the
/// list can't be read nothing is known of it.
void record_rest_of_list(const Kernel& kernel, const Gpu& gpu, std::uint32_t count, State& state) {
  std::vector<Place> places{pci::of(kFreeNow, gpu.address)};
  for (std::uint32_t index = count; index < gpu.total_vfs.value_or(0); ++index) {
    places.push_back(pci::of(kFramebufferNow, gpu.address, vf_at(index)));
  }
  for (const Place& place : places) {
    Value value = observe(kernel, place);
    if (value.is == no_row().is) {
      value = absent_value();
    }
    if (!value.unreadable()) {
      value.origin = Origin::own;
      state[place] = std::move(value);
    }
  }
}

void write_share(Road& road,
                 const Gpu& gpu,
                 const Share& share,
                 VfIndex vf,
                 std::string_view number,
                 const std::string& source) {
  const Place place = pci::of(*share.now, gpu.address, vf);
  const std::uint64_t in_units = decimal(number).value_or(0) * share.unit;
  road.change(
      {.what = std::string(share.now->name),
       .reason = number == kNothing ? "what it has makes room for the others" : "",
       .source = source,
       .gpu = gpu.address,
       .vf = vf,
       .to_value = in_units,
       .to = pci::of(*share.file, gpu.address),
       .bytes = {.text = fmt::format("{},{}", vf.index, number)},
       .effects = {{.at = place,
                    .before = {},
                    .expect = number == kNothing ? no_row() : text_value(std::string(number))}},
       .disturbs = {directory_of({.pf = gpu.address, .vf = vf})},
       .limit = kShareLimit});
}

void settle(Road& road, const Gpu& gpu, const Share& share) {
  struct Wish {
    VfIndex vf;
    std::uint64_t now, wanted;
    const Value* target;
  };
  std::vector<Wish> wishes;
  for (std::uint32_t index = 0; index < road.count(gpu.address); ++index) {
    const Place place = pci::of(*share.now, gpu.address, vf_at(index));
    const Value* const target = road.to_settle(place);
    if (target != nullptr && !target->absent() && target->text() != road.text_now(place)) {
      wishes.push_back({.vf = vf_at(index),
                        .now = number_at(road.now(), place),
                        .wanted = decimal(target->text()).value_or(0),
                        .target = target});
    }
  }
  // A VF's memory is one stretch. To grow it is put where a hole is large enough, and holes that
  // others leave when they shrink are as scattered as they are: all that change begin anew.
  const bool grows =
      std::ranges::any_of(wishes, [](const Wish& wish) { return wish.wanted > wish.now; });
  if (share.key == Key::vram && grows) {
    for (const Wish& wish : wishes) {
      write_share(road, gpu, share, wish.vf, kNothing, {});
    }
  }
  for (const Wish& wish : wishes) {
    write_share(road, gpu, share, wish.vf, wish.target->text(), wish.target->source);
  }
}

}  // namespace

void offer_shares(const Kernel& /*kernel*/, GpuFacts& facts) {
  if (!shares(facts.gpu)) {
    return;
  }
  for (const Share& share : kShares) {
    facts.offers.push_back({.key = share.key,
                            .scope = kScopeVf,
                            .least = share.least,
                            .most = share.most == 0 ? std::nullopt : std::optional(share.most),
                            .read_from = std::string(kDebugSource)});
  }
}

void record_shares(const Kernel& kernel, const Gpu& gpu, Depth depth, State& state) {
  if (!shares(gpu)) {
    return;
  }
  const std::uint32_t count = recorded_count(state, gpu.address).value_or(0);
  for (std::uint32_t index = 0; index < count; ++index) {
    for (const Share& share : kShares) {
      const Place place = pci::of(*share.now, gpu.address, vf_at(index));
      Value& value = state[place] = observe(kernel, place);
      value.origin = Origin::unknown;
    }
  }
  if (depth == Depth::whole) {
    record_rest_of_list(kernel, gpu, count, state);
  }
}

bool has_free_memory(const Gpu& gpu, const State& state) {
  return !recorded_text(state, pci::of(kFreeNow, gpu.address)).empty();
}

bool would_keep_rows(const Road& road, const Gpu& gpu) {
  const std::uint32_t most = shares(gpu) ? gpu.total_vfs.value_or(0) : 0;
  for (std::uint32_t index = road.wanted_count(gpu.address); index < most; ++index) {
    const Place row = pci::of(kFramebufferNow, gpu.address, vf_at(index));
    const Value* const wanted = road.wanted(row);
    if (wanted != nullptr && wanted->match == Match::exact && wanted->absent() &&
        !road.text_now(row).empty()) {
      return true;
    }
  }
  return false;
}

std::vector<Error> shares_fit(const Gpu& gpu, const State& now, const Desired& desired) {
  std::vector<Error> faults;
  const std::uint32_t count = desired_count(desired, now, gpu);
  for (const Share& share : kShares) {
    const Given* last = nullptr;
    for (std::uint32_t index = 0; index < count; ++index) {
      const Given* const given = given_for(desired.of(vf_at(index)), share.key);
      const auto* const number =
          given == nullptr ? nullptr : std::get_if<std::uint64_t>(&given->value);
      if (number == nullptr || *number % share.step == 0 ||
          (last != nullptr && last->where == given->where)) {
        continue;
      }
      last = given;
      const bool size = share.key == Key::vram;
      faults.push_back(
          {.kind = ErrorKind::unsupported,
           .subject = to_string(gpu.address),
           .value = size ? spell(Bytes(*number)) : spell(Microseconds(*number)),
           .why = fmt::format("this driver counts '{}' in steps of {}",
                              row_of(share.key).name,
                              size ? spell(Bytes(share.step)) : spell(Microseconds(share.step))),
           .help = {},
           .spot = given->where});
    }
  }
  return faults;
}

void complete_shares(const Gpu& gpu, const State& now, const Desired& desired, State& target) {
  if (!shares(gpu)) {
    return;
  }
  const std::uint32_t before = recorded_count(now, gpu.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, gpu);
  for (std::uint32_t index = 0; index < std::max(before, count); ++index) {
    for (const Share& share : kShares) {
      const Place place = pci::of(*share.now, gpu.address, vf_at(index));
      const Given* const given = given_for(desired.of(vf_at(index)), share.key);
      const auto* const number =
          given == nullptr ? nullptr : std::get_if<std::uint64_t>(&given->value);
      if (index >= count) {
        target.erase(place);
      } else if (number != nullptr) {
        Value& value = target[place] = text_value(std::to_string(*number / share.unit));
        value.source = to_string(given->where);
      } else if (count != before || given != nullptr) {
        target[place] = guess();
        target[place].origin = Origin::own;
      }
    }
  }
}

void settle_shares(Road& road, const Gpu& gpu) {
  for (const Share& share : kShares) {
    settle(road, gpu, share);
  }
}

void explain_memory(const Kernel& kernel, const Gpu& gpu, Error& error) {
  if (error.os_error != EFAULT || error.subject != to_string(pci::of(kFramebuffers, gpu.address))) {
    return;
  }
  const auto count =
      decimal(observe(kernel, pci::of(pci::kVfCount, gpu.address)).text()).value_or(0);
  for (std::uint64_t index = count; index < gpu.total_vfs.value_or(0); ++index) {
    const VfIndex gone = vf_at(static_cast<std::uint32_t>(index));
    if (!observe(kernel, pci::of(kFramebufferNow, gpu.address, gone)).text().empty()) {
      error.why =
          "the driver still has memory on its list for VFs that are gone, since their count was "
          "changed while it ran, and what is left lies in pieces";
      error.help =
          "take the VFs of all GPUs of gim away (teardown), which unloads it, and bring "
          "them back";
      return;
    }
  }
}

}  // namespace vfmgr::amd_gim
