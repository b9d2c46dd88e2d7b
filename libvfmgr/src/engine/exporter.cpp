// SPDX-License-Identifier: Apache-2.0
#include "engine/exporter.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/export_layout.hpp"
#include "core/settings.hpp"
#include "core/shown.hpp"
#include "core/try.hpp"
#include "engine/function_names.hpp"
#include "engine/functions.hpp"
#include "engine/identity.hpp"
#include "engine/notes.hpp"
#include "engine/snapshot.hpp"
#include "engine/tables.hpp"
#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

/// Values of the attribute table as the record has them. Errors: unreadable.
Result<void> put_values(const Backend& backend, const State& state, ExportedGpu& into) {
  const Backend* const alone = &backend;
  const AttrTables tables = attr_tables(std::span(&alone, 1));
  for (const auto& [place, value] : state) {
    const Attr* const attr = find_attr(tables, place);
    const auto holes = attr == nullptr ? std::nullopt : match(*attr, place);
    const AttributeRow* const row = attr == nullptr ? nullptr : find_attribute(attr->name);
    const bool shown = holes && holes->gpu == into.gpu.address && row != nullptr &&
                       !is_told_apart(row->key) && !value.absent() &&
                       (!holes->vf || holes->vf->index < into.vfs.size());
    if (!shown) {
      continue;
    }
    if (value.unreadable()) {
      const int os_error = std::get<Unreadable>(value.is).os_error;
      return fail({.kind = ErrorKind::unreadable,
                   .os_error = os_error,
                   .subject = to_string(place),
                   .why = "it can't be read, and an export without it would not be the whole: " +
                          why_unreadable(tables, place, os_error)});
    }
    if (value.text().empty()) {
      continue;  // nothing was given to it, and a profile gives nothing by leaving it out
    }
    if (!holes->vf && value.origin == Origin::own) {
      continue;  // nobody asked it of the GPU
    }
    if (std::holds_alternative<std::monostate>(setting_of(*attr, value))) {
      continue;  // what it reads is no value that anybody gave it
    }
    ExportedValues& values = holes->vf ? into.vfs[holes->vf->index] : into.pf;
    ExportedValue& told = values[row->key];
    tell(*attr, value, told.value);
    told.drivers_own = value.origin == Origin::own;
  }
  return {};
}

Result<ExportedGpu> exported(const Kernel& kernel, const Host& host, const GpuFacts& facts) {
  ExportedGpu out{.gpu = facts.gpu, .vfs = {}, .pf = {}, .to_come = false, .not_exported = {}};
  if (facts.cannot) {
    out.not_exported = facts.cannot->why;
    return out;
  }
  const Backend& backend = *host.backend.at(facts.gpu.address);
  State state = backend.probe(kernel, {.gpus = {facts.gpu}, .why_together = {}}, Depth::whole);
  TRY(const Notes notes, load_notes(kernel.state(), facts.gpu.address));
  apply_notes(notes, state);
  backend.mark_own(facts.gpu, state);
  out.vfs.resize(recorded_count(state, facts.gpu.address).value_or(0));
  for (std::size_t index = 0; index < out.vfs.size(); ++index) {
    const VfIndex vf{static_cast<std::uint16_t>(index)};
    if (const auto driver = wish_that_keeps(state, facts.gpu.address, vf)) {
      out.vfs[index][Key::vf_driver] = {.value = *driver, .drivers_own = false};
    }
  }
  const bool may_be_to_come = out.vfs.empty() && facts.coming_vfs > 0;
  if (may_be_to_come) {
    out.vfs.resize(facts.coming_vfs);
  }
  TRY_VOID(put_values(backend, state, out));
  out.to_come = may_be_to_come &&
                std::ranges::any_of(out.vfs, [](const ExportedValues& vf) { return !vf.empty(); });
  if (may_be_to_come && !out.to_come) {
    out.vfs.clear();
  }
  return out;
}

}  // namespace

Result<std::vector<ExportedGpu>> export_host(const Kernel& kernel,
                                             std::span<const Backend* const> backends,
                                             const Scope& scope) {
  const Snapshot look(kernel);
  TRY(Host host, look_at_host(look, backends, scope.all_classes));
  ask_identity_by_name(look, scope.gpus, host);
  TRY(const std::vector<PciAddress> named, find_gpus(host, scope.gpus));
  std::vector<ExportedGpu> gpus;
  for (const GpuFacts& facts : host.facts) {
    const bool asked =
        scope.gpus.empty() || std::ranges::find(named, facts.gpu.address) != named.end();
    if (facts.gpu.physfn || !asked) {
      continue;
    }
    TRY(ExportedGpu gpu, exported(look, host, facts));
    gpus.push_back(std::move(gpu));
  }
  return gpus;
}

}  // namespace vfmgr
