// SPDX-License-Identifier: Apache-2.0
#include "output/plan_lines.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "output/style.hpp"
#include "output/values.hpp"
#include "pci/expected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::Await;
using vfmgr::Change;
using vfmgr::Step;
using vfmgr::UnitPlan;

constexpr std::string_view kCount = "vfs";

/// What people ask for; the rest (autoprobe, overrides) is done for its sake.
bool is_asked_for(const Change& change) {
  return change.what == kCount || change.what == "driver" || change.what == "module" ||
         vfmgr::find_attribute(change.what) != nullptr;
}

bool serves_only(const Step& step) {
  const auto* const change = std::get_if<Change>(&step);
  return change == nullptr || !is_asked_for(*change);
}

bool only_serves(const UnitPlan& plan) {
  return std::ranges::all_of(plan.steps, serves_only);
}

bool is_count(const Step& step) {
  const auto* const change = std::get_if<Change>(&step);
  return change != nullptr && change->what == kCount;
}

std::uint64_t number(const vfmgr::Setting& value) {
  const auto* const count = std::get_if<std::uint64_t>(&value);
  return count == nullptr ? 0 : *count;
}

/// "lab.toml:9" of "lab.toml:9:10".
std::string line_of(const std::string& source) {
  return plain(std::string_view(source).substr(0, source.rfind(':')));
}

/// Steps that do the same.
struct Group {
  std::optional<vfmgr::PciAddress> gpu;
  std::string what;
  vfmgr::Setting to;
  std::string source, reason;
  bool waits = false;
  std::vector<vfmgr::VfIndex> vfs;
  std::vector<vfmgr::Setting> from;  ///< each once
  vfmgr::pci::Expected expected;     ///< of all of them

  [[nodiscard]] bool like(const Group& other) const {
    return std::tie(gpu, what, to, source, reason, waits) ==
               std::tie(other.gpu, other.what, other.to, other.source, other.reason, other.waits) &&
           vfs.empty() == other.vfs.empty();
  }
};

struct GroupOf {
  Group operator()(const Change& change) const {
    return {.gpu = change.gpu,
            .what = change.what,
            .to = change.to_value,
            .source = change.source,
            .reason = change.reason,
            .vfs = change.vf ? std::vector{*change.vf} : std::vector<vfmgr::VfIndex>(),
            .from = {change.from},
            .expected = vfmgr::pci::expected(change)};
  }
  Group operator()(const Await& await) const {
    return {.gpu = await.gpu,
            .what = await.what,
            .to = to_string(await.expect),
            .waits = true,
            .vfs = await.vf ? std::vector{*await.vf} : std::vector<vfmgr::VfIndex>()};
  }
};

std::string from_text(const Group& group) {
  constexpr std::size_t kMostNamed = 2;
  if (group.from.size() > kMostNamed) {
    return "various";
  }
  std::string text;
  for (const vfmgr::Setting& from : group.from) {
    if (!std::holds_alternative<std::monostate>(from)) {
      text += (text.empty() ? "" : " or ") + shown(group.what, from);
    }
  }
  return text;
}

std::string change_text(const Group& group) {
  if (group.waits) {
    return "wait for " + shown(group.what, group.to);
  }
  const std::string from = from_text(group);
  return (from.empty() ? "" : from + " ") + "→ " + shown(group.what, group.to);
}

char sign_of(const Group& group) {
  if (group.waits) {
    return ' ';
  }
  if (group.what == kCount) {
    return number(group.to) < number(group.from.front()) ? '-' : '+';
  }
  const auto* const to = std::get_if<std::string>(&group.to);
  return group.what == "driver" && to != nullptr && *to == "none" ? '-' : '~';
}

bool takes_long(const Group& group) {
  constexpr std::uint64_t kWorthAWord = 500'000;
  return group.expected.us >= kWorthAWord;
}

/// Where it is asked for, else why it is done; both of a count, whose reason says by which way, and
/// where all is told. And how long it takes where that is worth a word.
std::string note_of(const Group& group, bool whole) {
  std::string note = group.source.empty() ? plain(group.reason) : line_of(group.source);
  if ((whole || group.what == kCount) && !group.source.empty() && !group.reason.empty()) {
    note += ", " + plain(group.reason);
  }
  if (takes_long(group)) {
    note += (note.empty() ? "about " : ", about ") + roughly(group.expected.us);
  }
  return note;
}

