// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/vgpu_wish.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/layout_text.hpp"
#include "backends/nvidia/mig_layout.hpp"
#include "backends/nvidia/size_wish.hpp"
#include "backends/nvidia/type_name.hpp"
#include "core/attributes.hpp"
#include "core/nearest.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::nvidia {

namespace {

constexpr std::string_view kNoType = "none";
constexpr std::string_view kAnyType = "any";

template <class T>
const T* value_of(const Given* of) {
  return of == nullptr ? nullptr : std::get_if<T>(&of->value);
}

/// Everything about one GPU's wish, while it is being laid out.
class Laying {
 public:
  Laying(const Gpu& gpu, const GpuNow& now, const Desired& desired)
      : gpu_(&gpu), now_(&now), desired_(&desired) {}

  Wished result() && {
    const std::uint32_t total = gpu_->total_vfs.value_or(0);
    const bool keeps_count = !desired_->vfs && !desired_->vfs_max && !desired_->teardown;
    const std::uint32_t asked = desired_->vfs_max ? total : desired_->vfs.value_or(0);
    served_ = keeps_count ? now_->vfs : desired_->teardown ? 0 : asked;
    // A change of the count takes every type along, so it is all VFs or none.
    wished_.vfs = keeps_count ? now_->vfs : served_ > 0 ? total : 0;
    lay_switches();
    for (std::uint32_t index = 0; index < wished_.vfs; ++index) {
      wished_.vgpus.push_back(index < served_ ? wish_for(index) : spare());
    }
    seat();
    return std::move(wished_);
  }

 private:
  [[nodiscard]] bool made_anew() const {
    return wished_.vfs != now_->vfs || wished_.layout.has_value() != now_->layout.has_value();
  }

  void fault(ErrorKind kind, std::string value, std::string why, std::string help, Spot where) {
    const bool told = std::ranges::any_of(
        wished_.faults, [&](const Error& one) { return where.line != 0 && one.spot == where; });
    if (told) {
      return;  // one line of the profile, for many VFs
    }
    Error error{.kind = kind,
                .subject = to_string(gpu_->address),
                .value = std::move(value),
                .why = std::move(why),
                .help = std::move(help)};
    if (where.line != 0) {
      error.spot = std::move(where);
    }
    wished_.faults.push_back(std::move(error));
  }

  void lay_switches() {
    wished_.mixes = now_->mixes;
    if (const Given* const asked = given_for(desired_->pf, Key::heterogeneous)) {
      const auto* const on = std::get_if<bool>(&asked->value);
      wished_.mixes = on != nullptr && *on;  // "default": off, as after every start of the driver
      wished_.mixes_source = to_string(asked->where);
    }
    wished_.layout = now_->layout;
    const Given* const mig = given_for(desired_->pf, Key::mig);
    if (mig == nullptr) {
      return;
    }
    wished_.layout_source = to_string(mig->where);
    const auto* const names = std::get_if<std::vector<std::string>>(&mig->value);
    if (names == nullptr) {
      wished_.layout.reset();
      return;
    }
    lay_instances(*names, mig->where);
    if (wished_.mixes && !wished_.mixes_source.empty()) {
      fault(ErrorKind::unsupported,
            "heterogeneous",
            "a GPU that is cut up by 'mig' has no mixed-size mode",
            "leave out one of the two",
            given_for(desired_->pf, Key::heterogeneous)->where);
    }
    wished_.mixes = false;
  }

  void lay_instances(const std::vector<std::string>& names, const Spot& where) {
    const std::vector<Instance> there =
        now_->layout ? instances_of(*now_->layout) : std::vector<Instance>{};
    const LayoutPlan plan = lay_out(now_->card, there, names, pinned());
    if (!plan.why.empty()) {
      fault(ErrorKind::does_not_fit,
            fmt::format("{}", fmt::join(names, ", ")),
            plan.why,
            plan.help,
            where);
    }
    std::vector<Cut> cuts;
    for (const std::vector<Instance>* const part : {&plan.keep, &plan.create}) {
      for (const Instance& instance : *part) {
        cuts.push_back({.instance = instance});
      }
    }
    std::ranges::sort(cuts, {}, [](const Cut& cut) { return cut.instance.start; });
    wished_.layout = std::move(cuts);
  }

