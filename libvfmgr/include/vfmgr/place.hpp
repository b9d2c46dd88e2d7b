// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <compare>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace vfmgr {

/// The namespaces of the door to the kernel.
enum class In { sys, proc, dev, debug, etc, config, mmio, module, nvml, amdsmi, program };

/// What is looked at when a place is observed.
enum class As {
  text,     ///< the bytes of a file, or of whatever the namespace has under that path
  link,     ///< the last component of a symbolic link's target: a driver's name, an address
  count,    ///< how many entries are named like the path and a decimal number behind it: VFs, by
            ///< their links
  vectors,  ///< the size of the MSI-X table, of a function's configuration space
  uuids,    ///< the names in a directory that are UUIDs, sorted, a space between: mediated devices
  row,      ///< the value in one line of a file: the path is the file's and the line's first word,
            ///< or "@2.3": the third word of the second line
  vsec,     ///< a register of 32 bits in a function's configuration space: the path is the file's,
            ///< the id of a vendor-specific capability (VSEC), a byte of that, and which of the
            ///< registers that follow each other from there: "config/2/0x2c/3"
};

/// One thing of the host that can be observed, and often written: a namespace and a path below its
/// root. A VF is always named through its PF (`…/PF/virtfnN`), never by a computed address.
struct Place {
  In in = In::sys;
  std::string path;  ///< relative, no leading slash
  As as = As::text;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// "sys:bus/pci/…/sriov_totalvfs", "sys@:…/driver" (link), "sys#:…/virtfn" (count), "sys%:…/config"
/// (vectors), "sys~:…/virtfn0" (uuids), "debug=:gim/…/asymmetric_fb/VF0" (row),
/// "sys+:…/config/2/0x2c/3" (vsec).
std::string to_string(const Place& place);
/// Reads what to_string writes. Errors: syntax.
Result<Place> parse_place(std::string_view text);
/// "sys", "module", …
std::string_view to_string(In in);

}  // namespace vfmgr
#pragma GCC visibility pop
