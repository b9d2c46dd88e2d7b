// SPDX-License-Identifier: Apache-2.0
#include "core/json_plan.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/json_exact.hpp"
#include "core/json_reader.hpp"
#include "core/json_shown.hpp"
#include "core/plan_words.hpp"
#include "core/try.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

/// The name of a function in `affects`: its address where that is known, else "PF/index".
std::string vf_name(const UnitPlan& plan, const PciAddress& gpu, VfIndex vf) {
  for (const GpuView& view : plan.view_before) {
    for (const VfView& one : view.vfs) {
      if (view.gpu.address == gpu && one.index == vf && one.address) {
        return to_string(*one.address);
      }
    }
  }
  return fmt::format("{}/{}", to_string(gpu), vf.index);
}

/// Functions whose users would lose something, in the order of their names.
std::set<std::string> affected(const UnitPlan& plan) {
  std::set<std::string> names;
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change == nullptr || change->disturbs.empty() || !change->gpu) {
      continue;
    }
    const std::string gpu = to_string(*change->gpu);
    if (change->vf) {
      names.insert(vf_name(plan, *change->gpu, *change->vf));
      continue;
    }
    if (std::ranges::any_of(change->disturbs,
                            [&gpu](const Place& place) { return place.path.ends_with(gpu); })) {
      names.insert(gpu);
    }
    for (const GpuView& view : plan.view_before) {
      for (const VfView& vf : view.vfs) {
        if (view.gpu.address == *change->gpu) {
          names.insert(vf_name(plan, *change->gpu, vf.index));
        }
      }
    }
  }
  return names;
}

/// Which function a step is about: an address, or "address/index" of a VF that may not exist yet.
Json step_target(const std::optional<PciAddress>& gpu,
                 const std::optional<VfIndex>& vf,
                 const Place& place) {
  if (!gpu) {
    return shown_text(to_string(place));
  }
  return vf ? fmt::format("{}/{}", to_string(*gpu), vf->index) : to_string(*gpu);
}

Json shown_step(std::size_t id, const Step& step) {
  if (const auto* const change = std::get_if<Change>(&step)) {
    return {{"id", id},
            {"kind", "change"},
            {"what", shown_text(change->what)},
            {"target", step_target(change->gpu, change->vf, change->to)},
            {"place", shown_text(to_string(change->to))},
            {"from", shown_setting(change->from)},
            {"to", shown_setting(change->to_value)},
            {"reason", change->reason.empty() ? Json() : shown_text(change->reason)},
            {"source", change->source.empty() ? Json() : shown_text(change->source)}};
  }
  const auto& await = std::get<Await>(step);
  return {{"id", id},
          {"kind", "await"},
          {"what", shown_text(await.what)},
          {"target", step_target(await.gpu, await.vf, await.at)},
          {"place", shown_text(to_string(await.at))},
          {"from", nullptr},
          {"to", shown_text(to_string(await.expect))},
          {"reason", nullptr},
          {"source", nullptr}};
}

Json shown_blocked(const Blocked& blocked) {
  Json holders = Json::array();
  for (const Holder& holder : blocked.holders) {
    holders.push_back(shown_holder(holder));
  }
  return {{"code", static_cast<int>(exit_code(blocked.error))},
          {"kind", to_string(blocked.error.kind)},
          {"gpu", to_string(blocked.gpu)},
          {"vf", blocked.vf ? Json(blocked.vf->index) : Json()},
          {"message", shown_text(to_string(blocked.error))},
          {"holders", std::move(holders)}};
}

Json shown_gpus(const std::vector<GpuView>& views) {
  Json gpus = Json::array();
  for (const GpuView& view : views) {
    gpus.push_back(shown_gpu(view));
  }
  return {{"gpus", std::move(gpus)}};
}

Result<UnitPlan> read_plan_unit(const JsonAt& from) {
  TRY(const JsonAt exact, from.at("exact"));
  TRY(UnitPlan plan, read_exact_unit(exact));
  TRY(const JsonAt action, from.at("action"));
  TRY(const std::size_t action_at, action.word(kActionWords));
  plan.action = static_cast<Action>(action_at);
  TRY(const JsonAt disruption, from.at("disruption"));
  TRY(const std::size_t disruption_at, disruption.word(kDisruptionWords));
  plan.disruption = static_cast<Disruption>(disruption_at);
  TRY(const JsonAt expected, from.at("expected_us"));
  TRY(plan.expected_us, expected.number(std::numeric_limits<std::uint64_t>::max()));
  return plan;
}

}  // namespace