  /// Instances with a vGPU that the wish leaves as it is.
  [[nodiscard]] std::vector<Instance> pinned() const {
    std::vector<Instance> held;
    for (std::uint32_t index = 0; index < served_ && index < now_->vgpus.size(); ++index) {
      const VgpuType* const type = type_now(index);
      const Given* const asked = given_for(desired_->of(vf_at(index)), Key::vgpu_type);
      const auto* const text = value_of<std::string>(asked);
      const bool stays =
          asked == nullptr || (text != nullptr && find_type(now_->card, *text) == type);
      for (const Cut& cut : now_->layout.value_or(std::vector<Cut>{})) {
        if (type != nullptr && stays && now_->vgpus[index].instance == cut.instance.start &&
            std::ranges::find(held, cut.instance) == held.end()) {
          held.push_back(cut.instance);
        }
      }
    }
    return held;
  }

  [[nodiscard]] VgpuWish spare() const {
    return {.is = VgpuWish::Is::none, .source = to_string(desired_->vfs_where)};
  }

  VgpuWish wish_for(std::uint32_t index) {
    const Settings& settings = desired_->of(vf_at(index));
    const Given* const asked = given_for(settings, Key::vgpu_type);
    VgpuWish wish;
    if (asked == nullptr) {
      wish.is = wished_.vfs == now_->vfs ? VgpuWish::Is::kept : VgpuWish::Is::none;
    } else {
      wish.source = to_string(asked->where);
      read_type(*asked, index, wish);
    }
    if (const auto* const start = value_of<std::uint64_t>(given_for(settings, Key::placement))) {
      wish.placement = static_cast<std::uint32_t>(*start);
    }
    if (const Given* const instance = given_for(settings, Key::gpu_instance)) {
      wish.instance = place_of_instance(*instance);
    }
    return wish;
  }

  void read_type(const Given& asked, std::uint32_t index, VgpuWish& wish) {
    const auto* const text = std::get_if<std::string>(&asked.value);
    if (text == nullptr || *text == kNoType) {
      wish.is = VgpuWish::Is::none;
      return;
    }
    if (*text == kAnyType) {
      wish.is = VgpuWish::Is::any;
      return;
    }
    wish.is = VgpuWish::Is::typed;
    const auto size = parse_size_wish(*text);
    wish.type = size ? type_of_size(*size, index) : find_type(now_->card, *text);
    if (wish.type == nullptr) {
      wish.is = VgpuWish::Is::kept;
      wish.unknown = *text;
      const std::vector<std::string_view> names = type_names(now_->card);
      const auto meant = size ? std::nullopt : nearest(*text, names);
      std::string help = meant ? fmt::format("did you mean \"{}\"? ", *meant) : std::string();
      help += names.empty() ? "no type of it is known before its VFs are there: ask for 'vfs' first"
                            : fmt::format("it has: {}", fmt::join(names, ", "));
      fault(ErrorKind::unsupported,
            *text,
            size ? "no vGPU type of this GPU is of that series and size as it is cut up"
                 : "no such vGPU type on this GPU",
            std::move(help),
            asked.where);
    } else if (wish.type->inferred && type_now(index) != wish.type) {
      // A wrong number would be another type, and read back as it was written.
      fault(
          ErrorKind::unsupported,
          *text,
          fmt::format("that the driver's number for {} is {} no source says, and the driver can't "
                      "be asked before there are VFs without NVML",
                      short_name(wish.type->name),
                      wish.type->id),
          "install libnvidia-ml.so.1 of the driver's version, or apply 'vfs' alone first",
          asked.where);
    }
  }

  [[nodiscard]] const VgpuType* type_of_size(const SizeWish& size, std::uint32_t index) const {
    std::vector<Instance> layout = instances_of(wished_.layout.value_or(std::vector<Cut>{}));
    // Where nobody asked how the GPU is cut up, what a VF has tells that it is.
    const VgpuType* const here = type_now(index);
    if (!wished_.layout && here != nullptr && !here->instance.empty()) {
      layout.push_back({.profile = here->instance});
    }
    const Mode mode = layout.empty() ? mode_of(wished_.layout, wished_.mixes) : Mode::mig;
    return choose_type(now_->card, size, mode, layout);
  }

