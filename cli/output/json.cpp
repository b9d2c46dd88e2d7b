// SPDX-License-Identifier: Apache-2.0
#include "output/json.hpp"

#include "vfmgr/profile.hpp"

#include "sim/tools.hpp"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace vgpuctl {

namespace {

using Json = nlohmann::ordered_json;

Json document() {
  return {{"format_version", "1.0"}, {"simulated", true}};
}

std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string models_to_json(std::span<const vfmgr::sim::ModelInfo> models) {
  Json json = document();
  json["models"] = Json::array();
  for (const vfmgr::sim::ModelInfo& model : models) {
    json["models"].push_back({{"name", model.name},
                              {"vendor", model.vendor},
                              {"model", model.model},
                              {"driver", model.driver},
                              {"total_vfs", model.total_vfs},
                              {"sourced", model.sourced},
                              {"assumed", model.assumed},
                              {"assumptions", model.assumptions}});
  }
  return text_of(json);
}

std::string dump_to_json(std::string_view dump) {
  Json json = document();
  json["dump"] = std::string(dump);
  return text_of(json);
}

std::string done_to_json(std::string_view file, std::string_view done) {
  Json json = document();
  json["host"] = std::string(file);
  json["done"] = std::string(done);
  return text_of(json);
}

std::string valid_to_json(std::span<const vfmgr::ProfileText> files,
                          std::size_t tables,
                          bool simulated) {
  Json json = document();
  json["simulated"] = simulated;
  json["valid"] = true;
  json["files"] = Json::array();
  for (const vfmgr::ProfileText& file : files) {
    json["files"].push_back(file.file);
  }
  json["gpu_tables"] = tables;
  return text_of(json);
}

}  // namespace vgpuctl
