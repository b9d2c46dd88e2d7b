// SPDX-License-Identifier: Apache-2.0
// The documents of what may stand in a profile: `init`.
#include "vfmgr/json.hpp"

#include "core/json_shown.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

std::string schema_document(bool simulated, const Json& members) {
  Json whole{{"format_version", kJsonFormat}, {"simulated", simulated}};
  whole.update(members);
  return whole.dump(2) + "\n";
}

}  // namespace

std::string init_to_json(std::string_view toml, bool simulated) {
  return schema_document(simulated, {{"profile", shown_text(toml)}});
}

}  // namespace vfmgr
