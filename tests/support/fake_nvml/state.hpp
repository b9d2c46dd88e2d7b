// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nvml.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

/// The GPUs that the fake library has. They live in the text file that FAKE_NVML_STATE names, which
/// is read before and written after each call, so that a test sets them up and looks at them there.
/// Its lines are words between single spaces:
///
///     opened N          how often NVML was initialised
///     closed N          how often it was shut down
///     most N            as how many at once at most
///     fail FUNCTION N   that function answers N
///     hang FUNCTION F   that function does not go on before somebody opens the FIFO F to write
///     activation N      a MIG mode that is set stays pending, with this status
///
///     gpu BUSID         the lines below are about this one
///     mig on|off on|off current and pending mode; without this line the GPU has no MIG
///     mixed 0|1         heterogeneous mode; without this line it is not offered
///     vgpus N           how many vGPUs it has
///     type ID NAME      a vGPU type
///     profile NUMBER ID MAX SLICES SIZE START,START,… NAME
///     instance ID PROFILE START COMPUTE-ID:COMPUTE-PROFILE …
namespace fake_nvml {

struct Profile {
  unsigned number = 0, id = 0, most = 0, slices = 0, size = 0;
  std::vector<unsigned> starts;
  std::string name;
};

struct Instance {
  unsigned id = 0, profile = 0, start = 0;
  std::map<unsigned, unsigned> compute;  ///< profile by id
};

struct Gpu {
  std::string bus_id;
  bool has_mig = false, mig = false, pending = false;
  bool has_mixed = false, mixed = false;
  unsigned vgpus = 0;
  std::map<unsigned, std::string> types;
  std::vector<Profile> profiles;
  std::vector<Instance> instances;

  [[nodiscard]] const Profile* profile(unsigned id) const;
};

struct State {
  unsigned opened = 0, closed = 0, most = 0;
  std::map<std::string, nvmlReturn_t> failing;
  std::map<std::string, std::string> hanging;
  nvmlReturn_t activation = NVML_SUCCESS;
  std::vector<Gpu> gpus;
};

/// Does one call of the library on the state: waits where it hangs, answers what it fails with,
/// UNINITIALIZED before nvmlInit and after nvmlShutdown, else what `act` does.
nvmlReturn_t answer(const char* function, const std::function<nvmlReturn_t(State&)>& act);
/// The same for nvmlInit itself.
nvmlReturn_t answer_always(const char* function, const std::function<nvmlReturn_t(State&)>& act);
/// The same for a GPU's handle.
nvmlReturn_t answer_for(const char* function,
                        nvmlDevice_t device,
                        const std::function<nvmlReturn_t(State&, Gpu&)>& act);

nvmlDevice_t handle_of(const State& state, const Gpu& gpu);

}  // namespace fake_nvml
