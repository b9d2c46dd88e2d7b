// SPDX-License-Identifier: Apache-2.0
// From a profile's tables to units with complete targets.
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/faults.hpp"
#include "core/profile_model.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"
#include "core/try.hpp"
#include "engine/function_names.hpp"
#include "engine/functions.hpp"
#include "engine/identity.hpp"
#include "engine/notes.hpp"
#include "engine/owned.hpp"
#include "engine/planner.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

bool contains(const std::vector<PciAddress>& gpus, const PciAddress& gpu) {
  return std::ranges::find(gpus, gpu) != gpus.end();
}

std::vector<Desired> teardown_of(const Host& host) {
  std::vector<Desired> desired;
  for (const GpuFacts& facts : host.facts) {
    if (host.backend.contains(facts.gpu.address)) {
      desired.push_back({.gpu = facts.gpu.address,
                         .where = {},
                         .vfs = 0,
                         .vfs_where = {},
                         .teardown = true,
                         .noted = {}});
    }
  }
  return desired;
}

/// `unlisted = "teardown"`: no VFs on GPUs that no table is about and whose VFs this tool made.
Result<void> tear_down_unlisted(const Kernel& kernel,
                                const ProfileModel& profile,
                                const Host& host,
                                std::vector<Desired>& desired) {
  if (!profile.unlisted_teardown) {
    return {};
  }
  for (const GpuFacts& facts : host.facts) {
    const PciAddress& gpu = facts.gpu.address;
    if (facts.num_vfs == 0 || !host.backend.contains(gpu) || may_be_listed(profile, facts)) {
      continue;
    }
    TRY(const Notes notes, load_notes(kernel.state(), gpu));
    if (is_made_by_us(notes, gpu, facts.num_vfs)) {
      desired.push_back({.gpu = gpu,
                         .where = *profile.unlisted_teardown,
                         .vfs = 0,
                         .vfs_where = *profile.unlisted_teardown,
                         .teardown = true,
                         .noted = {}});
    }
  }
  return {};
}

/// The wishes for the GPUs that were named; all of them when none was.
Result<void> keep_named(const Host& host, const Scope& scope, std::vector<Desired>& desired) {
  if (scope.gpus.empty()) {
    return {};
  }
  TRY(const std::vector<PciAddress> named, find_gpus(host, scope.gpus));
  std::erase_if(desired, [&](const Desired& one) { return !contains(named, one.gpu); });
  return {};
}

std::optional<Error> fate_not_named(const Unit& unit, const Scope& scope, const Host& host) {
  if (scope.gpus.empty()) {
    return std::nullopt;
  }
  const auto named = find_gpus(host, scope.gpus);
  for (const Gpu& gpu : unit.gpus) {
    if (!contains(*named, gpu.address)) {
      return Error{.kind = ErrorKind::no_match,
                   .subject = to_string(gpu.address),
                   .why = "it shares the fate of the GPUs named (" + unit.why_together +
                          ") and is not named",
                   .help = "name it, too"};
    }
  }
  return std::nullopt;
}

/// Where a table may be meant for more than GPUs and the run looks at no more: what it did not
/// match may well be here.
void tell_of_all_classes(const ProfileModel& profile,
                         const Scope& scope,
                         std::vector<Error>& faults) {
  const bool meant = std::ranges::any_of(profile.gpus, [](const GpuTable& table) {
    return table.match.any_class || table.match.class_code;
  });
  if (!meant || scope.all_classes) {
    return;
  }
  for (Error& fault : faults) {
    if (fault.kind == ErrorKind::no_match) {
      fault.help += "; --all-classes looks at other devices, too";
    }
  }
}

/// Whether a run of ours has written what is dear to read: it may have to be taken back.
bool has_dear(const Backend& backend, const Notes& notes) {
  const Backend* const alone = &backend;
  const AttrTables tables = attr_tables(std::span(&alone, 1));
  return std::ranges::any_of(notes.written, [&tables](const auto& written) {
    const Attr* const attr =
        written.second.origin == Origin::set ? find_attr(tables, written.first) : nullptr;
    const AttributeRow* const row = attr == nullptr ? nullptr : find_attribute(attr->name);
    return row != nullptr && row->is(kDear);
  });
}

