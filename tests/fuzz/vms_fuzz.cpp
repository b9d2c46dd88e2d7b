// SPDX-License-Identifier: Apache-2.0
// What processes and VMs' definitions say of themselves is anybody's text.
#include "core/holder.hpp"
#include "support/law.hpp"
#include "vms/definitions.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {
using vfmgr::fuzz::law;
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  if (const auto vm = vfmgr::vm_of(text)) {
    law(!vm->empty() && vm->size() <= text.size(), "a VM's name is part of its arguments");
  }
  if (const auto container = vfmgr::container_of(text)) {
    law(!container->empty(), "a container has a name");
  }
  const auto domain = vfmgr::vms::read_libvirt(text);
  law(domain || !domain.error().why.empty(), "a domain that can't be read says why");
  const auto mappings = vfmgr::vms::read_mappings(text);
  const auto vm = vfmgr::vms::read_proxmox(text, mappings);
  for (const auto& named : vm.functions) {
    law(named.names(named.address), "a definition names what it names");
  }
  return 0;
}
