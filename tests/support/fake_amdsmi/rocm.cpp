// SPDX-License-Identifier: Apache-2.0
// ROCm's library, which has the name of the driver's and other functions (ROCm/amdsmi 0ceca28,
// include/amd_smi/amdsmi.h). It tells where it was called that it was: nothing of it is to be.
// NOLINTBEGIN(readability-identifier-naming)
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <ios>

namespace {

void note(const char* what) {
  const char* const path = std::getenv("FAKE_AMDSMI_STATE");  // NOLINT(concurrency-mt-unsafe)
  if (path != nullptr) {
    std::ofstream(path, std::ios::app) << what << " 1\n";
  }
}

/// How often it was opened, and closed.
class Loaded {
 public:
  Loaded() { note("rocm_loaded"); }
  ~Loaded() { note("rocm_unloaded"); }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;
  Loaded(Loaded&&) = delete;
  Loaded& operator=(Loaded&&) = delete;
};
const Loaded loaded;

}  // namespace

extern "C" std::uint32_t amdsmi_init(std::uint64_t init_flags);
extern "C" std::uint32_t amdsmi_get_gpu_compute_partition(void* processor_handle,
                                                          char* compute_partition,
                                                          std::uint32_t len);

std::uint32_t amdsmi_init(std::uint64_t /*init_flags*/) {
  note("rocm_called");
  return 0;
}

std::uint32_t amdsmi_get_gpu_compute_partition(void* /*processor_handle*/,
                                               char* /*compute_partition*/,
                                               std::uint32_t /*len*/) {
  note("rocm_called");
  return 0;
}
// NOLINTEND(readability-identifier-naming)
