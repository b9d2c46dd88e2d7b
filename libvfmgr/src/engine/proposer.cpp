// SPDX-License-Identifier: Apache-2.0
#include "engine/proposer.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/init_choice.hpp"
#include "core/init_toml.hpp"
#include "core/try.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// What keeps a GPU from making VFs, as its findings tell it.
Error why_none(const GpuView& view) {
  Error error{.kind = ErrorKind::unsupported,
              .subject = to_string(view.gpu.address),
              .why = "no VFs can be made on it"};
  if (!view.findings.empty()) {
    error.why = view.findings.back().what;
    error.help = view.findings.back().help;
  }
  return error;
}

/// The proposal of one GPU, as it is tried.
class Attempt {
 public:
  Attempt(const GpuView& gpu, DurableName name, const Inventory& host, const Trial& trial)
      : proposed_{.gpu = &gpu, .name = std::move(name), .start = {}, .left_out = {}},
        simulated_(host.simulated),
        trial_(&trial) {}

  std::optional<Error> fails(Start start) {
    proposed_.start = std::move(start);
    return (*trial_)(init_toml(std::span(&proposed_, 1), simulated_));
  }
  [[nodiscard]] const ProposedGpu& proposed() const { return proposed_; }

 private:
  ProposedGpu proposed_;
  bool simulated_;
  const Trial* trial_;
};

/// The best start that fits.
Result<ProposedGpu> first_that_fits(Attempt attempt, const GpuView& gpu, const InitWish& wish) {
  std::optional<Error> first;
  for (Start& start : starts(gpu, wish)) {
    std::optional<Error> error = attempt.fails(std::move(start));
    if (!error) {
      return attempt.proposed();
    }
    if (!first) {
      first = std::move(error);
    }
  }
  return fail(std::move(first).value_or(why_none(gpu)));
}

/// As many VFs of a type that was named as fit: where some don't, more don't.
Result<ProposedGpu> most_that_fit(Attempt attempt, const GpuView& gpu, const InitWish& wish) {
  if (auto error = attempt.fails(start_with(gpu, wish, 1))) {
    return fail(std::move(*error));
  }
  ProposedGpu best = attempt.proposed();
  std::uint32_t above = gpu.gpu.total_vfs.value_or(1) + 1;
  while (above - best.start.vfs > 1) {
    const std::uint32_t middle = best.start.vfs + ((above - best.start.vfs) / 2);
    if (attempt.fails(start_with(gpu, wish, middle))) {
      above = middle;
    } else {
      best = attempt.proposed();
    }
  }
  return best;
}

}  // namespace

Result<std::string> propose(const Inventory& host,
                            std::span<const PciAddress> asked,
                            const InitWish& wish,
                            const Trial& trial) {
  std::vector<ProposedGpu> all;
  std::vector<Error> why;  // of GPUs without a table
  for (const GpuView& gpu : host.gpus) {
    const bool named = std::ranges::find(asked, gpu.gpu.address) != asked.end();
    if (!asked.empty() && !named) {
      continue;
    }
    std::optional<Error> cannot;
    if (!gpu.makes_vfs) {
      cannot = why_none(gpu);
    } else if (const std::string key = lacks_for(gpu, wish); !key.empty()) {
      cannot = Error{.kind = ErrorKind::unsupported,
                     .subject = to_string(gpu.gpu.address),
                     .why = fmt::format("its VFs have no '{}'", key),
                     .help = "leave the option out, or name GPUs that have it"};
    }
    if (cannot && named) {
      return fail(std::move(*cannot));
    }
    if (cannot) {
      all.push_back({.gpu = &gpu, .name = {}, .start = {}, .left_out = cannot->why});
      why.push_back(std::move(*cannot));
      continue;
    }
    Attempt attempt(gpu, durable_identity(gpu.gpu, host.gpus), host, trial);
    TRY(ProposedGpu proposed,
        !wish.type.empty() && !wish.vfs ? most_that_fit(std::move(attempt), gpu, wish)
                                        : first_that_fits(std::move(attempt), gpu, wish));
    all.push_back(std::move(proposed));
  }
  if (why.size() == all.size()) {
    return fail({.kind = ErrorKind::no_match,
                 .subject = "this host",
                 .why = "no GPU here can be cut up so",
                 .help = "`vgpuctl list` shows what there is",
                 .also = std::move(why)});
  }
  std::string text = init_toml(all, host.simulated);
  if (auto error = trial(text)) {
    return fail(std::move(*error));
  }
  return text;
}

}  // namespace vfmgr
