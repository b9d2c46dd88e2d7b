// SPDX-License-Identifier: Apache-2.0
#include "sim/models.hpp"

#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "sim/model_numbers.hpp"
#include "sim/model_texts.hpp"
#include "sim/model_vgpu.hpp"
#include "sim/resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

// What a host file cannot be made without.
constexpr std::array<const char*, 5> kRequired{
    "vendor_id", "device_id", "subsystem_vendor", "subsystem_device", "class"};
// Beside these, where it has SR-IOV.
constexpr std::array<const char*, 6> kOfVfs{
    "total_vfs", "vf_offset", "vf_stride", "vf_device", "vf_class", "vf_subsystem_device"};

Result<void> require(const Model& model, std::span<const char* const> names) {
  for (const char* name : names) {
    if (!model.numbers.contains(name)) {
      return wrong_model(model.name, fmt::format("'{}' is missing", name));
    }
  }
  return {};
}

Result<void> read_numbers(Model& model, const toml::table& root) {
  const toml::table* numbers = root["numbers"].as_table();
  if (numbers == nullptr) {
    return wrong_model(model.name, "no table [numbers]");
  }
  for (const auto& [key, node] : *numbers) {
    const std::string name(key.str());
    TRY(model.numbers[name], read_number(model, name, node));
  }
  TRY_VOID(require(model, kRequired));
  return model.has_sriov() ? require(model, kOfVfs) : Result<void>{};
}

Result<void> read_bars(Model& model, const toml::table& root) {
  const toml::array* bars = root["vf_bar"].as_array();
  if (bars == nullptr) {
    return {};
  }
  for (const toml::node& node : *bars) {
    const toml::table* table = node.as_table();
    const auto bar = table == nullptr ? std::nullopt : (*table)["bar"].value<std::int64_t>();
    if (!bar || *bar < 0 || *bar > 5 || !table->contains("bytes") || !table->contains("flags")) {
      return wrong_model(model.name, "a [[vf_bar]] needs bar, bytes and flags");
    }
    VfBar entry{.bar = static_cast<std::uint32_t>(*bar)};
    TRY(entry.bytes,
        read_number(model, fmt::format("vf_bar {} bytes", *bar), *table->get("bytes")));
    TRY(entry.flags,
        read_number(model, fmt::format("vf_bar {} flags", *bar), *table->get("flags")));
    if (table->contains("sizes")) {
      TRY(entry.sizes,
          read_number(model, fmt::format("vf_bar {} sizes", *bar), *table->get("sizes")));
    }
    model.vf_bars.push_back(entry);
  }
  return {};
}

Result<void> read_drivers(Model& model, const toml::table& root) {
  const toml::array* drivers = root["drivers"].as_array();
  if (drivers == nullptr) {
    return {};
  }
  for (const toml::node& node : *drivers) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      return wrong_model(model.name, "[[drivers]] has no table");
    }
    ModelDriver driver{.name = (*table)["name"].value_or(std::string{}),
                       .module = (*table)["module"].value_or(std::string{}),
                       .rules = (*table)["rules"].value_or(std::string{}),
                       .ids = (*table)["ids"].value_or(std::string{}),
                       .loaded = (*table)["loaded"].value_or(false),
                       .options = (*table)["options"].value_or(std::string{})};
    if (driver.name.empty() || driver.module.empty() || driver.rules.empty()) {
      return wrong_model(model.name, "a driver needs name, module and rules");
    }
    model.drivers.push_back(std::move(driver));
  }
  return {};
}

}  // namespace

Result<Model> parse_model(std::string_view name, std::string_view toml) {
  Model model{.name = std::string(name)};
  try {
    const toml::table root = toml::parse(toml);
    model.vendor = root["vendor"].value_or(std::string{});
    model.model = root["model"].value_or(std::string{});
    model.driver = root["driver"].value_or(std::string{});
    model.by_override = root["by_override"].value_or(false);
    if (model.vendor.empty() || model.model.empty()) {
      return wrong_model(name, "vendor and model are missing");
    }
    TRY_VOID(read_numbers(model, root));
    TRY_VOID(read_bars(model, root));
    TRY_VOID(read_drivers(model, root));
    TRY_VOID(read_mig_profiles(model, root));
    TRY_VOID(read_vgpu_types(model, root));
  } catch (const toml::parse_error& error) {
    return fail({.kind = ErrorKind::syntax,
                 .subject = fmt::format("model {}", name),
                 .why = std::string(error.description())});
  }
  std::ranges::sort(model.assumptions);
  return model;
}

Result<std::vector<Model>> shipped_models() {
  std::vector<Model> models;
  for (const ModelText& text : model_texts()) {
    TRY(auto model, parse_model(text.name, text.toml));
    models.push_back(std::move(model));
  }
  std::ranges::sort(models, [](const Model& a, const Model& b) { return a.name < b.name; });
  return models;
}

}  // namespace vfmgr::sim