PlanLine line_for(const Group& group, bool name_gpu, bool whole) {
  PlanLine line{.sign = sign_of(group),
                .who = group.vfs.empty() ? "GPU" : vf_names(group.vfs),
                .what = group.what,
                .change = change_text(group),
                .note = note_of(group, whole),
                .what_for = takes_long(group) ? std::string(group.expected.why) : ""};
  if (group.what == kCount || group.what == "module") {
    line.who = group.what;
    line.what.clear();
  }
  if (name_gpu && group.gpu) {
    line.who = to_string(*group.gpu) + " " + line.who;
  }
  return line;
}

void add(Group group, std::size_t first, std::vector<Group>& groups) {
  const auto same = std::find_if(groups.begin() + static_cast<std::ptrdiff_t>(first),
                                 groups.end(),
                                 [&group](const Group& one) { return one.like(group); });
  if (same == groups.end() || group.vfs.empty()) {
    groups.push_back(std::move(group));
    return;
  }
  same->vfs.push_back(group.vfs.front());
  same->expected.us += group.expected.us;
  if (!group.from.empty() &&
      std::ranges::find(same->from, group.from.front()) == same->from.end()) {
    same->from.push_back(group.from.front());
  }
}

bool has_step_for(const UnitPlan& plan, const std::string& attribute) {
  return std::ranges::any_of(plan.steps, [&attribute](const Step& step) {
    const auto* const change = std::get_if<Change>(&step);
    return change != nullptr && !change->vf && change->what == attribute;
  });
}

bool is_known(const vfmgr::Setting& value) {
  return !std::holds_alternative<std::monostate>(value) &&
         !std::holds_alternative<vfmgr::DriverDefault>(value);
}

/// What becomes of GPUs by the way, as AMD's modes do when gim reads them from its file: no step
/// is about it alone, and it is what was asked for all the same.
std::vector<PlanLine> lines_by_the_way(const UnitPlan& plan) {
  std::vector<PlanLine> lines;
  for (std::size_t at = 0; at < std::min(plan.view_before.size(), plan.view_after.size()); ++at) {
    const vfmgr::GpuView& before = plan.view_before[at];
    for (const auto& [attribute, after] : plan.view_after[at].attributes) {
      const auto was = before.attributes.find(attribute);
      if (was == before.attributes.end() || was->second == after || !is_known(was->second) ||
          !is_known(after) || has_step_for(plan, attribute)) {
        continue;
      }
      const std::string who = plan.unit.gpus.size() > 1 ? to_string(before.gpu.address) + " " : "";
      lines.push_back({.who = who + "GPU",
                       .what = attribute,
                       .change = shown(attribute, was->second) + " → " + shown(attribute, after)});
    }
  }
  return lines;
}

}  // namespace

std::vector<PlanLine> plan_lines(const UnitPlan& plan, bool all) {
  const bool whole = all || only_serves(plan);
  std::vector<Group> groups;
  std::size_t first = 0;
  for (const Step& step : plan.steps) {
    if (!whole && serves_only(step)) {
      continue;
    }
    if (is_count(step)) {
      groups.push_back(std::visit(GroupOf{}, step));
      first = groups.size();
    } else {
      add(std::visit(GroupOf{}, step), first, groups);
    }
  }
  std::vector<PlanLine> lines;
  std::vector<PlanLine> by_the_way = lines_by_the_way(plan);
  for (const Group& group : groups) {
    lines.push_back(line_for(group, plan.unit.gpus.size() > 1, all));
    if (group.what == kCount) {
      // Where VFs are made anew it is between those that go and those that come.
      std::ranges::move(std::exchange(by_the_way, {}), std::back_inserter(lines));
    }
  }
  std::ranges::move(by_the_way, std::back_inserter(lines));
  return lines;
}

std::size_t left_out(const UnitPlan& plan) {
  return only_serves(plan)
             ? 0
             : static_cast<std::size_t>(std::ranges::count_if(plan.steps, [](const Step& step) {
                 return std::holds_alternative<Change>(step) && serves_only(step);
               }));
}

std::string roughly(std::uint64_t microseconds) {
  constexpr double kSecond = 1e6;
  return fmt::format("{:.1f} s", static_cast<double>(microseconds) / kSecond);
}

VfCounts counts_of(const UnitPlan& plan) {
  VfCounts counts;
  for (const Step& step : plan.steps) {
    if (is_count(step)) {
      const auto& change = std::get<Change>(step);
      const std::uint64_t from = number(change.from);
      const std::uint64_t to = number(change.to_value);
      counts.made += to > from ? to - from : 0;
      counts.removed += from > to ? from - to : 0;
    }
  }
  return counts;
}

}  // namespace vgpuctl
