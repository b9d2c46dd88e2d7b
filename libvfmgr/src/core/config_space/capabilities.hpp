// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config_space/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vfmgr::config_space {

// What each capability holds, one in a file of its own. Registers, bits and ids are those of
// include/uapi/linux/pci_regs.h (Linux 7.2), by their names there; what is not in it names its
// source.

void read_header(Reader& reader);         ///< ids, class, and what the type of header has
void read_express(Reader& reader);        ///< PCI Express: PCI_CAP_ID_EXP
void read_msix(Reader& reader);           ///< PCI_CAP_ID_MSIX
void read_serial_number(Reader& reader);  ///< PCI_EXT_CAP_ID_DSN
void read_vsec(Reader& reader);           ///< vendor specific: PCI_EXT_CAP_ID_VNDR
void read_acs(Reader& reader);            ///< access control services: PCI_EXT_CAP_ID_ACS
void read_ari(Reader& reader);            ///< alternative routing ids: PCI_EXT_CAP_ID_ARI
void read_ats(Reader& reader);            ///< address translation services: PCI_EXT_CAP_ID_ATS
void read_sriov(Reader& reader);          ///< PCI_EXT_CAP_ID_SRIOV
void read_pri(Reader& reader);            ///< page request interface: PCI_EXT_CAP_ID_PRI
void read_resizable(Reader& reader);      ///< PCI_EXT_CAP_ID_REBAR and _VF_REBAR, which are alike
void read_pasid(Reader& reader);          ///< process address space ids: PCI_EXT_CAP_ID_PASID
void read_dvsec(Reader& reader);          ///< designated vendor specific: PCI_EXT_CAP_ID_DVSEC

/// Base address registers, `count` of them from `at` on: "bar0" or "vf_bar0".
void read_bars(Reader& reader, std::string_view prefix, std::size_t at, std::size_t count);

}  // namespace vfmgr::config_space
