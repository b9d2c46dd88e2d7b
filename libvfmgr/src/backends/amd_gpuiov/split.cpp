// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gpuiov/split.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gpuiov/attrs.hpp"
#include "backends/amd_gpuiov/card.hpp"
#include "backends/amd_gpuiov/registers.hpp"
#include "backends/pci_record.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::amd_gpuiov {

namespace {

constexpr std::uint64_t kStep = kStepMib * kMib;

std::string in_words(std::uint64_t mib) {
  return spell(Bytes(mib * kMib));
}

/// Puts a wish together, VF by VF.
class Cut {
 public:
  Cut(const Gpu& gpu, Layout layout, const State& now, const Desired& desired)
      : gpu_(gpu), layout_(layout), now_(now), desired_(desired) {}

  Split make() &&;

 private:
  [[nodiscard]] std::optional<std::uint32_t> recorded(const Place& place) const {
    return dword_in(recorded_text(now_, place));
  }
  std::optional<std::uint64_t> size_from(const Given& given);
  void take_pf(std::uint32_t totals);
  void look_at_vfs();
  void place_vfs();
  /// Whether there was room.
  bool place(VfIndex vf, std::uint64_t size);
  [[nodiscard]] const Piece* in_the_way(const Piece& piece) const;
  void check_kept();
  void put(const Place& at, std::uint32_t dword, const Given* given);
  void fault(ErrorKind kind, const Given* given, std::string why, std::string help = {});

