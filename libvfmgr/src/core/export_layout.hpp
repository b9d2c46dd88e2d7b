// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vfmgr {

/// A value as it stands, and whether the driver is known to choose it again unasked.
struct ExportedValue {
  Setting value;
  bool drivers_own = false;
  friend bool operator==(const ExportedValue&, const ExportedValue&) = default;
};

using ExportedValues = std::map<Key, ExportedValue>;

/// A GPU to be written into a profile.
struct ExportedGpu {
  Gpu gpu;
  std::vector<ExportedValues> vfs;  ///< by index; a missing key is left out
  ExportedValues pf;
  bool to_come = false;      ///< its VFs are not there: what each will have, and no count
  std::string not_exported;  ///< why it gets no table; empty: it gets one
};

/// Values of a table, in the order of the attributes.
using ExportedTable = std::map<Key, Setting>;

/// VFs one after the other, both ends meant.
struct IndexRange {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// A value that the driver chose: no profile needs to ask for it.
struct OwnValue {
  Key key = Key::vf_driver;
  Setting value;
  std::vector<IndexRange> vfs;  ///< that have it; empty: all
};

/// VFs that have something of their own, all the same.
struct VfGroup {
  std::vector<IndexRange> vfs;
  ExportedTable values;
};

/// What a GPU says, laid out in a profile's layers: what all VFs have in common stands beside
/// match, the rest in tables of some VFs. A key of which every value is the driver's own is apart;
/// where one is not, all are written, since drivers choose for all VFs of a GPU or for none.
struct ExportLayout {
  ExportedTable common, pf;
  std::vector<OwnValue> own;
  std::vector<VfGroup> groups;
};
ExportLayout lay_out(const ExportedGpu& gpu);

}  // namespace vfmgr