class UnitLayer {
 public:
  UnitLayer(const Kernel& kernel, const Scope& scope, Depth depth)
      : kernel_(&kernel), scope_(&scope), depth_(depth) {}

  /// Lays the wishes for one unit; without any nothing is wanted of it.
  Result<void> lay(const Backend& backend,
                   const Unit& unit,
                   const std::vector<Desired>& desired,
                   Laid& laid,
                   std::vector<Error>& faults) const {
    Wanted wanted{
        .unit = unit, .backend = &backend, .desired = {}, .notes = {}, .now = {}, .target = {}};
    for (const Desired& one : desired) {
      if (std::ranges::any_of(unit.gpus, [&](const Gpu& gpu) { return gpu.address == one.gpu; })) {
        wanted.desired.push_back(one);
      }
    }
    if (wanted.desired.empty()) {
      return {};
    }
    if (auto fault = fate_not_named(unit, *scope_, laid.host)) {
      faults.push_back(std::move(*fault));
      return {};
    }
    bool dear = std::ranges::any_of(wanted.desired, &Desired::is_dear);
    for (const Desired& one : wanted.desired) {
      TRY(Notes notes, load_notes(kernel_->state(), one.gpu));
      dear = dear || has_dear(backend, notes);
      wanted.notes.emplace(one.gpu, std::move(notes));
    }
    wanted.now =
        backend.probe(*kernel_, unit, dear && depth_ == Depth::light ? Depth::dear : depth_);
    for (Desired& one : wanted.desired) {
      const Notes& notes = wanted.notes.at(one.gpu);
      apply_notes(notes, wanted.now);
      one.noted = notes.originals;
      const auto facts = std::ranges::find_if(
          laid.host.facts, [&](const GpuFacts& of) { return of.gpu.address == one.gpu; });
      std::ranges::move(backend.fits(*kernel_, *facts, wanted.now, one),
                        std::back_inserter(faults));
    }
    std::ranges::move(backend.fits_together(unit, wanted.now, wanted.desired),
                      std::back_inserter(faults));
    wanted.target = backend.complete(unit, wanted.now, wanted.desired);
    laid.units.push_back(std::move(wanted));
    return {};
  }

 private:
  const Kernel* kernel_;
  const Scope* scope_;
  Depth depth_;
};

}  // namespace

Result<Laid> lay_over(const Kernel& kernel,
                      std::span<const Backend* const> backends,
                      const Wish& wish,
                      const RunOptions& options,
                      Depth depth) {
  Laid laid;
  TRY(laid.host, look_at_host(kernel, backends, options.scope.all_classes));
  ask_identity_by_name(kernel, options.scope.gpus, laid.host);
  ask_identity_by_name(kernel, options.allow_in_use, laid.host);
  std::vector<Error> faults;
  std::vector<Desired> desired;
  if (wish.profile != nullptr) {
    ask_identity(kernel, identities_named(*wish.profile), laid.host);
    ask_dear(kernel, asked_dearly(*wish.profile, laid.host.facts), laid.host);
    Resolved resolved = resolve(*wish.profile, laid.host.facts);
    desired = std::move(resolved.desired);
    TRY_VOID(tear_down_unlisted(kernel, *wish.profile, laid.host, desired));
    faults = std::move(resolved.faults);
    tell_of_all_classes(*wish.profile, options.scope, faults);
    laid.missing = std::move(resolved.missing);
  } else {
    desired = teardown_of(laid.host);
  }
  TRY_VOID(keep_named(laid.host, options.scope, desired));
  TRY(laid.allowed, find_functions(laid.host, options.allow_in_use));
  const UnitLayer layer(kernel, options.scope, depth);
  for (const Backend* const backend : backends) {
    for (const Unit& unit : backend->units(kernel, laid.host.managed_by(*backend))) {
      TRY_VOID(layer.lay(*backend, unit, desired, laid, faults));
    }
  }
  if (!faults.empty()) {
    if (!options.allow_missing) {  // would be the next thing to hear
      faults.insert(faults.end(), laid.missing.begin(), laid.missing.end());
    }
    return fail(joined(std::move(faults)));
  }
  std::ranges::sort(
      laid.units, {}, [](const Wanted& one) { return one.unit.gpus.front().address; });
  return laid;
}

}  // namespace vfmgr
