// SPDX-License-Identifier: Apache-2.0
#include "output/report_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "output/error_text.hpp"
#include "output/refused_text.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::Outcome;
using vfmgr::Report;
using vfmgr::UnitReport;

Cell result_cell(const UnitReport& unit, Run run) {
  switch (unit.result) {
    case Outcome::unchanged:
      return {"unchanged", Paint::faint};
    case Outcome::applied:
      return {run == Run::recover ? "✓ had ended, verified" : "✓ verified", Paint::good};
    case Outcome::rolled_back:
      return run == Run::recover ? Cell{"✓ taken back, verified", Paint::good}
                                 : Cell{"✗ failed, taken back", Paint::bad};
    case Outcome::failed:
      return {unit.not_restored.empty() ? "✗ failed" : "✗ failed, not all taken back", Paint::bad};
    case Outcome::refused:
      return {"✗ refused", Paint::bad};
    case Outcome::missing:
      return {"✗ missing", Paint::bad};
    case Outcome::skipped:
      return {"skipped", Paint::changed};
    case Outcome::in_flight:
      return {"✗ a write has not returned", Paint::bad};
  }
  return {};
}

bool arrived(const UnitReport& unit) {
  return unit.result == Outcome::applied || unit.result == Outcome::unchanged;
}

/// VFs that are there now, as far as the unit's end tells.
std::string count_of(const UnitReport& unit, std::size_t at) {
  const auto& views =
      unit.result == Outcome::applied ? unit.plan.view_after : unit.plan.view_before;
  const bool told = unit.result != Outcome::failed && unit.result != Outcome::in_flight;
  return told && at < views.size() ? counted(views[at].num_vfs, "VF") : "";
}

std::string sum_of(const Report& report, Run run) {
  std::size_t changed = 0;
  std::size_t same = 0;
  std::size_t unhappy = 0;
  std::size_t back = 0;
  for (const UnitReport& unit : report.units) {
    const std::size_t gpus = unit.plan.unit.gpus.size();
    const bool taken_back = run == Run::recover && unit.result == Outcome::rolled_back;
    changed += unit.result == Outcome::applied ? gpus : 0;
    same += unit.result == Outcome::unchanged ? gpus : 0;
    back += taken_back ? gpus : 0;
    unhappy += arrived(unit) || taken_back ? 0 : gpus;
  }
  std::string text;
  const auto add = [&text](std::size_t count, std::string_view what) {
    if (count > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
    }
  };
  add(back, "taken back");
  add(changed, run == Run::recover ? "had ended" : "changed");
  add(same, "unchanged");
  add(unhappy, "not as asked");
  return (unhappy == 0 ? "Done: " : "") + text + ".";
}

std::string differences_text(const std::vector<vfmgr::Difference>& differences,
                             std::string_view head,
                             const Style& style) {
  if (differences.empty()) {
    return "";
  }
  Table table({{}, {}, {}, {.shrinks = true}});
  for (const vfmgr::Difference& one : differences) {
    table.row({{function_name(one.gpu, one.vf)},
               {plain(one.attribute)},
               {"was " + shown(one.attribute, one.expected)},
               {"is " + shown(one.attribute, one.actual) +
                (one.cause ? " (" + plain(*one.cause) + ")" : "")}});
  }
  return fmt::format("  {}\n{}", head, table.text({.colour = style.colour}, 4));
}

std::string unit_errors(const UnitReport& unit, const Again& again, const Style& style) {
  std::string text;
  if (unit.error && unit.result != Outcome::skipped) {
    text += error_text(*unit.error, style);
  }
  for (const vfmgr::Error& trouble : unit.troubles) {
    text += "  on the way back: " + sentence_of(trouble) + "\n";
  }
  text += differences_text(unit.not_restored, "could not be taken back:", style);
  if (unit.result == Outcome::in_flight || !unit.not_restored.empty()) {
    text += fmt::format("help: run `{} recover` next\n", again.program);
  }
  return text;
}

