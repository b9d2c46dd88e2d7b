// SPDX-License-Identifier: Apache-2.0
#include "output/plan_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "output/error_text.hpp"
#include "output/left_over_text.hpp"
#include "output/lost_text.hpp"
#include "output/plan_lines.hpp"
#include "output/refused_text.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"
#include "output/wrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::Action;
using vfmgr::Plan;
using vfmgr::UnitPlan;

/// The VFs that keep existing and are changed.
std::string changed_vfs(const UnitPlan& plan) {
  std::vector<vfmgr::VfIndex> vfs;
  bool gpu = false;
  for (const vfmgr::Step& step : plan.steps) {
    if (const auto* const change = std::get_if<vfmgr::Change>(&step)) {
      gpu = gpu || !change->vf;
      if (change->vf) {
        vfs.push_back(*change->vf);
      }
    }
  }
  return vfs.empty() ? "changes the GPU alone"
         : gpu       ? "changes " + vf_names(vfs)
                     : "changes only " + vf_names(vfs);
}

/// Whether a step moves anything of this GPU: some drivers change one of a unit's GPUs alone.
bool is_touched(const UnitPlan& plan, const vfmgr::PciAddress& gpu) {
  const std::string folder = to_string(gpu) + "/";
  return std::ranges::any_of(plan.steps, [&](const vfmgr::Step& step) {
    const auto* const change = std::get_if<vfmgr::Change>(&step);
    return change != nullptr &&
           (change->gpu == gpu ||
            std::ranges::any_of(change->effects, [&folder](const vfmgr::Effect& effect) {
              return effect.at.path.find(folder) != std::string::npos;
            }));
  });
}

std::string effect_of(const UnitPlan& plan, std::size_t at) {
  if (plan.action == Action::none) {
    return "nothing to do";
  }
  if (at >= plan.view_before.size() || at >= plan.view_after.size()) {
    return std::string(to_string(plan.action));
  }
  const std::uint32_t before = plan.view_before[at].num_vfs;
  const std::uint32_t after = plan.view_after[at].num_vfs;
  if (before == after && !is_touched(plan, plan.unit.gpus[at].address)) {
    return counted(after, "VF") + ", left alone";
  }
  std::string counts = fmt::format("{} → {}", before, counted(after, "VF"));
  switch (plan.action) {
    case Action::create:
      return counts;
    case Action::replace:
      return before == after ? fmt::format("{}, all made anew", counted(after, "VF"))
                             : counts + ", replaces all of them";
    case Action::remove:
      return counts + ", removes all of them";
    case Action::update:
    case Action::none:
      break;
  }
  return changed_vfs(plan);
}

struct Widths {
  std::size_t name = 0;
};

std::string headline(const UnitPlan& plan,
                     std::size_t at,
                     const Widths& widths,
                     const Style& style) {
  const std::string name = name_of(plan.unit.gpus[at]);
  const std::string effect = effect_of(plan, at);
  return fmt::format("{}  {}{}  {}\n",
                     style.paint(Paint::bold, to_string(plan.unit.gpus[at].address)),
                     style.paint(Paint::bold, name),
                     std::string(widths.name - columns(name), ' '),
                     plan.action == Action::none ? style.paint(Paint::faint, effect) : effect);
}

Paint paint_of(char sign) {
  return sign == '+' ? Paint::good : sign == '-' ? Paint::bad : Paint::changed;
}

Table table_of(const std::vector<PlanLine>& lines, bool whole_notes, std::size_t width) {
  // The source stands first in a note, and is cut last.
  constexpr std::size_t kRoomForNotes = 64;
  const bool cut = width >= kRoomForNotes;
  Table table({{.shrinks = true}, {}, {}, {.drop = cut ? 0 : 1, .shrinks = cut}});
  for (const PlanLine& line : lines) {
    // A count stands under the names and has no attribute beside it.
    const bool count = line.what.empty();
    const bool more = whole_notes && !line.what_for.empty();
    table.row({{fmt::format("{} {}", line.sign, line.who), paint_of(line.sign)},
               {count ? line.change : line.what},
               {count ? "" : line.change},
               {line.note + (more ? " (" + line.what_for + ")" : ""), Paint::faint}});
  }
  return table;
}

bool fits(std::string_view lines, std::size_t width) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    if (columns(line) > width) {
      return false;
    }
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return true;
}

std::string steps_text(const UnitPlan& plan, const Style& style, bool all) {
  const std::vector<PlanLine> lines = plan_lines(plan, all);
  const bool whole = style.width == 0 || fits(table_of(lines, true, 0).text({}, 2), style.width);
  return table_of(lines, whole, style.width).text(style, 2);
}

/// Who is hit besides the functions that the lines name.
std::string reach_text(const UnitPlan& plan, const Style& style) {
  std::string_view reach;
  switch (plan.disruption) {
    case vfmgr::Disruption::none:
    case vfmgr::Disruption::vf:
      return "";
    case vfmgr::Disruption::gpu:
      reach = "the GPU as a whole: whoever uses it is without it meanwhile";
      break;
    case vfmgr::Disruption::hive:
      reach = "all GPUs of the hive";
      break;
    case vfmgr::Disruption::driver:
      reach = "every GPU on this driver";
      break;
    case vfmgr::Disruption::host:
      reach = "the whole host";
      break;
  }
  return fmt::format("  {} {}\n", style.paint(Paint::changed, "affects:"), reach);
}

