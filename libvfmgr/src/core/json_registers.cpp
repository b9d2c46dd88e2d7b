// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/units.hpp"

#include "core/json_null.hpp"
#include "core/json_shown.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

std::string_view look_word(Look look) {
  switch (look) {
    case Look::value:
      return "value";
    case Look::not_read:
      return "not_read";
    case Look::unknown:
      return "unknown";
  }
  return "";
}

/// A register has up to 64 bits, and many readers of JSON lose some of so large a number.
Json raw_number(std::uint64_t value) {
  return fmt::format("0x{:x}", value);
}

Json shown_fields(const std::vector<RegisterField>& fields) {
  Json list = Json::array();
  for (const RegisterField& field : fields) {
    const bool known = field.look == Look::value;
    list.push_back({{"name", field.name},
                    {"offset", field.offset},
                    {"bytes", field.bytes},
                    {"low_bit", field.low_bit},
                    {"bits", field.bits},
                    {"state", look_word(field.look)},
                    {"raw", known ? raw_number(field.raw) : Json()},
                    {"in_bytes", or_null(field.in_bytes)},
                    {"meaning", known ? shown_text(field.meaning) : Json()}});
  }
  return list;
}

Json shown_capability(const Capability& capability) {
  const bool vendor = !capability.vendor_layout.empty();
  return {{"extended", capability.extended},
          {"id", fmt::format("0x{:04x}", capability.id)},
          {"name", capability.name.empty() ? Json() : Json(capability.name)},
          {"offset", capability.offset},
          {"version", or_null(capability.version)},
          {"decoded", capability.decoded},
          {"fields", shown_fields(capability.fields)},
          {"vendor_layout", vendor ? shown_text(capability.vendor_layout) : Json()},
          {"vendor_fields", shown_fields(capability.vendor_fields)}};
}

Json shown_space(const ConfigSpace& space) {
  Json capabilities = Json::array();
  for (const Capability& capability : space.capabilities) {
    capabilities.push_back(shown_capability(capability));
  }
  return {{"bytes", space.bytes},
          {"header", shown_fields(space.header)},
          {"capabilities", std::move(capabilities)},
          {"findings", shown_findings(space.findings)}};
}

Json shown_register(const MappedRegister& one) {
  const bool known = one.look == Look::value;
  return {{"name", one.name},
          {"offset", one.offset},
          {"state", look_word(one.look)},
          {"raw", known ? raw_number(one.raw) : Json()},
          {"source", one.source},
          {"fields", shown_fields(one.fields)}};
}

Json shown_mapped(const MappedRegisters& mapped) {
  Json bars = Json::array();
  for (const MappedBar& bar : mapped.bars) {
    Json registers = Json::array();
    for (const MappedRegister& one : bar.registers) {
      registers.push_back(shown_register(one));
    }
    bars.push_back({{"bar", bar.bar}, {"registers", std::move(registers)}});
  }
  return {{"chosen", mapped.chosen.empty() ? Json() : shown_text(mapped.chosen)},
          {"bars", std::move(bars)},
          {"findings", shown_findings(mapped.findings)}};
}

Json shown_function(const Gpu& gpu) {
  return {{"address", to_string(gpu.address)},
          {"vendor_id", fmt::format("0x{:04x}", gpu.vendor_id)},
          {"device_id", fmt::format("0x{:04x}", gpu.device_id)},
          {"vendor", gpu.vendor.empty() ? Json() : shown_text(gpu.vendor)},
          {"model", gpu.model.empty() ? Json() : shown_text(gpu.model)},
          {"driver", gpu.driver ? shown_text(*gpu.driver) : Json()}};
}

}  // namespace

std::string registers_to_json(const Registers& registers) {
  const Json whole{{"format_version", kJsonFormat},
                   {"simulated", registers.simulated},
                   {"gpu", shown_function(registers.gpu)},
                   {"configuration", shown_space(registers.configuration)},
                   {"mapped", shown_mapped(registers.mapped)}};
  return whole.dump(2) + "\n";
}

}  // namespace vfmgr
