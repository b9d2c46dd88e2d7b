// SPDX-License-Identifier: Apache-2.0
#include "output/check_text.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "output/error_text.hpp"
#include "output/left_over_text.hpp"
#include "output/plan_lines.hpp"
#include "output/refused_text.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::Difference;

/// VFs that differ in the same way.
struct Fold {
  const Difference* first = nullptr;
  std::vector<vfmgr::VfIndex> vfs;
};

bool same(const Difference& one, const Difference& other) {
  return one.gpu == other.gpu && one.vf.has_value() == other.vf.has_value() &&
         one.attribute == other.attribute && one.expected == other.expected &&
         one.actual == other.actual && one.cause == other.cause;
}

std::vector<Fold> folded(const std::vector<Difference>& differences) {
  std::vector<Fold> folds;
  for (const Difference& one : differences) {
    const auto like = std::ranges::find_if(
        folds, [&one](const Fold& fold) { return one.vf && same(*fold.first, one); });
    Fold& fold = like == folds.end() ? folds.emplace_back(Fold{.first = &one}) : *like;
    if (one.vf) {
      fold.vfs.push_back(*one.vf);
    }
  }
  return folds;
}

void add_rows(const std::vector<Difference>& differences, std::string_view is, Table& table) {
  for (const Fold& fold : folded(differences)) {
    const Difference& one = *fold.first;
    table.row(
        {{to_string(one.gpu)},
         {fold.vfs.empty() ? "" : vf_names(fold.vfs)},
         {plain(one.attribute)},
         {"expected " + shown(one.attribute, one.expected)},
         {is.empty() ? "is " + shown(one.attribute, one.actual) : std::string(is), Paint::changed},
         {one.cause ? plain(*one.cause) : "", Paint::faint}});
  }
}

/// "would change only vf3", by the steps themselves.
std::string touched_by(const vfmgr::Plan& plan) {
  std::size_t gpus = 0;
  VfCounts counts;
  std::vector<vfmgr::VfIndex> vfs;
  bool only_vfs = true;
  for (const vfmgr::UnitPlan& unit : plan.units) {
    gpus += unit.steps.empty() ? 0 : unit.unit.gpus.size();
    const VfCounts one = counts_of(unit);
    counts.made += one.made;
    counts.removed += one.removed;
    for (const vfmgr::Step& step : unit.steps) {
      const auto* const change = std::get_if<vfmgr::Change>(&step);
      if (change != nullptr && change->vf) {
        vfs.push_back(*change->vf);
      }
      only_vfs = only_vfs && (change == nullptr || change->vf);
    }
  }
  if (counts.removed == 0 && counts.made > 0) {
    return "would make " + counted(counts.made, "VF");
  }
  if (counts.removed > 0) {
    return "would remove " + counted(counts.removed, "VF") +
           (counts.made > 0 ? fmt::format(" and make {} anew", counts.made) : "");
  }
  if (gpus == 1 && only_vfs && !vfs.empty()) {
    return "would change only " + vf_names(vfs);
  }
  return "would change " + counted(gpus, "GPU");
}

std::string sum_of(const vfmgr::CheckReport& report) {
  std::set<vfmgr::PciAddress> gpus;
  for (const Difference& one : report.differences) {
    gpus.insert(one.gpu);
  }
  std::string text;
  const auto add = [&text](std::size_t count, const std::string& what) {
    if (count > 0) {
      text += (text.empty() ? "" : ", ") + what;
    }
  };
  add(report.differences.size(),
      counted(report.differences.size(), "difference") + " on " + counted(gpus.size(), "GPU"));
  add(report.missing.size(), fmt::format("{} missing", report.missing.size()));
  add(report.unreadable.size(), fmt::format("{} unreadable", report.unreadable.size()));
  return text + ".";
}

}  // namespace

std::string check_text(const vfmgr::CheckReport& report,
                       const vfmgr::Plan* plan,
                       const CheckedBy& by,
                       const Style& style) {
  constexpr std::size_t kRoomForCauses = 64;
  const bool cut = style.width >= kRoomForCauses;
  Table table(
      {{}, {}, {}, {.shrinks = true}, {.shrinks = true}, {.drop = cut ? 0 : 1, .shrinks = cut}});
  add_rows(report.differences, "", table);
  add_rows(report.unreadable, "can't be read", table);
  std::string text = table.text(style);
  for (const vfmgr::Error& missing : report.missing) {
    text += style.paint(Paint::changed, "missing:") + " " + sentence_of(missing) + "\n";
  }
  Table lent({{}, {}, {}, {.shrinks = true}});
  add_rows(report.lent, "lent to a VM", lent);
  text += lent.text(style);
  text += left_over_text(report.left_over, style);
  if (report.in_sync()) {
    return text + style.paint(Paint::good, "In sync:") + " the host is as " +
           (by.file.empty() ? "the installed profile" : plain(by.file)) + " says.\n";
  }
  text += sum_of(report);
  if (plan != nullptr && plan->changes()) {
    const auto blocked = blocked_units(*plan);
    text += fmt::format(" `{} apply{}` {}{}.",
                        by.program,
                        by.file.empty() ? "" : " " + plain(by.file),
                        touched_by(*plan),
                        blocked.empty() ? "" : ", and is refused now: " + refusal_of(blocked));
  }
  return text + "\n";
}

}  // namespace vgpuctl
