// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/automatic.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/quotas.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "backends/intel_xe/interface.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::intel_xe {

namespace {

/// xe_sriov_pf_provision.c (6.19 on): automatic or custom. Before, there were no modes.
bool has_modes(const Road& road, const Gpu& pf) {
  return road.now().contains(pci::of(debugfs::kRestore, pf.address));
}

/// It resets the times of VFs along with what they have (xe_gt_sriov_pf_config_release, 7.0).
void add_times(const Road& road, const intel::Files& files, Change& change) {
  for (std::uint32_t vf = 0; vf < files.total_vfs; ++vf) {
    for (const intel::Column& column : files.vf) {
      const Place place = intel::place_of(files, column, vf);
      const auto here = road.now().find(place);
      if (column.kind == intel::Kind::schedule && here != road.now().end() &&
          !here->second.absent() && here->second.text() != "0") {
        change.effects.push_back({.at = place, .before = {}, .expect = guess("0")});
      }
    }
  }
}

}  // namespace

std::string_view end_of_automatic(const Road& road, const Gpu& pf) {
  return has_modes(road, pf) ? "the driver gives out nothing by itself from here on (custom "
                               "provisioning)"
                             : "quotas go before the VFs exist";
}

bool releases(const Road& road, const Gpu& pf) {
  return !has_modes(road, pf) || !intel::given_by_hand(road, files_of(pf));
}

void restore_automatic(Road& road, const Gpu& pf) {
  if (!has_modes(road, pf)) {
    return;
  }
  Change change{.what = std::string(debugfs::kRestore.name),
                .reason = "the driver gives out everything by itself again",
                .gpu = pf.address,
                .to_value = std::string("on"),
                .to = pci::of(debugfs::kRestore, pf.address),
                .bytes = {.text = "1"},
                .limit = intel::kFirmwareLimit};
  const intel::Files files = files_of(pf);
  bool any = false;
  for (const intel::Quota& quota : intel::quotas_of(road.now(), files)) {
    const Place place = intel::place_of(files, *quota.column, quota.vf);
    const Value& here = road.now().at(place);
    if (here.absent()) {
      continue;
    }
    if (quota.column->manual) {
      const auto wanted = intel::before_vfs(road.wanted(place));
      if ((wanted ? wanted->text() : here.text()) != "0") {
        return;  // it is to have something
      }
      any = any || here.text() != "0";
    }
    if (here.text() != "0") {
      change.effects.push_back({.at = place, .before = {}, .expect = text_value("0")});
    }
  }
  if (any) {
    add_times(road, files, change);
    road.change(std::move(change));
  }
}

void await_shares(Road& road, const Gpu& pf) {
  if (!has_modes(road, pf) || road.count(pf.address) == 0) {
    return;
  }
  // It shares out to all or to none; by hand some may have been given something.
  for (const std::uint32_t vf : {0U, road.count(pf.address) - 1}) {
    const Holes one = intel::holes(files_of(pf), vf);
    const Place contexts = place_of(debugfs::kContexts0, one);
    const Value* const wanted = road.wanted(contexts);
    const bool wants_none =
        wanted != nullptr && wanted->match == Match::exact && wanted->text() == "0";
    if (road.now().contains(contexts) && !wants_none) {
      Value some = text_value("1", Origin::own);
      some.match = Match::at_least;
      some.slack = debugfs::kMostContexts;
      road.await(debugfs::kContexts0, one, some, intel::kFirmwareLimit);
    }
  }
}

void explain_shares(const Kernel& kernel, const Gpu& pf, Error& error) {
  const auto place = parse_place(error.subject);
  const auto holes = place ? match(debugfs::kContexts0, *place) : std::nullopt;
  if (!holes || holes->gpu != pf.address || observe(kernel, *place).text() != "0") {
    return;
  }
  error.why =
      "the driver shared out nothing: somebody has put it into custom provisioning, which no file "
      "tells, and VFs that have nothing can't be used";
  error.help = fmt::format(
      "write 1 to {} while the GPU has no VFs; or give vram, ggtt and contexts to every VF",
      to_string(pci::of(debugfs::kRestore, pf.address)));
}

}  // namespace vfmgr::intel_xe
