// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/fits.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/columns.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "backends/pci_record.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::intel_xe {

namespace {

constexpr std::uint64_t kInfinite = std::numeric_limits<std::uint64_t>::max();

struct Card {
  std::uint16_t device = 0;
  std::uint64_t gib = 0;
};
// Intel's product pages, by the ids in Linux 7.0 include/drm/intel/pciids.h.
constexpr std::array kCards{Card{.device = 0xe211, .gib = 24},   // Arc Pro B60
                            Card{.device = 0xe212, .gib = 16},   // Arc Pro B50
                            Card{.device = 0xe222, .gib = 32},   // Arc Pro B65
                            Card{.device = 0xe223, .gib = 32}};  // Arc Pro B70

class Fitting {
 public:
  Fitting(const Gpu& pf, const State& now, const Desired& desired)
      : pf_(pf),
        now_(now),
        desired_(desired),
        count_(desired_count(desired, now, pf)),
        kept_(recorded_count(now, pf.address) == count_) {}

  std::vector<Error> faults() && {
    check_quanta();
    check_times();
    check_shares();
    check_complete();
    check_sums();
    return std::move(faults_);
  }

 private:
  [[nodiscard]] const Given* asked(std::uint32_t vf, Key key) const {
    const Given* const given = given_for(desired_.of(vf_at(vf)), key);
    return given != nullptr && std::holds_alternative<std::uint64_t>(given->value) ? given
                                                                                   : nullptr;
  }

  static std::uint64_t number_in(const Given& given) {
    return std::get<std::uint64_t>(given.value);
  }

  /// A number that is asked of the PF.
  [[nodiscard]] const Given* asked_of_pf(Key key) const {
    const Given* const given = given_for(desired_.pf, key);
    return given != nullptr && std::holds_alternative<std::uint64_t>(given->value) ? given
                                                                                   : nullptr;
  }

  void fault(const Given& given, Error error) {
    // A value that stands for many VFs is wrong once.
    const bool seen = std::ranges::any_of(faults_, [&](const Error& other) {
      return other.spot == given.where && other.why == error.why;
    });
    if (!seen) {
      error.subject = to_string(pf_.address);
      error.spot = given.where;
      faults_.push_back(std::move(error));
    }
  }

  /// A quota of debugfs: those that make a VF whole where the driver no longer does it.
  [[nodiscard]] bool is_in_debugfs(Key key) const {
    return std::ranges::any_of(vf_columns(), [&](const Column& column) {
      return column.key == key && column.kind == Kind::quota && is_of_debugfs(column) &&
             now_.contains(place_of(column, pf_.address, 0)) &&
             !now_.at(place_of(column, pf_.address, 0)).absent();
    });
  }

  void check_quantum(const Given* given) {
    if (given == nullptr || number_in(*given) == kInfinite ||
        number_in(*given) % kExecQuantum.unit == 0) {
      return;
    }
    const std::uint64_t more = (number_in(*given) / kExecQuantum.unit + 1) * kExecQuantum.unit;
    fault(*given,
          {.kind = ErrorKind::unsupported,
           .value = spell(Microseconds(number_in(*given))),
           .why = "this driver counts 'exec_quantum' in whole milliseconds",
           .help = "use \"" + spell(Microseconds(more)) + "\""});
  }

  void check_quanta() {
    for (std::uint32_t vf = 0; vf < count_; ++vf) {
      check_quantum(asked(vf, Key::exec_quantum));
    }
    check_quantum(asked_of_pf(Key::exec_quantum));
  }

  /// IGT lib/xe/xe_sriov_admin.c: what is above "low" and is never to stop may never be taken off.
  void check_time(const Settings& settings, std::string_view word) {
    if (word.empty() || word == "low") {
      return;
    }
    for (const Key key : {Key::exec_quantum, Key::preempt_timeout}) {
      const Given* const given = given_for(settings, key);
      const auto* const number =
          given == nullptr ? nullptr : std::get_if<std::uint64_t>(&given->value);
      if (number != nullptr && *number == kInfinite) {
        fault(*given,
              {.kind = ErrorKind::unsupported,
               .value = "infinite",
               .why = fmt::format("with priority \"{}\" it might never let go of the GPU", word),
               .help = "give a time, or priority = \"low\""});
      }
    }
  }

  void check_times() {
    const std::string_view of_vfs = word_of(given_for(desired_.every_vf, Key::priority));
    for (std::uint32_t vf = 0; vf < count_; ++vf) {
      check_time(desired_.of(vf_at(vf)), of_vfs);
    }
    check_time(desired_.pf, word_of(given_for(desired_.pf, Key::priority)));
  }

  /// xe_gt_sriov_pf_config.c: automatic VRAM is skipped for all VFs as soon as one has a quota.
  void check_shares() {
    const Given* with = nullptr;
    std::vector<std::string> without;
    for (std::uint32_t vf = 0; vf < count_; ++vf) {
      const Given* const given = asked(vf, Key::vram);
      with = with == nullptr ? given : with;
      if (given == nullptr) {
        without.push_back(fmt::format("vf{}", vf));
      }
    }
    if (with != nullptr && !without.empty() && !kept_) {
      fault(*with,
            {.kind = ErrorKind::unsupported,
             .value = "vram",
             .why = "'vram' is given to some VFs only, and " + without.front() +
                    (without.size() > 1 ? " and others" : "") + " would get none from this driver",
             .help = "give 'vram' to every VF of this GPU, or to none"});
    }
  }

