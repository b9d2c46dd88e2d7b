// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/json_exact.hpp"
#include "core/json_null.hpp"
#include "core/json_state.hpp"
#include "core/utf8.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

Json exact_text(std::string_view bytes) {
  if (is_utf8(bytes)) {
    return std::string(bytes);
  }
  std::string hex;
  for (const char byte : bytes) {
    hex += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
  }
  return Json{{"hex", std::move(hex)}};
}

namespace {

Json exact_place(const Place& place) {
  return exact_text(to_string(place));
}

Json exact_places(const std::vector<Place>& places) {
  Json list = Json::array();
  for (const Place& place : places) {
    list.push_back(exact_place(place));
  }
  return list;
}

/// A number stays a number, so that "infinite" is read back as what it was.
Json exact_setting(const Setting& setting) {
  return std::visit(
      [](const auto& value) -> Json {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, std::string>) {
          return exact_text(value);
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          Json list = Json::array();
          for (const std::string& one : value) {
            list.push_back(exact_text(one));
          }
          return list;
        } else if constexpr (std::is_same_v<T, DriverDefault>) {
          return Json{{"default", true}};
        } else {
          return value;
        }
      },
      setting);
}

/// What is as in a fresh Value is left out.
Json exact_value(const Value& value) {
  Json out = Json::object();
  if (const auto* const text = std::get_if<std::string>(&value.is)) {
    out["text"] = exact_text(*text);
  } else if (const auto* const unreadable = std::get_if<Unreadable>(&value.is)) {
    out["unreadable"] = unreadable->os_error;
  } else {
    out["absent"] = true;
  }
  if (value.origin != Origin::set) {
    out["origin"] = kOriginWords.at(static_cast<std::size_t>(value.origin));
  }
  if (value.match != Match::exact) {
    out["match"] = kMatchWords.at(static_cast<std::size_t>(value.match));
  }
  if (value.slack != 0) {
    out["slack"] = value.slack;
  }
  if (!value.source.empty()) {
    out["source"] = exact_text(value.source);
  }
  return out;
}

void put_function(Json& out,
                  const std::optional<PciAddress>& gpu,
                  const std::optional<VfIndex>& vf) {
  if (gpu) {
    out["gpu"] = to_string(*gpu);
  }
  if (vf) {
    out["vf"] = vf->index;
  }
}

Json exact_bytes(const Text& text) {
  Json out{{"text", exact_text(text.text)}};
  if (text.name_of) {
    out["name_of"] = exact_place(*text.name_of);
  }
  if (text.id_of) {
    out["id_of"] = exact_place(*text.id_of);
    out["id_name"] = exact_text(text.id_name);
  }
  return out;
}

Json exact_change(const Change& change) {
  Json out{{"change", exact_text(change.what)}};
  put_function(out, change.gpu, change.vf);
  out["reason"] = exact_text(change.reason);
  out["source"] = exact_text(change.source);
  out["from"] = exact_setting(change.from);
  out["to_value"] = exact_setting(change.to_value);
  out["to"] = exact_place(change.to);
  out["bytes"] = exact_bytes(change.bytes);
  Json effects = Json::array();
  for (const Effect& effect : change.effects) {
    Json one{{"at", exact_place(effect.at)}, {"expect", exact_value(effect.expect)}};
    if (effect.before) {
      one["before"] = exact_value(*effect.before);
    }
    effects.push_back(std::move(one));
  }
  out["effects"] = std::move(effects);
  out["wipes"] = exact_places(change.wipes);
  out["disturbs"] = exact_places(change.disturbs);
  out["can_hang"] = change.blocking == Blocking::can_hang;
  out["limit_ms"] = change.limit.count();
  if (change.danger != Danger::none) {
    out["danger"] = to_string(change.danger);
  }
  if (change.tries != 1) {
    out["tries"] = change.tries;
  }
  return out;
}

Json exact_await(const Await& await) {
  Json out{{"await", exact_text(await.what)}};
  put_function(out, await.gpu, await.vf);
  out["at"] = exact_place(await.at);
  out["expect"] = exact_value(await.expect);
  out["limit_ms"] = await.limit.count();
  return out;
}

Json exact_gpu(const Gpu& gpu) {
  return {{"address", to_string(gpu.address)},
          {"vendor_id", gpu.vendor_id},
          {"device_id", gpu.device_id},
          {"subsystem_vendor_id", gpu.subsystem_vendor_id},
          {"subsystem_device_id", gpu.subsystem_device_id},
          {"class_code", gpu.class_code},
          {"driver", gpu.driver ? exact_text(*gpu.driver) : Json()},
          {"numa_node", or_null(gpu.numa_node)},
          {"iommu_group", or_null(gpu.iommu_group)},
          {"total_vfs", or_null(gpu.total_vfs)},
          {"physfn", gpu.physfn ? Json(to_string(*gpu.physfn)) : Json()},
          {"vendor", exact_text(gpu.vendor)},
          {"model", exact_text(gpu.model)}};
}

}  // namespace

Json exact_state(const State& state) {
  Json list = Json::array();
  for (const auto& [place, value] : state) {
    Json one{{"at", exact_place(place)}};
    one.update(exact_value(value));
    list.push_back(std::move(one));
  }
  return list;
}

Json exact_unit(const UnitPlan& plan) {
  Json gpus = Json::array();
  for (const Gpu& gpu : plan.unit.gpus) {
    gpus.push_back(exact_gpu(gpu));
  }
  Json steps = Json::array();
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    steps.push_back(change != nullptr ? exact_change(*change) : exact_await(std::get<Await>(step)));
  }
  Json lost = Json::array();
  for (const Lost& one : plan.lost) {
    lost.push_back({{"at", exact_place(one.at)}, {"why", exact_text(one.why)}});
  }
  return {{"gpus", std::move(gpus)},
          {"why_together", exact_text(plan.unit.why_together)},
          {"backend", exact_text(plan.backend)},
          {"before", exact_state(plan.before)},
          {"target", exact_state(plan.target)},
          {"steps", std::move(steps)},
          {"lost", std::move(lost)},
          {"adopted", plan.adopted}};
}

std::string state_to_json(const State& state) {
  return exact_state(state).dump();
}

std::string unit_plan_to_json(const UnitPlan& plan) {
  return exact_unit(plan).dump();
}

}  // namespace vfmgr
