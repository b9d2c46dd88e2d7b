// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/history.hpp"
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/json_plan.hpp"
#include "core/json_shown.hpp"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

std::string document(const Json& members) {
  Json whole{{"format_version", kJsonFormat}};
  whole.update(members);
  return whole.dump(2) + "\n";
}

Json shown_differences(const std::vector<Difference>& differences) {
  Json list = Json::array();
  for (const Difference& difference : differences) {
    list.push_back(shown_difference(difference));
  }
  return list;
}

Json shown_report(const UnitReport& unit) {
  Json out = shown_unit(unit.plan);
  for (std::size_t at = 0; at < unit.steps.size() && at < out["steps"].size(); ++at) {
    out["steps"][at]["outcome"] = to_string(unit.steps[at].outcome);
    out["steps"][at]["duration_us"] = unit.steps[at].duration_us;
  }
  out["result"] = to_string(unit.result);
  out["code"] = static_cast<int>(exit_code(unit));
  out["duration_us"] = unit.duration_us;
  out["error"] = unit.error ? shown_error(*unit.error) : Json();
  out["not_restored"] = shown_differences(unit.not_restored);
  out["outside"] = shown_differences(unit.outside);
  Json troubles = Json::array();
  for (const Error& trouble : unit.troubles) {
    troubles.push_back(shown_fault(trouble));
  }
  out["troubles"] = std::move(troubles);
  return out;
}

/// The error of the unit that gives the run its exit code.
std::optional<Error> error_of(const Report& report) {
  const ExitCode whole = exit_code(report);
  const Error* first = nullptr;
  for (const UnitReport& unit : report.units) {
    if (!unit.error) {
      continue;
    }
    if (exit_code(unit) == whole) {
      return unit.error;
    }
    first = first == nullptr ? &*unit.error : first;
  }
  return first == nullptr ? std::nullopt : std::optional(*first);
}

}  // namespace

std::string inventory_to_json(const Inventory& inventory) {
  Json gpus = Json::array();
  for (const GpuView& view : inventory.gpus) {
    gpus.push_back(shown_gpu(view));
  }
  return document({{"simulated", inventory.simulated}, {"gpus", std::move(gpus)}});
}

std::string report_to_json(const Report& report) {
  Json units = Json::array();
  for (const UnitReport& unit : report.units) {
    units.push_back(shown_report(unit));
  }
  Json members{{"simulated", report.simulated},
               {"changed", report.changed},
               {"plan", report.plan.empty() ? Json() : Json(report.plan)},
               {"run", report.run ? Json(*report.run) : Json()},
               {"confirm_by", report.confirm_by.empty() ? Json() : Json(report.confirm_by)},
               {"missing", shown_missing(report.missing)},
               {"units", std::move(units)}};
  if (const auto error = error_of(report); error && exit_code(report) != ExitCode::ok) {
    members["error"] = shown_error(*error);
    // The run's code is told from all units (6: some reached their state, others did not).
    members["error"]["code"] = static_cast<int>(exit_code(report));
  }
  return document(members);
}

std::string check_to_json(const CheckReport& report) {
  return document({{"simulated", report.simulated},
                   {"in_sync", report.in_sync()},
                   {"differences", shown_differences(report.differences)},
                   {"missing", shown_missing(report.missing)},
                   {"lent", shown_differences(report.lent)},
                   {"left_over", shown_left_over(report.left_over)},
                   {"unreadable", shown_differences(report.unreadable)}});
}

std::string history_to_json(const std::vector<PastRun>& runs, bool simulated) {
  Json list = Json::array();
  for (const PastRun& run : runs) {
    Json gpus = Json::array();
    for (const PastRun::OneGpu& one : run.gpus) {
      gpus.push_back({{"gpu", to_string(one.gpu)},
                      {"vfs_before", one.vfs_before},
                      {"vfs_after", one.vfs_after}});
    }
    list.push_back({{"id", run.id},
                    {"when", run.when},
                    {"by", run.by.empty() ? Json() : shown_text(run.by)},
                    {"what", run.what.empty() ? Json() : shown_text(run.what)},
                    {"plan", run.plan},
                    {"undoes", run.undoes ? Json(*run.undoes) : Json()},
                    {"undone", run.undone},
                    {"confirm_by", run.confirm_by.empty() ? Json() : Json(run.confirm_by)},
                    {"confirmation", to_string(run.confirmation)},
                    {"why_not", run.why_not.empty() ? Json() : shown_text(run.why_not)},
                    {"gpus", std::move(gpus)}});
  }
  return document({{"simulated", simulated}, {"runs", std::move(list)}});
}

std::string error_to_json(const Error& error, bool simulated) {
  return document({{"simulated", simulated}, {"error", shown_error(error)}});
}

}  // namespace vfmgr
