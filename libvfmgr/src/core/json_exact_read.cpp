// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/json_exact.hpp"
#include "core/json_reader.hpp"
#include "core/json_state.hpp"
#include "core/plan_words.hpp"
#include "core/try.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

Result<Place> read_place(const JsonAt& from) {
  TRY(const std::string text, from.text());
  auto place = parse_place(text);
  if (!place) {
    return from.wrong(place.error().why, text);
  }
  return place;
}

Result<std::vector<Place>> read_places(const JsonAt& from) {
  std::vector<Place> places;
  TRY(const std::vector<JsonAt> items, from.items());
  for (const JsonAt& item : items) {
    TRY(Place place, read_place(item));
    places.push_back(std::move(place));
  }
  return places;
}

Result<Setting> read_setting(const JsonAt& from) {
  const Json& json = from.json();
  if (json.is_null()) {
    return Setting{};
  }
  if (json.is_boolean()) {
    return Setting{json.get<bool>()};
  }
  if (json.is_number()) {
    TRY(const std::uint64_t number, from.number(std::numeric_limits<std::uint64_t>::max()));
    return Setting{number};
  }
  if (json.is_array()) {
    std::vector<std::string> list;
    TRY(const std::vector<JsonAt> items, from.items());
    for (const JsonAt& item : items) {
      TRY(std::string text, item.text());
      list.push_back(std::move(text));
    }
    return Setting{std::move(list)};
  }
  if (json.is_object() && json.contains("default")) {
    return Setting{DriverDefault{}};
  }
  TRY(std::string text, from.text());
  return Setting{std::move(text)};
}

Result<Value> read_value(const JsonAt& from) {
  Value value;
  if (const auto text = from.find("text")) {
    TRY(value.is, text->text());
  } else if (const auto unreadable = from.find("unreadable")) {
    TRY(const std::uint64_t number, unreadable->number(std::numeric_limits<int>::max()));
    value.is = Unreadable{.os_error = static_cast<int>(number)};
  } else if (!from.find("absent")) {
    return from.wrong("one of 'text', 'unreadable' and 'absent' is needed");
  }
  if (const auto origin = from.find("origin")) {
    TRY(const std::size_t at, origin->word(kOriginWords));
    value.origin = static_cast<Origin>(at);
  }
  if (const auto match = from.find("match")) {
    TRY(const std::size_t at, match->word(kMatchWords));
    value.match = static_cast<Match>(at);
  }
  if (const auto slack = from.find("slack")) {
    TRY(value.slack, slack->number(std::numeric_limits<std::uint64_t>::max()));
  }
  if (const auto source = from.find("source")) {
    TRY(value.source, source->text());
  }
  return value;
}

Result<State> read_state(const JsonAt& from) {
  State state;
  TRY(const std::vector<JsonAt> items, from.items());
  for (const JsonAt& item : items) {
    TRY(const JsonAt at, item.at("at"));
    TRY(Place place, read_place(at));
    TRY(Value value, read_value(item));
    if (!state.emplace(std::move(place), std::move(value)).second) {
      return at.wrong("this place stands here twice");
    }
  }
  return state;
}

Result<PciAddress> read_address(const JsonAt& from) {
  TRY(const std::string text, from.text());
  auto address = parse_address(text);
  if (!address) {
    return from.wrong(address.error().why, text);
  }
  return address;
}

Result<void> read_function(const JsonAt& from,
                           std::optional<PciAddress>& gpu,
                           std::optional<VfIndex>& vf) {
  if (const auto address = from.find("gpu")) {
    TRY(gpu, read_address(*address));
  }
  if (const auto index = from.find("vf")) {
    TRY(const std::uint64_t number, index->number(std::numeric_limits<std::uint16_t>::max()));
    vf = vf_at(number);
  }
  return {};
}

Result<Milliseconds> read_limit(const JsonAt& from) {
  // A day: far above any limit of ours, and far below what overflows a clock.
  constexpr std::uint64_t kMost = 86'400'000;
  TRY(const JsonAt at, from.at("limit_ms"));
  TRY(const std::uint64_t number, at.number(kMost));
  return Milliseconds(number);
}

Result<Text> read_bytes(const JsonAt& from) {
  Text text;
  TRY(text.text, from.text_at("text"));
  if (const auto name_of = from.find("name_of")) {
    TRY(text.name_of, read_place(*name_of));
  }
  if (const auto id_of = from.find("id_of")) {
    TRY(text.id_of, read_place(*id_of));
    TRY(text.id_name, from.text_at("id_name"));
  }
  return text;
}

Result<std::vector<Effect>> read_effects(const JsonAt& from) {
  std::vector<Effect> effects;
  TRY(const std::vector<JsonAt> items, from.items());
  for (const JsonAt& item : items) {
    Effect effect;
    TRY(const JsonAt at, item.at("at"));
    TRY(effect.at, read_place(at));
    TRY(const JsonAt expect, item.at("expect"));
    TRY(effect.expect, read_value(expect));
    if (const auto before = item.find("before")) {
      TRY(effect.before, read_value(*before));
    }
    effects.push_back(std::move(effect));
  }
  return effects;
}