  const Gpu& gpu_;
  Layout layout_;
  const State& now_;
  const Desired& desired_;
  Split split_;
  std::uint64_t available_ = 0, pf_ = kPfMib;
  std::map<VfIndex, const Given*> named_;
  std::map<VfIndex, Piece> lying_;  ///< those that stay, and then also those that were placed
};

void Cut::fault(ErrorKind kind, const Given* given, std::string why, std::string help) {
  Error error{.kind = kind,
              .subject = to_string(gpu_.address),
              .why = std::move(why),
              .help = std::move(help)};
  if (given != nullptr) {
    error.spot = given->where;
    // One value of a profile is faulted once, however many VFs it is for.
    if (std::ranges::any_of(split_.faults, [&](const Error& one) {
          return one.spot == error.spot && one.why == error.why;
        })) {
      return;
    }
  }
  split_.faults.push_back(std::move(error));
}

void Cut::put(const Place& at, std::uint32_t dword, const Given* given) {
  Value& value = split_.registers[at] = text_value(spell_dword(dword));
  value.source = given == nullptr ? "" : to_string(given->where);
}

/// In MiB; none: it is not one, which is faulted.
std::optional<std::uint64_t> Cut::size_from(const Given& given) {
  const auto* const bytes = std::get_if<std::uint64_t>(&given.value);
  if (bytes == nullptr) {
    return std::nullopt;
  }
  if (*bytes % kStep != 0 || *bytes == 0) {
    const std::uint64_t below = *bytes / kStep * kStep;
    const std::string above = spell(Bytes(below + kStep));
    fault(ErrorKind::unsupported,
          &given,
          fmt::format("{} is no multiple of {}, in which its registers count",
                      spell(Bytes(*bytes)),
                      spell(Bytes(kStep))),
          below == 0 ? fmt::format("the least is {}", above)
                     : fmt::format("the nearest are {} and {}", spell(Bytes(below)), above));
    return std::nullopt;
  }
  return *bytes / kMib;
}

void Cut::take_pf(std::uint32_t totals) {
  const Given* const given = given_for(desired_.pf, Key::reserve_vram);
  pf_ = totals_in(totals).pf.value_or(kPfMib);
  if (given != nullptr) {
    pf_ = std::holds_alternative<DriverDefault>(given->value) ? kPfMib
                                                              : size_from(*given).value_or(pf_);
  }
  if (pf_ % kStepMib != 0 || first_of_vfs(layout_, pf_) >= available_) {
    fault(ErrorKind::does_not_fit,
          given,
          fmt::format("{} for the GPU itself leave nothing of {} for VFs",
                      in_words(pf_),
                      in_words(available_)));
    return;
  }
  if (layout_ == Layout::a) {
    const Place context = pci::of(kContextA, gpu_.address);
    put(context, context_of(recorded(context).value_or(0), pf_), given);
  }
  put(totals_of(gpu_, layout_), with_pf(totals, pf_), given);
}

void Cut::look_at_vfs() {
  for (std::uint32_t index = 0; index < vfs_of(gpu_); ++index) {
    const VfIndex vf = vf_at(index);
    // Who says how many VFs there are to be, none of them, gives none of them anything.
    const Given* const given = desired_.vfs ? nullptr : given_for(desired_.of(vf), Key::vram);
    if (given != nullptr) {
      named_.emplace(vf, given);
    } else if (const auto dword = recorded(framebuffer_of(gpu_, layout_, vf))) {
      if (const auto piece = piece_in(layout_, *dword)) {
        lying_.emplace(vf, *piece);
      }
    }
  }
}

const Piece* Cut::in_the_way(const Piece& piece) const {
  for (const auto& [vf, other] : lying_) {
    if (piece.offset < other.end() && other.offset < piece.end()) {
      return &other;
    }
  }
  return nullptr;
}

bool Cut::place(VfIndex vf, std::uint64_t size) {
  Piece piece{.offset = first_of_vfs(layout_, pf_), .size = size};
  while (const Piece* const other = in_the_way(piece)) {
    piece.offset = other->end();
  }
  if (piece.end() > available_) {
    const std::uint64_t room = available_ - first_of_vfs(layout_, pf_);
    fault(ErrorKind::does_not_fit,
          named_.at(vf),
          fmt::format("with vf{} the VFs' memory would end at {}, and the GPU's ends at {}",
                      vf.index,
                      in_words(piece.end()),
                      in_words(available_)),
          fmt::format("{} are left for all VFs beside the GPU's own {}; of {} each can have {}",
                      in_words(room),
                      in_words(pf_),
                      named_.size(),
                      in_words(room / named_.size() / kStepMib * kStepMib)));
    return false;
  }
  lying_.emplace(vf, piece);
  put(framebuffer_of(gpu_, layout_, vf), dword_of(layout_, piece), named_.at(vf));
  return true;
}

void Cut::place_vfs() {
  for (const auto& [vf, given] : named_) {
    if (!std::holds_alternative<DriverDefault>(given->value)) {
      const auto size = size_from(*given);
      if (size && !place(vf, *size)) {
        return;  // nor do those behind it
      }
    } else if (layout_ == Layout::b) {
      put(framebuffer_of(gpu_, layout_, vf), dword_of(layout_, std::nullopt), given);
    } else {
      fault(ErrorKind::unsupported,
            given,
            "without a driver nobody chooses, and its registers have no value for no memory",
            "name a size");
    }
  }
}

/// What stays must not lie where the PF has its own now.
void Cut::check_kept() {
  for (const auto& [vf, piece] : lying_) {
    if (!named_.contains(vf) &&
        (piece.offset < first_of_vfs(layout_, pf_) || piece.end() > available_)) {
      fault(ErrorKind::does_not_fit,
            nullptr,
            fmt::format("vf{} keeps {} from {} on, where it can't stay",
                        vf.index,
                        in_words(piece.size),
                        in_words(piece.offset)),
            "give that VF its 'vram', too");
    }
  }
}

Split Cut::make() && {
  look_at_vfs();
  const bool names_pf = given_for(desired_.pf, Key::reserve_vram) != nullptr;
  const auto totals = recorded(totals_of(gpu_, layout_));
  if ((named_.empty() && !names_pf) || !totals) {
    return std::move(split_);
  }
  available_ = totals_in(*totals).available / kStepMib * kStepMib;
  take_pf(*totals);
  if (split_.faults.empty()) {
    check_kept();
    place_vfs();
  }
  return std::move(split_);
}

}  // namespace

Split split_of(const Gpu& gpu, const State& now, const Desired& desired) {
  const auto layout = layout_of(gpu);
  if (!layout || desired.teardown) {
    return {};
  }
  return Cut(gpu, *layout, now, desired).make();
}

}  // namespace vfmgr::amd_gpuiov