  /// xe_sriov_pf_provision.c (7.0): a quota that is written in debugfs ends automatic provisioning,
  /// and VFs with a hole in what they have come, but can't start. Before 6.19 a GT on which one VF
  /// has something is left alone alike (xe_gt_sriov_pf_control.c, 6.17).
  void check_complete() {
    const Given* first = nullptr;
    Key named = Key::reserve_vram;
    for (const Key key : {Key::vram, Key::ggtt, Key::contexts, Key::doorbells}) {
      for (std::uint32_t vf = 0; vf < count_ && first == nullptr && is_in_debugfs(key); ++vf) {
        first = asked(vf, key);
        named = key;
      }
    }
    const bool modes = now_.contains(pci::of(debugfs::kRestore, pf_.address));
    if (first == nullptr && modes && count_ > 0) {
      first = asked_of_pf(Key::reserve_vram);
      named = Key::reserve_vram;
    }
    if (first == nullptr || kept_) {
      return;
    }
    std::vector<std::string> lacking;
    for (const Key key : {Key::vram, Key::ggtt, Key::contexts}) {
      const bool needed = key != Key::vram || has_memory();
      for (std::uint32_t vf = 0; needed && vf < count_; ++vf) {
        if (asked(vf, key) == nullptr) {
          lacking.push_back(fmt::format("{} of vf{}", row_of(key).name, vf));
          break;
        }
      }
    }
    if (!lacking.empty()) {
      fault(*first,
            {.kind = ErrorKind::unsupported,
             .value = std::string(row_of(named).name),
             .why = fmt::format("where it is given the driver shares out nothing by itself, and "
                                "VFs without {} can't start",
                                fmt::join(lacking, ", ")),
             .help = "give vram (where the GPU has any), ggtt and contexts to every VF, or leave "
                     "all of them to the driver"});
    }
  }

  [[nodiscard]] bool has_memory() const {
    return std::ranges::any_of(vf_columns(), [&](const Column& column) {
      const auto found = now_.find(place_of(column, pf_.address, 0));
      return column.key == Key::vram && found != now_.end() && !found->second.absent();
    });
  }

  /// What all VFs ask for together, against what there is beside the least that the PF keeps.
  void check_sum(Key key, std::uint64_t whole, std::uint64_t kept, std::string_view whose) {
    std::uint64_t sum = 0;
    const Given* last = nullptr;
    for (std::uint32_t vf = 0; vf < count_; ++vf) {
      if (const Given* const given = asked(vf, key)) {
        sum += std::min(number_in(*given), kInfinite - sum);
        last = last == nullptr || number_in(*given) > number_in(*last) ? given : last;
      }
    }
    const std::uint64_t most = whole - std::min(whole, kept);
    if (last == nullptr || sum <= most) {
      return;
    }
    const bool size = row_of(key).type == Type::bytes;
    const auto told = [size](std::uint64_t number) {
      return size ? spell(Bytes(number)) : std::to_string(number);
    };
    fault(*last,
          {.kind = ErrorKind::does_not_fit,
           .value = told(number_in(*last)),
           .why = fmt::format("{} VFs together ask for {}, and {} {} for them",
                              count_,
                              told(sum),
                              whose,
                              told(most)),
           .help = fmt::format("at most {} each fits", told(most / std::max(count_, 1U)))});
  }

  void check_sums() {
    const Given* const reserve = asked_of_pf(Key::reserve_vram);
    if (const auto vram = nominal_vram(pf_)) {
      check_sum(Key::vram,
                *vram,
                reserve == nullptr ? debugfs::kLeastReserve : number_in(*reserve),
                "the card has");
    }
    check_sum(Key::ggtt, debugfs::kGgttTop, debugfs::kSpareGgtt, "the GPU's table has");
    check_sum(Key::contexts, debugfs::kMostContexts, debugfs::kSpareContexts, "the GPU has");
    check_sum(Key::doorbells, debugfs::kMostDoorbells, 0, "the GPU has");
  }

  const Gpu& pf_;
  const State& now_;
  const Desired& desired_;
  std::uint32_t count_;
  bool kept_;  ///< the VFs that are there stay, and keep what they have
  std::vector<Error> faults_;
};

}  // namespace

std::optional<std::uint64_t> nominal_vram(const Gpu& pf) {
  const auto card = std::ranges::find(kCards, pf.device_id, &Card::device);
  return card == kCards.end() ? std::nullopt : std::optional(card->gib << 30U);
}

std::vector<Error> fits(const Gpu& pf, const State& now, const Desired& desired) {
  return Fitting(pf, now, desired).faults();
}

}  // namespace vfmgr::intel_xe
