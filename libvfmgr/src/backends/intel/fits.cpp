// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/fits.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/pci_record.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::intel {

namespace {

constexpr std::uint64_t kInfinite = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMillisecond = 1000;

class Fitting {
 public:
  Fitting(const Gpu& pf,
          const Files& files,
          const Stocks& stocks,
          const State& now,
          const Desired& desired)
      : pf_(pf),
        files_(files),
        stocks_(stocks),
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

  /// A quota by which the driver's own sharing out ends.
  [[nodiscard]] bool is_manual(Key key) const {
    return std::ranges::any_of(files_.vf, [&](const Column& column) {
      return column.key == key && column.kind == Kind::quota && column.manual &&
             has(now_, files_, column, true);
    });
  }

  void check_quantum(const Given* given) {
    if (given == nullptr || number_in(*given) == kInfinite ||
        number_in(*given) % kMillisecond == 0) {
      return;
    }
    const std::uint64_t more = (number_in(*given) / kMillisecond + 1) * kMillisecond;
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

  /// As soon as one VF has VRAM that was given to it, the driver gives none to the others.
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

  /// VFs with a hole in what they have are refused by the driver, or come and can't start.
  void check_complete() {
    const Given* first = nullptr;
    Key named = Key::reserve_vram;
    for (const Key key : {Key::vram, Key::ggtt, Key::contexts, Key::doorbells}) {
      for (std::uint32_t vf = 0; vf < count_ && first == nullptr && is_manual(key); ++vf) {
        first = asked(vf, key);
        named = key;
      }
    }
    if (first == nullptr && stocks_.reserve_is_manual && count_ > 0) {
      first = asked_of_pf(Key::reserve_vram);
      named = Key::reserve_vram;
    }
    if (first == nullptr || kept_) {
      return;
    }
    std::vector<std::string> lacking;
    for (const Key key : stocks_.whole) {
      const bool needed = key != Key::vram || has_memory();
      for (std::uint32_t vf = 0; needed && vf < count_; ++vf) {
        if (asked(vf, key) == nullptr) {
          lacking.push_back(fmt::format("{} of vf{}", row_of(key).name, vf));
          break;
        }
      }
    }
    if (!lacking.empty()) {
      std::vector<std::string_view> all;
      for (const Key key : stocks_.whole) {
        if (key != Key::vram || has_memory()) {
          all.push_back(row_of(key).name);
        }
      }
      fault(*first,
            {.kind = ErrorKind::unsupported,
             .value = std::string(row_of(named).name),
             .why = fmt::format("where it is given the driver shares out nothing by itself, and "
                                "{} is missing",
                                fmt::join(lacking, ", ")),
             .help = fmt::format("give {} to every VF, or leave all of them to the driver",
                                 fmt::join(all, ", "))});
    }
  }

  [[nodiscard]] bool has_memory() const {
    return std::ranges::any_of(files_.vf, [&](const Column& column) {
      return column.key == Key::vram && has(now_, files_, column, true);
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
    if (stocks_.vram) {
      check_sum(Key::vram,
                *stocks_.vram,
                reserve == nullptr ? stocks_.least_reserve : number_in(*reserve),
                "the card has");
    }
    for (const Stock& stock : stocks_.others) {
      check_sum(stock.key, stock.most, stock.kept, "the GPU has");
    }
  }

  const Gpu& pf_;
  const Files& files_;
  const Stocks& stocks_;
  const State& now_;
  const Desired& desired_;
  std::uint32_t count_;
  bool kept_;  ///< the VFs that are there stay, and keep what they have
  std::vector<Error> faults_;
};

}  // namespace

std::vector<Error> fits(const Gpu& pf,
                        const Files& files,
                        const Stocks& stocks,
                        const State& now,
                        const Desired& desired) {
  return Fitting(pf, files, stocks, now, desired).faults();
}

}  // namespace vfmgr::intel
