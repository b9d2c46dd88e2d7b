// SPDX-License-Identifier: Apache-2.0
#include "sim/vectors.hpp"

#include "vfmgr/units.hpp"

#include "pci/config_space.hpp"
#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim {

namespace {

// include/uapi/linux/pci_regs.h; where the capability lies is nobody's but this file's choice.
constexpr std::size_t kConfigBytes = 256;
constexpr std::size_t kStatus = 0x06;           // PCI_STATUS …
constexpr char kHasList = 0x10;                 // … PCI_STATUS_CAP_LIST
constexpr std::size_t kFirstCapability = 0x34;  // PCI_CAPABILITY_LIST
constexpr std::size_t kAt = 0x40;               // PCI_STD_HEADER_SIZEOF: the first place there is
constexpr char kMsix = 0x11;                    // PCI_CAP_ID_MSIX
constexpr std::size_t kControl = kAt + 2;       // PCI_MSIX_FLAGS
constexpr std::size_t kPendingBits = kAt + 9;   // PCI_MSIX_PBA, its second byte

std::uint32_t vectors_now(const Machine& machine, const PciAddress& vf) {
  const std::string* config = machine.tree().text(Space::sys, machine.path_in(vf, "config"));
  return config == nullptr ? 0 : msix_vectors(*config).value_or(0);
}

/// What a driver with a pool does, as mlx5 (core/pci_irq.c:mlx5_set_msix_vec_count): EOVERFLOW
/// where there are not as many.
int give(Machine& machine, const PciAddress& pf, const PciAddress& vf, std::uint32_t wanted) {
  const auto pool = pool_of(machine, pf);
  std::uint32_t left = pool->total;
  for (const PciAddress& other : machine.vfs_of(pf)) {
    left -= other == vf ? 0 : std::min(left, vectors_now(machine, other));
  }
  const std::uint32_t vectors = wanted == 0 ? pool->each : wanted;
  if (vectors > std::min(left, kMostVectors)) {
    return EOVERFLOW;
  }
  machine.tree().put(Space::sys, machine.path_in(vf, "config"), vf_config(vectors));
  return 0;
}

}  // namespace

std::optional<VectorPool> pool_of(const Machine& machine, const PciAddress& pf) {
  const SimDriver* rules = machine.rules_of(pf);
  return rules == nullptr ? std::nullopt : rules->vectors(machine, pf);
}

std::string vf_config(std::uint32_t vectors) {
  std::string config(kConfigBytes, '\0');
  config.replace(0, 4, 4, '\xff');  // a VF's own ids read all ones (SR-IOV 1.1, 3.4.1.1)
  if (vectors > 0) {
    config[kStatus] = kHasList;
    config[kFirstCapability] = static_cast<char>(kAt);
    config[kAt] = kMsix;
    config[kControl] = static_cast<char>((vectors - 1) & 0xffU);
    config[kControl + 1] = static_cast<char>((vectors - 1) >> 8U);
    config[kPendingBits] = '\x08';  // behind the table, in the same BAR 0
  }
  return config;
}

int write_vectors(Machine& machine, const PciAddress& vf, std::string_view bytes) {
  const auto pf = machine.pf_of(vf);
  if (!pf || !pool_of(machine, *pf)) {
    return EOPNOTSUPP;
  }
  if (!machine.driver_of(vf).empty()) {
    return EBUSY;
  }
  return give(machine, *pf, vf, static_cast<std::uint32_t>(kernel_number(bytes, kMostInt).value));
}

void show_pool(Machine& machine, const PciAddress& pf) {
  const std::string path = machine.path_in(pf, "sriov_vf_total_msix");
  if (machine.tree().find(Space::sys, path) != nullptr) {
    const auto pool = pool_of(machine, pf);
    machine.tree().put(Space::sys, path, fmt::format("{}\n", pool ? pool->total : 0));
  }
}

}  // namespace vfmgr::sim
