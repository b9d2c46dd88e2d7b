// SPDX-License-Identifier: Apache-2.0
// The documents of what may stand in a profile: `init`, `schema`.
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/json_null.hpp"
#include "core/json_shown.hpp"
#include "core/words.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

std::string schema_document(bool simulated, const Json& members) {
  Json whole{{"format_version", kJsonFormat}, {"simulated", simulated}};
  whole.update(members);
  return whole.dump(2) + "\n";
}

Json unit_of(Type type) {
  switch (type) {
    case Type::bytes:
      return "bytes";
    case Type::duration:
      return "microseconds";
    default:
      return nullptr;
  }
}

/// When it may be written.
Json phases_of(const OfferView& offer) {
  if (!offer.before_vfs) {
    return nullptr;
  }
  return *offer.before_vfs ? Json::array({"before_vfs", "with_vfs"}) : Json::array({"with_vfs"});
}

Json shown_attribute(const OfferView& offer) {
  Json shown{{"attribute", offer.name}, {"scope", offer.pf ? "pf" : "vf"}};
  if (const AttributeRow* const row = find_attribute(offer.name)) {
    shown["type"] = type_word(row->type);
    shown["unit"] = unit_of(row->type);
    shown["words"] = split(row->words, ' ');
    shown["description"] = row->doc;
  }
  shown["phases"] = phases_of(offer);
  shown["least"] = or_null(offer.least);
  shown["most"] = or_null(offer.most);
  shown["read_from"] = shown_text(offer.read_from);
  return shown;
}

}  // namespace

std::string init_to_json(std::string_view toml, bool simulated) {
  return schema_document(simulated, {{"profile", shown_text(toml)}});
}

std::string attributes_to_json(const Inventory& inventory) {
  Json gpus = Json::array();
  for (const GpuView& view : inventory.gpus) {
    Json attributes = Json::array();
    for (const OfferView& offer : view.offers) {
      attributes.push_back(shown_attribute(offer));
    }
    gpus.push_back({{"gpu", to_string(view.gpu.address)}, {"attributes", std::move(attributes)}});
  }
  return schema_document(inventory.simulated, {{"gpus", std::move(gpus)}});
}

std::string resources_to_json(const std::vector<NamedResources>& resources, bool simulated) {
  Json list = Json::array();
  for (const NamedResources& one : resources) {
    Json files = Json::array();
    for (const std::string& file : one.files) {
      files.push_back(shown_text(file));
    }
    Json values = Json::object();
    for (const auto& [name, value] : one.values) {
      values[name] = shown_setting(value);
    }
    list.push_back({{"name", shown_text(one.name)},
                    {"files", std::move(files)},
                    {"values", std::move(values)}});
  }
  return schema_document(simulated, {{"resources", std::move(list)}});
}

}  // namespace vfmgr
