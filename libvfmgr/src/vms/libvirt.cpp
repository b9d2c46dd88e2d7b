// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "vms/definitions.hpp"

#include <fmt/format.h>

#include <optional>
#include <pugixml.hpp>
#include <string_view>

namespace vfmgr::vms {

namespace {

/// libvirt src/conf/device_conf.c:virPCIDeviceAddressParseXML: four numbers, hexadecimal with 0x;
/// a domain may be left out.
std::optional<PciAddress> address_in(const pugi::xml_node& node) {
  const auto part = [&](const char* name, std::string_view otherwise) {
    return prefixed(node.attribute(name).as_string(otherwise.data()), 10);
  };
  const auto domain = part("domain", "0");
  const auto bus = part("bus", "");
  const auto slot = part("slot", "");
  const auto function = part("function", "");
  if (!domain || !bus || !slot || !function) {
    return std::nullopt;
  }
  const auto address =
      parse_address(fmt::format("{:04x}:{:02x}:{:02x}.{:x}", *domain, *bus, *slot, *function));
  return address ? std::optional(*address) : std::nullopt;
}

}  // namespace

Result<Definition> read_libvirt(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) {
    return fail({.kind = ErrorKind::syntax,
                 .subject = "domain",
                 .why = fmt::format("{} at byte {}", parsed.description(), parsed.offset)});
  }
  const pugi::xml_node domain = document.child("domain");
  Definition definition{.vm = domain.child("name").text().as_string(), .file = {}, .functions = {}};
  for (const pugi::xml_node& device : domain.child("devices").children("hostdev")) {
    if (std::string_view(device.attribute("type").as_string()) != "pci") {
      continue;
    }
    if (const auto address = address_in(device.child("source").child("address"))) {
      definition.functions.push_back({.address = *address});
    }
  }
  return definition;
}

}  // namespace vfmgr::vms
