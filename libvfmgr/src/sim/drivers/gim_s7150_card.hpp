// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/drivers/gim_s7150_conf.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// The GPUs that the first GIM has, and what each VF was given of them (drv/gim_fb.c,
// gim_monitor.c).
namespace vfmgr::sim::s7150 {

/// What a VF has: MiB of frame buffer, and what getvf gave it.
struct Share {
  std::uint64_t base = 0, size = 0;
  bool set = false;         ///< by getvf
  bool chosen = false;      ///< with numbers of its own, at some time
  std::uint32_t quota = 0;  ///< ms
  std::uint32_t divider = 0;
};
struct Card {
  PciAddress pf;
  std::uint64_t fb_base = 0, fb_size = 0;  ///< for all VFs
  std::uint64_t each = 0;                  ///< what one has unasked
  std::uint64_t relvf_each = 0;            ///< what relvf gives back
  std::vector<Share> shares;
};

/// PFs that it takes: by their id, whatever driver they have.
std::vector<PciAddress> cards_of(const Machine& machine);
/// Whether its files are there.
bool is_up(const Machine& machine, const PciAddress& pf);
/// init_frame_buffer_partition, once the VFs are there.
void share_memory(Machine& machine, const PciAddress& pf, const Conf& conf);
Card card_of(const Machine& machine, const PciAddress& pf);
void keep_card(Machine& machine, const Card& card);
void forget_card(Machine& machine, const PciAddress& pf);

/// What the driver has written to GPUIOV's registers: MiB of the PF, and each VF's size and base.
/// Nothing while it is not at work.
struct Registers {
  std::uint64_t pf = 0;
  std::vector<Share> shares;
};
std::optional<Registers> registers_of(const Machine& machine, const PciAddress& pf);

/// Whether a guest runs on it.
bool is_running(const Machine& machine, const PciAddress& pf, std::uint32_t vf);

}  // namespace vfmgr::sim::s7150