Result<Step> read_change(const JsonAt& from) {
  Change change;
  TRY(change.what, from.text_at("change"));
  TRY_VOID(read_function(from, change.gpu, change.vf));
  TRY(change.reason, from.text_at("reason"));
  TRY(change.source, from.text_at("source"));
  TRY(const JsonAt before, from.at("from"));
  TRY(change.from, read_setting(before));
  TRY(const JsonAt after, from.at("to_value"));
  TRY(change.to_value, read_setting(after));
  TRY(const JsonAt to, from.at("to"));
  TRY(change.to, read_place(to));
  TRY(const JsonAt bytes, from.at("bytes"));
  TRY(change.bytes, read_bytes(bytes));
  TRY(const JsonAt effects, from.at("effects"));
  TRY(change.effects, read_effects(effects));
  TRY(const JsonAt wipes, from.at("wipes"));
  TRY(change.wipes, read_places(wipes));
  TRY(const JsonAt disturbs, from.at("disturbs"));
  TRY(change.disturbs, read_places(disturbs));
  TRY(const JsonAt can_hang, from.at("can_hang"));
  TRY(const bool hangs, can_hang.boolean());
  change.blocking = hangs ? Blocking::can_hang : Blocking::never;
  TRY(change.limit, read_limit(from));
  if (const auto danger = from.find("danger")) {
    TRY(const std::size_t word, danger->word(kDangerWords));
    change.danger = static_cast<Danger>(word);
  }
  if (const auto tries = from.find("tries")) {
    constexpr std::uint64_t kMostTries = 100;
    TRY(const std::uint64_t number, tries->number(kMostTries));
    change.tries = static_cast<std::uint32_t>(number);
  }
  return Step{std::move(change)};
}

Result<Step> read_step(const JsonAt& from) {
  if (from.find("change")) {
    return read_change(from);
  }
  Await await;
  TRY(await.what, from.text_at("await"));
  TRY_VOID(read_function(from, await.gpu, await.vf));
  TRY(const JsonAt at, from.at("at"));
  TRY(await.at, read_place(at));
  TRY(const JsonAt expect, from.at("expect"));
  TRY(await.expect, read_value(expect));
  TRY(await.limit, read_limit(from));
  return Step{std::move(await)};
}

template <class T>
Result<void> read_number(const JsonAt& from, std::string_view key, T& into) {
  TRY(const JsonAt at, from.at(key));
  TRY(const std::uint64_t number,
      at.number(static_cast<std::uint64_t>(std::numeric_limits<T>::max())));
  into = static_cast<T>(number);
  return {};
}

template <class T>
Result<void> read_number(const JsonAt& from, std::string_view key, std::optional<T>& into) {
  TRY(const JsonAt at, from.at(key));
  if (!at.json().is_null()) {
    T number{};
    TRY_VOID(read_number(from, key, number));
    into = number;
  }
  return {};
}

Result<Gpu> read_gpu(const JsonAt& from) {
  Gpu gpu;
  TRY(const JsonAt address, from.at("address"));
  TRY(gpu.address, read_address(address));
  TRY_VOID(read_number(from, "vendor_id", gpu.vendor_id));
  TRY_VOID(read_number(from, "device_id", gpu.device_id));
  TRY_VOID(read_number(from, "subsystem_vendor_id", gpu.subsystem_vendor_id));
  TRY_VOID(read_number(from, "subsystem_device_id", gpu.subsystem_device_id));
  TRY_VOID(read_number(from, "class_code", gpu.class_code));
  TRY_VOID(read_number(from, "numa_node", gpu.numa_node));
  TRY_VOID(read_number(from, "iommu_group", gpu.iommu_group));
  TRY_VOID(read_number(from, "total_vfs", gpu.total_vfs));
  TRY(const JsonAt driver, from.at("driver"));
  if (!driver.json().is_null()) {
    TRY(gpu.driver, driver.text());
  }
  TRY(const JsonAt physfn, from.at("physfn"));
  if (!physfn.json().is_null()) {
    TRY(gpu.physfn, read_address(physfn));
  }
  TRY(gpu.vendor, from.text_at("vendor"));
  TRY(gpu.model, from.text_at("model"));
  return gpu;
}

Result<UnitPlan> read_unit(const JsonAt& from) {
  UnitPlan plan;
  TRY(const JsonAt gpus, from.at("gpus"));
  TRY(const std::vector<JsonAt> cards, gpus.items());
  for (const JsonAt& card : cards) {
    TRY(Gpu gpu, read_gpu(card));
    plan.unit.gpus.push_back(std::move(gpu));
  }
  if (plan.unit.gpus.empty()) {
    return gpus.wrong("a unit has at least one GPU");
  }
  TRY(plan.unit.why_together, from.text_at("why_together"));
  TRY(plan.backend, from.text_at("backend"));
  TRY(const JsonAt before, from.at("before"));
  TRY(plan.before, read_state(before));
  TRY(const JsonAt target, from.at("target"));
  TRY(plan.target, read_state(target));
  TRY(const JsonAt steps, from.at("steps"));
  TRY(const std::vector<JsonAt> all_steps, steps.items());
  for (const JsonAt& one : all_steps) {
    TRY(Step step, read_step(one));
    plan.steps.push_back(std::move(step));
  }
  TRY(const JsonAt lost, from.at("lost"));
  TRY(const std::vector<JsonAt> losses, lost.items());
  for (const JsonAt& one : losses) {
    TRY(const JsonAt at, one.at("at"));
    TRY(Place place, read_place(at));
    TRY(std::string why, one.text_at("why"));
    plan.lost.push_back({.at = std::move(place), .why = std::move(why)});
  }
  TRY(const JsonAt adopted, from.at("adopted"));
  TRY(plan.adopted, adopted.boolean());
  return plan;
}

}  // namespace

Result<UnitPlan> read_exact_unit(const JsonAt& from) {
  return read_unit(from);
}

Result<State> state_from_json(std::string_view text) {
  TRY(const Json json, parse_json(text, "state"));
  return read_state(JsonAt(json, "state"));
}

Result<UnitPlan> unit_plan_from_json(std::string_view text) {
  TRY(const Json json, parse_json(text, "unit"));
  return read_unit(JsonAt(json, "unit"));
}

}  // namespace vfmgr
