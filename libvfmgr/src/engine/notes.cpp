// SPDX-License-Identifier: Apache-2.0
#include "engine/notes.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/json_state.hpp"
#include "core/record.hpp"
#include "core/try.hpp"
#include "engine/differences.hpp"
#include "engine/files.hpp"
#include "engine/owned.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cerrno>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::filesystem::path file_of(const StateDir& state, const PciAddress& gpu) {
  return state.run / "notes" / to_string(gpu);
}

}  // namespace

std::optional<Holes> holes_of(TableSpan tables, const Place& place, const PciAddress& gpu) {
  const Attr* const attr = find_attr(tables, place);
  if (attr == nullptr) {
    return std::nullopt;
  }
  const auto holes = match(*attr, place);
  return holes && holes->gpu == gpu ? holes : std::nullopt;
}

Result<Notes> load_notes(const StateDir& state, const PciAddress& gpu) {
  const std::filesystem::path file = file_of(state, gpu);
  auto text = read_file(file);
  if (!text) {
    if (text.error().os_error == ENOENT) {
      return Notes{};
    }
    return std::unexpected(text.error());
  }
  TRY(const Records records, decode_records(*text, file.string()));
  if (records.torn || records.records.size() != 1 || records.records.front().size() != 5) {
    return fail({.kind = ErrorKind::syntax,
                 .subject = file.string(),
                 .why = "these notes are damaged",
                 .help = "remove the file: teardown then uses the kernel's defaults"});
  }
  Notes notes;
  TRY(notes.originals, state_from_json(records.records.front()[1]));
  TRY(notes.written, state_from_json(records.records.front()[2]));
  TRY(notes.made, state_from_json(records.records.front()[3]));
  TRY(notes.asked, state_from_json(records.records.front()[4]));
  return notes;
}

Result<void> save_notes(const StateDir& state, const PciAddress& gpu, const Notes& notes) {
  const std::filesystem::path file = file_of(state, gpu);
  if (notes == Notes{}) {
    std::error_code error;
    std::filesystem::remove(file, error);
    if (error) {
      return fail(system_error(error.value(), file, "remove it"));
    }
    return {};
  }
  TRY_VOID(make_folder(file.parent_path(), Readers::all));
  return replace_file(file,
                      encode_record({"notes 2",
                                     state_to_json(notes.originals),
                                     state_to_json(notes.written),
                                     state_to_json(notes.made),
                                     state_to_json(notes.asked)}),
                      Readers::all);
}

namespace {

bool vfs_stand(TableSpan tables, const PciAddress& gpu, const State& after) {
  return std::ranges::any_of(after, [&](const auto& entry) {
    const auto& [place, value] = entry;
    return place.as == As::count && holes_of(tables, place, gpu) && value.text() != "0";
  });
}

/// What stood beside the VFs before anybody moved it. While VFs stand also what is as it was: so
/// that it is known not to have been changed.
State originals_after(TableSpan tables,
                      const Notes& notes,
                      const PciAddress& gpu,
                      const UnitPlan& plan,
                      const State& after) {
  State originals = notes.originals;
  const bool keep_all = vfs_stand(tables, gpu, after);
  for (const auto& [place, value] : plan.before) {
    const auto holes = holes_of(tables, place, gpu);
    // A register of the GPU's stays as it is when a VF goes.
    const bool stays = holes && (!holes->vf || place.in == In::config);
    const bool beside_vfs = stays && place.as != As::count && value.origin != Origin::own;
    if (beside_vfs && !value.unreadable() && (keep_all || value_at(after, place).is != value.is)) {
      originals.emplace(place, value);
    }
  }
  if (!keep_all) {
    std::erase_if(originals, [&](const auto& entry) {
      return value_at(after, entry.first).is == entry.second.is;
    });
  }
  return originals;
}

}  // namespace

Notes noted_after(TableSpan tables,
                  const Notes& notes,
                  const PciAddress& gpu,
                  const UnitPlan& plan,
                  const State& after) {
  Notes next{.originals = originals_after(tables, notes, gpu, plan, after),
             .written = {},
             .made = made_after(notes, gpu, plan, after),
             .asked = asked_after(tables, notes, gpu, plan, after)};
  for (const auto& [place, value] : plan.target) {
    const auto holes = holes_of(tables, place, gpu);
    const bool value_of_vf = holes && holes->vf && place.as != As::link && place.as != As::count;
    const bool told =
        value.match == Match::any ? value.absent() || value.origin == Origin::own : !value.absent();
    if (!value_of_vf || !told) {
      continue;
    }
    const bool asked_for = !value.source.empty() && value.match != Match::any;
    const bool kept = notes.written.contains(place) && value.origin != Origin::own;
    if (asked_for || value.origin == Origin::own || kept) {
      Value seen = value_at(after, place);
      seen.origin = asked_for ? Origin::set : kept ? notes.written.at(place).origin : Origin::own;
      next.written.emplace(place, std::move(seen));
    }
  }
  return next;
}

void apply_notes(const Notes& notes, State& probed) {
  for (const auto& [place, value] : notes.written) {
    const auto found = probed.find(place);
    if (found != probed.end() && found->second.origin == Origin::unknown &&
        found->second.is == value.is) {
      found->second.origin = value.origin;
    }
  }
}

}  // namespace vfmgr
