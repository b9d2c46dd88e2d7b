// SPDX-License-Identifier: Apache-2.0
#include "vms/definitions.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "vms/attrs.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::vms {

namespace {

/// The files of a folder that end so, with their text.
std::vector<std::pair<std::string, std::string>> files_in(const Kernel& kernel,
                                                          const Attr& folder,
                                                          const Attr& file,
                                                          std::string_view ending) {
  std::vector<std::pair<std::string, std::string>> files;
  const auto names = kernel.list(place_of(folder, {}));
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    const auto text = name.ends_with(ending)
                          ? kernel.read(place_of(file, {.gpu = {}, .vf = {}, .name = name}))
                          : Result<std::string>();
    if (text && !text->empty()) {
      files.emplace_back(name, *text);
    }
  }
  return files;
}

void add(Definition definition, std::string_view folder, const std::string& name, auto& all) {
  if (definition.functions.empty()) {
    return;
  }
  definition.file = "/etc/" + std::string(folder) + "/" + name;
  if (definition.vm.empty()) {
    definition.vm = name.substr(0, name.rfind('.'));
  }
  all.push_back(std::move(definition));
}

}  // namespace

bool Named::names(const PciAddress& function) const {
  PciAddress one = function;
  if (whole_slot) {
    one.function = address.function;
  }
  return one == address;
}

std::vector<Definition> stored_definitions(const Kernel& kernel) {
  std::vector<Definition> all;
  for (const auto& [name, text] : files_in(kernel, kLibvirtFolder, kLibvirtDomain, ".xml")) {
    if (auto definition = read_libvirt(text)) {
      add(std::move(*definition), kLibvirtFolder.pattern, name, all);
    }
  }
  const auto vms = files_in(kernel, kProxmoxFolder, kProxmoxVm, ".conf");
  if (vms.empty()) {
    return all;
  }
  const Mappings mappings =
      read_mappings(kernel.read(place_of(kProxmoxMappings, {})).value_or(std::string()));
  for (const auto& [name, text] : vms) {
    add(read_proxmox(text, mappings), kProxmoxFolder.pattern, name, all);
  }
  return all;
}

}  // namespace vfmgr::vms
