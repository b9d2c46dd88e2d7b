// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What `vgpuctl sim …` does, and what tests do to a host file beside the door.
namespace vfmgr::sim {

/// A GPU model and how many of it.
struct ModelCount {
  std::string model;
  std::uint32_t count = 1;
  std::optional<std::uint32_t> total_vfs;  ///< fewer VFs than the model's: a host that is small
};

/// Makes a host of these GPUs, one behind a bridge each, from 0000:03:00.0 on, with vfio-pci
/// loaded. Errors: invalid (unknown model, with the nearest name; too many GPUs), io (EEXIST: a
/// file is never overwritten).
Result<void> create_host(const std::filesystem::path& file, std::span<const ModelCount> gpus);
/// What came of making a host from a dump.
struct MadeFromDump {
  std::size_t functions = 0, pfs = 0;
  bool gpus = false;               ///< one of the PFs is a display controller or an accelerator
  std::vector<std::string> notes;  ///< what is otherwise than on the real host, in words
};
/// Makes a host from the text of somebody's `lspci -xxxx`; `dump` is its name in faults. Errors:
/// syntax (all faults of the text), and those of create_host.
Result<MadeFromDump> create_host_from_lspci(const std::filesystem::path& file,
                                            const std::string& dump,
                                            std::string text);
/// The text of such a host's file, for tests that change it before they write it.
Result<std::string> host_text(std::span<const ModelCount> gpus);

/// What is known of a model.
struct ModelInfo {
  std::string name;                      ///< "intel-b60"
  std::string vendor;                    ///< "Intel"
  std::string model;                     ///< "Arc Pro B60"
  std::string driver;                    ///< its PF's
  std::uint32_t total_vfs;               ///< of the hardware
  std::uint32_t sourced;                 ///< how many of its numbers rest on a source …
  std::uint32_t assumed;                 ///< … and how many are assumptions
  std::vector<std::string> assumptions;  ///< "vf_bars: why"
};
/// All models, by name. Errors: syntax (never of the shipped ones: a test reads them all).
Result<std::vector<ModelInfo>> list_models();

/// Stops the process that does the write, so that somebody can kill it right there.
enum class Stop { none, before, after };

/// What goes wrong at a write.
struct Fault {
  Place place;
  std::uint32_t turn = 1;  ///< the n-th write to this place from now on
  int os_error = 0;        ///< 0: none, only `stop`
  bool half = false;       ///< half of what the write asks for happens all the same
  Stop stop = Stop::none;
};
/// Errors: invalid (turn 0; neither errno nor stop; half without errno), and those of opening.
Result<void> arm_fault(const std::filesystem::path& file, const Fault& fault, Drivers also = {});
/// Takes all armed faults away.
Result<void> disarm_faults(const std::filesystem::path& file, Drivers also = {});

/// Lets a simulated VM hold a VF through vfio, or a program on the host a PF through its driver's
/// own node (then `vm` is not asked). `vf` is an address or GPU/N (N as in virtfnN). Errors:
/// no_match, unsupported (neither way), in_use.
Result<void> hold_vf(const std::filesystem::path& file,
                     std::string_view vf,
                     int pid,
                     const std::string& vm,
                     Drivers also = {});
/// The VM lets go, and what waited for that goes on. Errors: no_match.
Result<void> release_vf(const std::filesystem::path& file, std::string_view vf, Drivers also = {});
/// A function disappears, `after` from now in simulated time. Errors: no_match.
Result<void> vanish(const std::filesystem::path& file,
                    const PciAddress& function,
                    Milliseconds after,
                    Drivers also = {});
/// Changes a file behind the drivers' backs, as a foreign hand would that finds it writable; makes
/// it when it does not exist.
Result<void> poke(const std::filesystem::path& file,
                  const Place& place,
                  std::string_view bytes,
                  Drivers also = {});

/// Every place with its bytes or errno, links, modules, sorted: two hosts are equal when these are.
Result<std::string> dump(const std::filesystem::path& file, Drivers also = {});
/// Writes the log into the base. Nobody notices but for the size.
Result<void> fold(const std::filesystem::path& file, Drivers also = {});

/// A write that reached the simulated kernel since the last fold.
struct Logged {
  Place place;
  std::string bytes;
  int os_error = 0;  ///< EINPROGRESS: still in flight when it was given up
};
Result<std::vector<Logged>> written(const std::filesystem::path& file, Drivers also = {});

/// "EBUSY" or "16" to its number. Errors: invalid.
Result<int> parse_errno(std::string_view text);

}  // namespace vfmgr::sim
