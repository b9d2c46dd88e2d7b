// SPDX-License-Identifier: Apache-2.0
#include "engine/tables.hpp"

#include "backends/backend.hpp"
#include "pci/attrs.hpp"
#include "vms/attrs.hpp"

#include <span>

namespace vfmgr {

AttrTables attr_tables(std::span<const Backend* const> backends) {
  AttrTables tables{pci::kAttrs, vms::kAttrs};
  for (const Backend* const backend : backends) {
    tables.push_back(backend->attrs());
  }
  for (const Vendor& vendor : shipped_vendors()) {
    tables.push_back(vendor.attrs);
  }
  return tables;
}

}  // namespace vfmgr
