// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"

#include "vfmgr/history.hpp"
#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"
#include "core/export_layout.hpp"
#include "core/export_toml.hpp"
#include "core/settings.hpp"
#include "core/try.hpp"
#include "engine/compare.hpp"
#include "engine/confirm.hpp"
#include "engine/exporter.hpp"
#include "engine/function_names.hpp"
#include "engine/functions.hpp"
#include "engine/history.hpp"
#include "engine/identity.hpp"
#include "engine/notes.hpp"
#include "engine/planner.hpp"
#include "engine/proposer.hpp"
#include "engine/registers.hpp"
#include "engine/run.hpp"
#include "engine/snapshot.hpp"
#include "engine/tables.hpp"
#include "engine/undo.hpp"
#include "engine/users.hpp"
#include "kernel/kernel.hpp"
#include "kernel/linux_kernel.hpp"
#include "sim/sim_kernel.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

struct Manager::Inside {
  AttrTables tables;  // the kernel refuses what these do not name, so they outlive it
  std::unique_ptr<Kernel> kernel;
};

namespace {

constexpr std::string_view kRunFolder = "/run/vgpuctl";
constexpr std::string_view kLibFolder = "/var/lib/vgpuctl";

/// VFs are shown with their PF. Of other classes than GPUs there is only what has SR-IOV, so that
/// --all-classes shows no bridges; who is named is shown, with why not.
bool is_listed(const GpuFacts& facts, const Scope& scope, const std::vector<PciAddress>& named) {
  if (facts.gpu.physfn) {
    return false;
  }
  if (!scope.gpus.empty()) {
    return std::ranges::find(named, facts.gpu.address) != named.end();
  }
  return facts.gpu.total_vfs || facts.gpu.is_gpu_class();
}

/// The record of a GPU's unit, origins by the notes; empty where nobody manages it.
Result<State> record_of(const Kernel& kernel,
                        const Host& host,
                        const GpuFacts& facts,
                        Depth depth) {
  const Backend* const backend = host.backend_of(facts.gpu.address);
  if (backend == nullptr) {
    return State{};
  }
  State state = backend->probe(kernel, {.gpus = {facts.gpu}, .why_together = {}}, depth);
  TRY(const Notes notes, load_notes(kernel.state(), facts.gpu.address));
  apply_notes(notes, state);
  return state;
}

void look_at_users(const Kernel& kernel, const Host& host, Inventory& inventory) {
  std::vector<Function> functions;
  std::vector<VfView*> views;
  for (GpuView& gpu : inventory.gpus) {
    for (VfView& vf : gpu.vfs) {
      functions.push_back({.pf = gpu.gpu.address, .vf = vf.index});
      views.push_back(&vf);
    }
  }
  std::vector<Use> uses =
      users_of(kernel, functions, Claims::not_made, [&host](const PciAddress& pf) {
        return host.backend_of(pf);
      });
  for (std::size_t at = 0; at < uses.size(); ++at) {
    views[at]->in_use = uses[at].in_use;
    views[at]->holders = std::move(uses[at].holders);
  }
}

}  // namespace

