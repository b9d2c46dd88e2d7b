// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "vms/definitions.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::vms {

namespace {

/// "0000:41:00.4", "41:00.4", "0000:41:00" for the whole slot; several with ";" between them.
void add_functions(std::string_view paths, std::vector<Named>& functions) {
  for (const std::string_view path : split(paths, ';')) {
    const std::string text(trimmed(path));
    const bool whole = text.find('.') == std::string::npos;
    if (const auto address = parse_address(whole ? text + ".0" : text)) {
      functions.push_back({.address = *address, .whole_slot = whole});
    }
  }
}

/// The value of one key in "a=1,b=2"; empty: none.
std::string_view option(std::string_view options, std::string_view key) {
  for (const std::string_view one : split(options, ',')) {
    const std::size_t equals = one.find('=');
    if (equals != std::string_view::npos && trimmed(one.substr(0, equals)) == key) {
      return trimmed(one.substr(equals + 1));
    }
  }
  return {};
}

/// Of "41:00.4,pcie=1" or "mapping=gpu-vf,pcie=1" or "host=41:00.4".
void add_device(std::string_view value, const Mappings& mappings, std::vector<Named>& functions) {
  const auto mapped = mappings.find(option(value, "mapping"));
  if (mapped != mappings.end()) {
    functions.insert(functions.end(), mapped->second.begin(), mapped->second.end());
    return;
  }
  const std::string_view host = option(value, "host");
  add_functions(host.empty() ? value.substr(0, value.find(',')) : host, functions);
}

}  // namespace

Mappings read_mappings(std::string_view text) {
  Mappings mappings;
  std::vector<Named>* current = nullptr;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view words = trimmed(line);
    if (words.empty() || words.starts_with('#')) {
      continue;
    }
    if (!line.starts_with('\t') && !line.starts_with(' ')) {
      current = &mappings[std::string(words)];  // a section's head: its name alone
    } else if (current != nullptr && words.starts_with("map ")) {
      add_functions(option(words.substr(std::string_view("map ").size()), "path"), *current);
    }
  }
  return mappings;
}

Definition read_proxmox(std::string_view text, const Mappings& mappings) {
  Definition definition;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with('[')) {
      break;  // snapshots come after the VM as it is
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.starts_with('#')) {
      continue;
    }
    const std::string_view key = trimmed(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (key == "name") {
      definition.vm = value;
    } else if (key.starts_with("hostpci")) {
      add_device(value, mappings, definition.functions);
    }
  }
  return definition;
}

}  // namespace vfmgr::vms