  /// Which place the n-th name in the profile's list of instances has come to.
  std::optional<std::uint32_t> place_of_instance(const Given& asked) {
    const auto* const index = std::get_if<std::uint64_t>(&asked.value);
    if (index == nullptr) {
      return std::nullopt;
    }
    const auto* const names = value_of<std::vector<std::string>>(given_for(desired_->pf, Key::mig));
    if (names == nullptr || *index >= names->size()) {
      fault(ErrorKind::invalid,
            std::to_string(*index),
            names == nullptr ? "it counts the instances of a list in 'mig', and there is none"
                             : fmt::format("'mig' lists {} instance{}, counted from 0",
                                           names->size(),
                                           names->size() == 1 ? "" : "s"),
            names == nullptr ? "give 'mig' in [gpu.pf]" : "",
            asked.where);
      return std::nullopt;
    }
    const std::string& name = (*names)[*index];
    auto nth =
        std::count(names->begin(), names->begin() + static_cast<std::ptrdiff_t>(*index), name);
    for (const Cut& cut : wished_.layout.value_or(std::vector<Cut>{})) {
      if (cut.instance.profile == name && nth-- == 0) {
        return cut.instance.start;
      }
    }
    return std::nullopt;  // the layout itself was refused
  }

  [[nodiscard]] const VgpuType* type_now(std::uint32_t index) const {
    if (index >= now_->vgpus.size() || !now_->vgpus[index].id) {
      return nullptr;
    }
    return find_type(now_->card, std::to_string(*now_->vgpus[index].id));
  }

  /// Whether a VF's vGPU stays untouched.
  [[nodiscard]] bool stands(std::uint32_t index, bool all_go) const {
    const VgpuWish& wish = wished_.vgpus[index];
    const VgpuType* const type = type_now(index);
    if (all_go || type == nullptr || wish.is == VgpuWish::Is::none) {
      return false;
    }
    const bool same_place = !wish.placement || wish.placement == now_->vgpus[index].placement;
    const bool same_type = wish.is != VgpuWish::Is::typed || wish.type->id == type->id;
    return same_type && same_place;
  }

  [[nodiscard]] std::optional<std::uint32_t> index_in(const std::vector<Instance>& layout,
                                                      std::optional<std::uint32_t> start) const {
    const auto found = start ? std::ranges::find(layout, *start, &Instance::start) : layout.end();
    return found == layout.end()
               ? std::nullopt
               : std::optional(static_cast<std::uint32_t>(found - layout.begin()));
  }

  /// Whether they all fit together, and where each will lie.
  void seat() {
    const bool all_go = made_anew() || wished_.mixes != now_->mixes;
    const Mode mode = mode_of(wished_.layout, wished_.mixes);
    const std::vector<Instance> layout = instances_of(wished_.layout.value_or(std::vector<Cut>{}));
    std::vector<Standing> standing;
    std::vector<Ask> asks;
    for (std::uint32_t index = 0; index < wished_.vfs; ++index) {
      const VgpuWish& wish = wished_.vgpus[index];
      const VgpuType* const type = wish.is == VgpuWish::Is::typed ? wish.type : type_now(index);
      if (stands(index, all_go)) {
        standing.push_back({.vf = index,
                            .type = type,
                            .placement = now_->vgpus[index].placement,
                            .instance = index_in(layout, now_->vgpus[index].instance)});
      } else if (type != nullptr && wish.is != VgpuWish::Is::none && wish.is != VgpuWish::Is::any) {
        asks.push_back({.vf = index,
                        .type = type,
                        .placement = wish.placement,
                        .instance = index_in(layout, wish.instance)});
      }
    }
    const Fit fitted = fit(now_->card, mode, layout, standing, asks);
    for (const Refused& refused : fitted.refused) {
      const Given* const asked = given_for(desired_->of(vf_at(refused.vf)), Key::vgpu_type);
      const VgpuType* const type = wished_.vgpus[refused.vf].type;
      fault(ErrorKind::does_not_fit,
            type == nullptr ? std::string() : type->name,
            refused.why,
            refused.help,
            asked == nullptr ? desired_->where : asked->where);
    }
    for (const Seat& seat : fitted.order) {
      wished_.vgpus[seat.vf].seat = seat.placement;
    }
  }

  const Gpu* gpu_;
  const GpuNow* now_;
  const Desired* desired_;
  std::uint32_t served_ = 0;  ///< VFs that the wish is about; the others are spare
  Wished wished_;
};

}  // namespace

Wished wished(const Gpu& gpu, const GpuNow& now, const Desired& desired) {
  return Laying(gpu, now, desired).result();
}

}  // namespace vfmgr::nvidia