Manager::Manager(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Manager::Manager(Manager&&) noexcept = default;
Manager& Manager::operator=(Manager&&) noexcept = default;
Manager::~Manager() = default;

Result<Manager> Manager::for_tree(const std::filesystem::path& root,
                                  const std::filesystem::path& state) {
  auto inside = std::make_unique<Inside>();
  inside->tables = attr_tables(shipped_backends());
  TRY(inside->kernel,
      open_linux_kernel({.root = root,
                         .state = {.run = state / "run", .lib = state / "lib"},
                         .named = inside->tables}));
  return Manager(std::move(inside));
}

Result<Manager> Manager::for_this_host() {
  auto inside = std::make_unique<Inside>();
  inside->tables = attr_tables(shipped_backends());
  TRY(inside->kernel,
      open_linux_kernel(
          {.root = "/", .state = {.run = kRunFolder, .lib = kLibFolder}, .named = inside->tables}));
  return Manager(std::move(inside));
}

Result<Manager> Manager::for_host_file(const std::filesystem::path& file) {
  auto inside = std::make_unique<Inside>();
  inside->tables = attr_tables(shipped_backends());
  TRY(inside->kernel, sim::open_host_file(file, inside->tables));
  return Manager(std::move(inside));
}

bool Manager::simulated() const {
  return inside_->kernel->simulated();
}

Result<Inventory> Manager::inventory(const Scope& scope, Detail detail) const {
  const Snapshot look(*inside_->kernel);
  TRY(Host host, look_at_host(look, shipped_backends(), scope.all_classes));
  ask_identity_by_name(look, scope.gpus, host);
  TRY(const std::vector<PciAddress> named, find_gpus(host, scope.gpus));
  const Depth depth = detail == Detail::whole ? Depth::dear : Depth::light;
  if (detail == Detail::whole) {
    ask_identity(look, kAllIdentities, host);
    std::vector<PciAddress> listed;
    for (const GpuFacts& facts : host.facts) {
      if (is_listed(facts, scope, named)) {
        listed.push_back(facts.gpu.address);
      }
    }
    ask_dear(look, listed, host);
  }
  Inventory inventory{.simulated = simulated(), .gpus = {}};
  for (const GpuFacts& facts : host.facts) {
    if (is_listed(facts, scope, named)) {
      TRY(const State state, record_of(look, host, facts, depth));
      const bool whole = detail == Detail::whole;
      inventory.gpus.push_back(whole ? view_with_remarks(look, host, facts, state)
                                     : view_of(look, host, facts, state));
      const Backend* const backend = host.backend_of(facts.gpu.address);
      if (whole && backend != nullptr) {
        inventory.gpus.back().fits = backend->what_fits(facts.gpu, state);
      }
    }
  }
  if (detail != Detail::plain) {
    look_at_users(look, host, inventory);
  }
  return inventory;
}

Result<Registers> Manager::registers(const std::string& gpu, bool all_classes) const {
  const Kernel& kernel = *inside_->kernel;
  TRY(Host host, look_at_host(kernel, shipped_backends(), all_classes));
  ask_identity_by_name(kernel, {gpu}, host);
  TRY(const std::vector<PciAddress> named, find_gpus(host, {gpu}));
  return read_registers(kernel, host, named.front());
}

Result<Plan> Manager::plan(const Profile& profile, const RunOptions& options) const {
  return make_plan(*inside_->kernel, shipped_backends(), {.profile = &profile.model()}, options);
}

Result<Plan> Manager::plan_teardown(const RunOptions& options) const {
  return make_plan(*inside_->kernel, shipped_backends(), {}, options);
}

Result<Report> Manager::apply(const Profile& profile, const RunOptions& options) {
  return run_wish(*inside_->kernel, shipped_backends(), {.profile = &profile.model()}, options);
}

Result<Report> Manager::apply(const Plan& saved, const RunOptions& options) {
  return run_saved(*inside_->kernel, shipped_backends(), saved, options);
}

Result<Report> Manager::teardown(const RunOptions& options) {
  return run_wish(*inside_->kernel, shipped_backends(), {}, options);
}

Result<Report> Manager::recover(const RunOptions& options) {
  return recover_runs(*inside_->kernel, shipped_backends(), options);
}

Result<std::vector<PastRun>> Manager::history() const {
  TRY(const std::vector<Remembered> runs, past_runs(*inside_->kernel));
  std::vector<PastRun> shown;
  shown.reserve(runs.size());
  for (const Remembered& run : runs) {
    shown.push_back(run.run);
  }
  return shown;
}

Result<Plan> Manager::plan_undo(const RunOptions& options) const {
  TRY(const auto last, last_to_undo(*inside_->kernel));
  if (!last) {
    return Plan{.fingerprint = {}, .simulated = simulated(), .units = {}, .missing = {}};
  }
  return plan_undoing(*inside_->kernel, shipped_backends(), *last, options);
}

Result<Report> Manager::undo(const RunOptions& options) {
  return run_undo(*inside_->kernel, shipped_backends(), options);
}

Result<std::vector<PastRun>> Manager::confirm(const RunOptions& options) {
  return confirm_runs(*inside_->kernel, options);
}

Result<Report> Manager::revert_unconfirmed(std::int64_t process,
                                           std::uint64_t after,
                                           int ended,
                                           const RunOptions& options) {
  TRY(const auto due,
      wait_until_due(*inside_->kernel, static_cast<std::uint64_t>(process), after, ended));
  if (!due) {
    return nothing_to_do(*inside_->kernel);
  }
  return run_revert(*inside_->kernel, shipped_backends(), *due, options);
}

Result<CheckReport> Manager::check(const Profile& profile, const RunOptions& options) const {
  return compare(*inside_->kernel, shipped_backends(), {.profile = &profile.model()}, options);
}

Result<std::string> Manager::export_toml(const Scope& scope) const {
  TRY(const std::vector<ExportedGpu> gpus,
      export_host(*inside_->kernel, shipped_backends(), scope));
  return vfmgr::export_toml(gpus, simulated());
}

Result<std::string> Manager::export_json(const Scope& scope) const {
  TRY(const std::vector<ExportedGpu> gpus,
      export_host(*inside_->kernel, shipped_backends(), scope));
  return vfmgr::export_json(gpus);
}

Result<std::string> Manager::propose_toml(const Scope& scope, const InitWish& wish) const {
  TRY(const Inventory host,
      inventory({.all_classes = scope.all_classes, .gpus = {}}, Detail::whole));
  std::vector<PciAddress> asked;
  if (!scope.gpus.empty()) {
    TRY(const Inventory named, inventory(scope));
    for (const GpuView& view : named.gpus) {
      asked.push_back(view.gpu.address);
    }
  }
  const RunOptions options{.scope = {.all_classes = scope.all_classes, .gpus = {}}};
  return propose(host, asked, wish, [&](const std::string& toml) -> std::optional<Error> {
    const auto profile = Profile::parse({{.file = "init", .text = toml}});
    const auto fits = profile ? plan(*profile, options) : fail(profile.error());
    return fits ? std::nullopt : std::optional(fits.error());
  });
}

}  // namespace vfmgr
