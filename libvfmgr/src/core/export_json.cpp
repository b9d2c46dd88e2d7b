// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/export_layout.hpp"
#include "core/export_toml.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

/// A value as a profile takes it: what has a unit is text with it.
struct AsProfileTakesIt {
  Type type;

  Json operator()(std::monostate /*unknown*/) const { return nullptr; }
  Json operator()(bool flag) const { return flag; }
  Json operator()(std::uint64_t number) const {
    if (type == Type::bytes) {
      return spell(Bytes{number});
    }
    return type == Type::duration ? Json(spell(Microseconds(number))) : Json(number);
  }
  Json operator()(const std::string& text) const { return text; }
  Json operator()(const std::vector<std::string>& list) const { return list; }
  Json operator()(const DriverDefault& /*default*/) const { return "default"; }
};

void put_table(const ExportedTable& table, Json& into) {
  for (const auto& [key, value] : table) {
    const AttributeRow& row = row_of(key);
    into[std::string(row.name)] = std::visit(AsProfileTakesIt{.type = row.type}, value);
  }
}

Json gpu_json(const ExportedGpu& one) {
  Json match{{"address", to_string(one.gpu.address)}};
  if (!one.gpu.is_gpu_class()) {
    match["class"] = "any";
  }
  Json gpu{{"match", std::move(match)}};
  if (!one.to_come) {
    gpu["vfs"] = one.vfs.size();
  }
  const ExportLayout layout = lay_out(one);
  put_table(layout.common, gpu);
  if (!layout.pf.empty()) {
    put_table(layout.pf, gpu["pf"]);
  }
  for (const VfGroup& group : layout.groups) {
    Json vf{{"index", Json::array()}};
    for (const IndexRange& range : group.vfs) {
      vf["index"].push_back(range.first == range.last
                                ? Json(range.first)
                                : Json(fmt::format("{}-{}", range.first, range.last)));
    }
    put_table(group.values, vf);
    gpu["vf"].push_back(std::move(vf));
  }
  return gpu;
}

}  // namespace

std::string export_json(const std::vector<ExportedGpu>& gpus) {
  Json profile{{"schema", 1}, {"gpu", Json::array()}};
  for (const ExportedGpu& gpu : gpus) {
    if (gpu.not_exported.empty()) {
      profile["gpu"].push_back(gpu_json(gpu));
    }
  }
  return profile.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace vfmgr