/// What it brings about that was not so before and no line says.
std::string remarks_text(const UnitPlan& plan, const Style& style) {
  std::string text;
  for (std::size_t at = 0; at < plan.view_after.size() && at < plan.view_before.size(); ++at) {
    const auto& before = plan.view_before[at].findings;
    for (const vfmgr::Finding& finding : plan.view_after[at].findings) {
      if (std::ranges::find(before, finding.what, &vfmgr::Finding::what) == before.end()) {
        text += noted(finding, style.width, style, 2);
      }
    }
  }
  return text;
}

std::string summary(const Plan& plan) {
  std::size_t gpus = 0;
  VfCounts counts;
  std::uint64_t expected_us = 0;
  bool lost = false;
  for (const UnitPlan& unit : plan.units) {
    if (unit.steps.empty()) {
      continue;
    }
    gpus += unit.unit.gpus.size();
    const VfCounts one = counts_of(unit);
    counts.made += one.made;
    counts.removed += one.removed;
    expected_us += unit.expected_us;
    lost = lost || !unit.lost.empty();
  }
  std::string text = counted(gpus, "GPU") + (gpus == 1 ? " changes" : " change");
  if (counts.made > 0) {
    text += fmt::format("{} {} made", gpus > 0 ? ":" : "", counted(counts.made, "VF"));
  }
  if (counts.removed > 0) {
    text += counts.made > 0 ? fmt::format(", {} removed", counts.removed)
                            : fmt::format(": {} removed", counted(counts.removed, "VF"));
  }
  constexpr std::uint64_t kTenth = 100'000;
  if (expected_us >= kTenth) {
    text += "; about " + roughly(expected_us);
  }
  text += ".";
  if (blocked_units(plan).empty()) {
    const bool used = std::ranges::any_of(
        plan.units, [](const UnitPlan& unit) { return !unit.overridden.empty(); });
    const bool disturbs = std::ranges::any_of(plan.units, [](const UnitPlan& unit) {
      return unit.disruption != vfmgr::Disruption::none;
    });
    if (!used && (counts.removed > 0 || disturbs)) {
      text += counts.removed > 0 ? " Nobody uses what goes." : " Nobody uses what it disturbs.";
    }
    text += lost ? "" : " Nothing would be lost.";
  }
  return text + "\n";
}

std::string serving_text(const Plan& plan) {
  std::size_t hidden = 0;
  for (const UnitPlan& unit : plan.units) {
    hidden += left_out(unit);
  }
  if (hidden == 0) {
    return "";
  }
  const bool one = hidden == 1;
  return fmt::format("{} on the way that only {} these: -v shows {}.\n",
                     counted(hidden, "write"),
                     one ? "serves" : "serve",
                     one ? "it" : "them");
}

/// What is there of others' and of earlier runs' making.
std::string standing_text(const Plan& plan, const Style& style) {
  std::string text;
  std::vector<vfmgr::LeftOver> left;
  for (const UnitPlan& unit : plan.units) {
    left.insert(left.end(), unit.left_over.begin(), unit.left_over.end());
    for (const vfmgr::Gpu& gpu : unit.unit.gpus) {
      text += unit.adopted ? fmt::format("{} what others made on {} is vgpuctl's from then on\n",
                                         style.paint(Paint::changed, "adopted:"),
                                         to_string(gpu.address))
                           : "";
    }
  }
  return text + left_over_text(left, style);
}

}  // namespace

std::string plan_text(const Plan& plan, const Style& style, bool all) {
  Widths widths;
  for (const UnitPlan& unit : plan.units) {
    for (const vfmgr::Gpu& gpu : unit.unit.gpus) {
      widths.name = std::max(widths.name, columns(name_of(gpu)));
    }
  }
  std::string text;
  for (const UnitPlan& unit : plan.units) {
    for (std::size_t at = 0; at < unit.unit.gpus.size(); ++at) {
      text += headline(unit, at, widths, style);
    }
    if (!unit.unit.why_together.empty()) {
      text += fmt::format("  together: {}\n", plain(unit.unit.why_together));
    }
    text += reach_text(unit, style);
    text += steps_text(unit, style, all);
    text += unit.steps.empty() ? "" : remarks_text(unit, style);
  }
  for (const vfmgr::Error& missing : plan.missing) {
    text += style.paint(Paint::changed, "missing:") + " " + sentence_of(missing) + "\n";
  }
  text += standing_text(plan, style);
  if (!plan.changes()) {
    return text + (plan.units.empty() ? "Nothing to do: no GPU is asked for.\n"
                                      : "\nNothing to do: the host is as it should be.\n");
  }
  text += "\n" + lost_text(plan, style) + summary(plan) + (all ? "" : serving_text(plan));
  text += overridden_text(plan, style) + claimed_text(plan, style);
  const std::vector<const UnitPlan*> blocked = blocked_units(plan);
  if (!blocked.empty()) {
    text += fmt::format("{} {}\n{}help: {}\n",
                        style.paint(Paint::bad, "refused:"),
                        refusal_of(blocked),
                        blocked_text(blocked, style),
                        help_of(blocked));
  }
  return text;
}

}  // namespace vgpuctl
