// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/text_tree.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vfmgr {

/// A function as `lspci -xxxx` prints it.
struct DumpedFunction {
  PciAddress address;
  At at;               ///< of its address in the text
  std::string about;   ///< "Intel Corporation Device 56c0"; empty: it was not said
  std::string config;  ///< 64, 128 (CardBus), 256 or 4096 bytes
  std::optional<int> numa_node, iommu_group;
  std::optional<std::string> driver;  ///< "Kernel driver in use"
};

/// Reads the text of `lspci -xxxx`, with or without -v, -k, -n and -D, of any number of devices, in
/// the order of the text. Messages of lspci's own and lines that begin with # say nothing. All
/// faults at once, each with its spot. Errors: syntax.
Result<std::vector<DumpedFunction>> parse_lspci_dump(const SourceText& source);

}  // namespace vfmgr