Json shown_unit(const UnitPlan& plan) {
  Json addresses = Json::array();
  for (const Gpu& gpu : plan.unit.gpus) {
    addresses.push_back(to_string(gpu.address));
  }
  Json lost = Json::array();
  for (const Lost& one : plan.lost) {
    lost.push_back({{"place", shown_text(to_string(one.at))}, {"why", shown_text(one.why)}});
  }
  Json blocked = Json::array();
  for (const Blocked& one : plan.blocked) {
    blocked.push_back(shown_blocked(one));
  }
  Json overridden = Json::array();
  for (const Blocked& one : plan.overridden) {
    overridden.push_back(shown_blocked(one));
  }
  Json claimed = Json::array();
  for (const Claim& one : plan.claimed) {
    claimed.push_back({{"gpu", to_string(one.gpu)},
                       {"vf", one.vf.index},
                       {"vm", shown_text(one.vm)},
                       {"file", shown_text(one.file)}});
  }
  Json steps = Json::array();
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    steps.push_back(shown_step(at + 1, plan.steps[at]));
  }
  return {{"gpus", std::move(addresses)},
          {"backend", shown_text(plan.backend)},
          {"why_together",
           plan.unit.why_together.empty() ? Json() : shown_text(plan.unit.why_together)},
          {"action", to_string(plan.action)},
          {"disruption", to_string(plan.disruption)},
          {"affects", affected(plan)},
          {"lost", std::move(lost)},
          {"blocked", std::move(blocked)},
          {"overridden", std::move(overridden)},
          {"claimed", std::move(claimed)},
          {"adopted", plan.adopted},
          {"left_over", shown_left_over(plan.left_over)},
          {"expected_us", plan.expected_us},
          {"before", shown_gpus(plan.view_before)},
          {"after", shown_gpus(plan.view_after)},
          {"steps", std::move(steps)}};
}

Json shown_missing(const std::vector<Error>& missing) {
  Json list = Json::array();
  for (const Error& error : missing) {
    list.push_back(shown_fault(error));
  }
  return list;
}

Json shown_explained(const std::vector<Explained>& values) {
  Json list = Json::array();
  for (const Explained& value : values) {
    Json vfs = Json::array();
    for (const VfIndex vf : value.vfs) {
      vfs.push_back(vf.index);
    }
    list.push_back({{"gpu", to_string(value.gpu)},
                    {"of", value.of_gpu ? "gpu" : "vfs"},
                    {"vfs", std::move(vfs)},
                    {"attribute", value.attribute},
                    {"value", shown_setting(value.value)},
                    {"layer", value.layer},
                    {"source", value.source},
                    {"skipped", value.skipped}});
  }
  return list;
}

std::string plan_to_json(const Plan& plan) {
  Json units = Json::array();
  for (const UnitPlan& unit : plan.units) {
    Json one = shown_unit(unit);
    // What `apply --plan` runs: everything above is for reading.
    one["exact"] = exact_unit(unit);
    units.push_back(std::move(one));
  }
  Json document{{"format_version", kJsonFormat},
                {"simulated", plan.simulated},
                {"fingerprint", plan.fingerprint},
                {"changes", plan.changes()},
                {"missing", shown_missing(plan.missing)},
                {"units", std::move(units)}};
  if (!plan.explained.empty()) {
    document["explained"] = shown_explained(plan.explained);
  }
  return document.dump(2) + "\n";
}

Result<Plan> plan_from_json(std::string_view text) {
  TRY(const Json json, parse_json(text, "plan"));
  const JsonAt document(json, "plan");
  TRY(const std::string version, document.text_at("format_version"));
  if (!version.starts_with("1.")) {
    return fail({.kind = ErrorKind::invalid,
                 .subject = "plan.format_version",
                 .value = version,
                 .why = "a plan of a version that is not known here",
                 .help = "make the plan again with this vgpuctl"});
  }
  Plan plan;
  TRY(plan.fingerprint, document.text_at("fingerprint"));
  TRY(const JsonAt simulated, document.at("simulated"));
  TRY(plan.simulated, simulated.boolean());
  TRY(const JsonAt missing, document.at("missing"));
  if (!missing.json().empty()) {
    return missing.wrong("a plan that lacks GPUs of the profile is for reading, not for applying");
  }
  TRY(const JsonAt units, document.at("units"));
  TRY(const std::vector<JsonAt> items, units.items());
  for (const JsonAt& item : items) {
    TRY(UnitPlan unit, read_plan_unit(item));
    plan.units.push_back(std::move(unit));
  }
  return plan;
}

}  // namespace vfmgr
