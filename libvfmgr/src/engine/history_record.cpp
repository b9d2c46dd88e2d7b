// SPDX-License-Identifier: Apache-2.0
// A remembered run as the text of its file.
#include "vfmgr/history.hpp"
#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "backends/pci_record.hpp"
#include "core/json_state.hpp"
#include "core/numbers.hpp"
#include "core/record.hpp"
#include "core/try.hpp"
#include "engine/history.hpp"

#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::string_view kRunHead = "run 1";
// kRunHead, boot, id, when, by, what, plan, undoes, confirm_by, process, due
constexpr std::size_t kHeadFields = 11;

std::vector<PastRun::OneGpu> counts_of(const std::vector<UnitPlan>& units) {
  std::vector<PastRun::OneGpu> counts;
  for (const UnitPlan& unit : units) {
    for (const Gpu& gpu : unit.unit.gpus) {
      counts.push_back({.gpu = gpu.address,
                        .vfs_before = recorded_count(unit.before, gpu.address).value_or(0),
                        .vfs_after = recorded_count(unit.target, gpu.address).value_or(0)});
    }
  }
  return counts;
}

Error damaged(const std::string& file) {
  return {.kind = ErrorKind::syntax,
          .subject = file,
          .why = "this record of a past run is damaged",
          .help = "remove the file: that run can then not be undone"};
}

}  // namespace

std::string encode_past_run(const Remembered& run) {
  std::vector<std::string> fields{std::string(kRunHead),
                                  run.boot_id,
                                  std::to_string(run.run.id),
                                  run.run.when,
                                  run.run.by,
                                  run.run.what,
                                  run.run.plan,
                                  run.run.undoes ? std::to_string(*run.run.undoes) : "",
                                  run.run.confirm_by,
                                  std::to_string(run.process),
                                  std::to_string(run.due_ms)};
  for (const UnitPlan& unit : run.units) {
    fields.push_back(unit_plan_to_json(unit));
  }
  return encode_record(fields);
}

Result<Remembered> decode_past_run(std::string_view text, const std::string& file) {
  TRY(const Records records, decode_records(text, file));
  if (records.torn || records.records.size() != 1 || records.records.front().size() < kHeadFields ||
      records.records.front()[0] != kRunHead) {
    return fail(damaged(file));
  }
  const std::vector<std::string>& fields = records.records.front();
  const auto id = decimal(fields[2]);
  if (!id) {
    return fail(damaged(file));
  }
  Remembered run{.run = {.id = *id,
                         .when = fields[3],
                         .by = fields[4],
                         .what = fields[5],
                         .plan = fields[6],
                         .undoes = decimal(fields[7]),
                         .confirm_by = fields[8],
                         .why_not = {},
                         .gpus = {}},
                 .boot_id = fields[1],
                 .units = {},
                 .process = decimal(fields[9]).value_or(0),
                 .due_ms = decimal(fields[10]).value_or(0)};
  for (const std::string& field : fields | std::views::drop(kHeadFields)) {
    TRY(UnitPlan unit, unit_plan_from_json(field));
    if (unit.unit.gpus.empty()) {
      return fail(damaged(file));
    }
    run.units.push_back(std::move(unit));
  }
  run.run.gpus = counts_of(run.units);
  return run;
}

}  // namespace vfmgr