/// GPUs that could be done if the refused ones were left out.
std::string spared(const Report& report) {
  std::string names;
  for (const UnitReport& unit : report.units) {
    for (const vfmgr::Gpu& gpu : unit.plan.unit.gpus) {
      if (unit.result == Outcome::skipped) {
        names += " " + to_string(gpu.address);
      }
    }
  }
  return names;
}

std::string whole_refusal_text(const Report& report, const Again& again, const Style& style) {
  std::vector<const vfmgr::UnitPlan*> units;
  for (const UnitReport& unit : report.units) {
    if (unit.result == Outcome::refused) {
      units.push_back(&unit.plan);
    }
  }
  const std::string others = spared(report);
  std::string text = fmt::format("{} {}; nothing was changed\n{}help: {}",
                                 style.paint(Paint::bad, "error:"),
                                 refusal_of(units),
                                 blocked_text(units, style),
                                 help_of(units));
  if (!others.empty()) {
    text += fmt::format(
        ",\n      or do the others alone:  {} {}{}", again.program, again.spare, others);
  }
  return text + "\n";
}

}  // namespace

bool refused_whole(const Report& report) {
  const bool any = std::ranges::any_of(report.units, [](const UnitReport& unit) {
    return unit.result == Outcome::refused && !unit.plan.blocked.empty();
  });
  return any && std::ranges::all_of(report.units, [](const UnitReport& unit) {
           return unit.result == Outcome::refused || unit.result == Outcome::skipped ||
                  unit.result == Outcome::unchanged;
         });
}

std::string report_text(const Report& report, Run run, const Style& style, bool notes) {
  if (report.units.empty()) {
    return run == Run::recover ? "Nothing to recover: no run was cut off.\n"
           : run == Run::undo  ? "Nothing to undo: `history` shows what was changed.\n"
                               : "Nothing to do: no GPU is asked for.\n";
  }
  if (refused_whole(report)) {
    return "";
  }
  Table table({{}, {.shrinks = true}, {}, {}, {.drop = 1}});
  bool applied = false;
  for (const UnitReport& unit : report.units) {
    applied = applied || unit.result == Outcome::applied;
    for (std::size_t at = 0; at < unit.plan.unit.gpus.size(); ++at) {
      const vfmgr::Gpu& gpu = unit.plan.unit.gpus[at];
      const bool ran = unit.result != Outcome::unchanged && unit.duration_us > 0;
      table.row({{to_string(gpu.address)},
                 {name_of(gpu)},
                 {count_of(unit, at)},
                 result_cell(unit, run),
                 {ran ? took(unit.duration_us) : "", Paint::faint}});
    }
  }
  std::string text = table.text(style);
  for (const vfmgr::Error& missing : report.missing) {
    text += style.paint(Paint::changed, "missing:") + " " + sentence_of(missing) + "\n";
  }
  for (const UnitReport& unit : report.units) {
    text += differences_text(
        unit.outside, "changed meanwhile by others, or left by a driver; not touched:", style);
  }
  text += sum_of(report, run);
  if (run == Run::apply && applied && notes) {
    text += " Not kept over a reboot; `apply FILE --persist` keeps it.";
  }
  return text + "\n";
}

std::string report_errors_text(const Report& report,
                               Run run,
                               const Again& again,
                               const Style& style) {
  if (refused_whole(report)) {
    return whole_refusal_text(report, again, style);
  }
  std::string text;
  std::vector<const vfmgr::UnitPlan*> refused;
  for (const UnitReport& unit : report.units) {
    if (unit.result == Outcome::refused && !unit.plan.blocked.empty()) {
      refused.push_back(&unit.plan);
    } else if (!arrived(unit) && (run != Run::recover || unit.result != Outcome::rolled_back)) {
      text += unit_errors(unit, again, style);
    }
  }
  if (!refused.empty()) {
    text += fmt::format("{} {}; those GPUs were left alone\n{}",
                        style.paint(Paint::bad, "error:"),
                        refusal_of(refused),
                        blocked_text(refused, style));
  }
  return text;
}

}  // namespace vgpuctl
