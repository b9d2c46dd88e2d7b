// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "amdsmi.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

/// The GPUs that the fake library has. They live in the text file that FAKE_AMDSMI_STATE names,
/// which is read before and written after each call, so that a test sets them up and looks at them
/// there. Its lines are words between single spaces:
///
///     opened N          how often the library was initialised
///     closed N          how often it was shut down
///     most N            as how many at once at most
///     fail FUNCTION N   that function answers N
///     hang FUNCTION F   that function does not go on before somebody opens the FIFO F to write
///     unloaded          there is no driver
///     nameless          a GPU that is not known is SUCCESS and no handle
///
///     gpu DOMAIN BUS DEVICE FUNCTION ENABLED SUPPORTED RUNNING   in hex the first four; how many
///     VFs run
namespace fake_amdsmi {

struct Gpu {
  std::uint64_t domain = 0, bus = 0, device = 0, function = 0;
  std::uint32_t enabled = 0, supported = 0, running = 0;
};

struct State {
  unsigned opened = 0, closed = 0, most = 0;
  std::map<std::string, std::uint32_t> failing;
  std::map<std::string, std::string> hanging;
  bool unloaded = false, nameless = false;
  std::vector<Gpu> gpus;
};

/// Does one call of the library on the state: waits where it hangs, answers what it fails with,
/// else what `act` does.
amdsmi_status_t answer(const char* function, const std::function<amdsmi_status_t(State&)>& act);
/// The same for what needs the library initialised: NOT_INIT otherwise.
amdsmi_status_t answer_begun(const char* function,
                             const std::function<amdsmi_status_t(State&)>& act);

}  // namespace fake_amdsmi
