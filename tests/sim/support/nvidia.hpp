// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "sim/support/host.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test {

/// What a test changes of a GPU: facts of the first PF.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// A host with one GPU of NVIDIA's on NVIDIA's vGPU host driver.
class NvidiaHost {
 public:
  explicit NvidiaHost(const std::string& model, const Facts& facts = {});

  [[nodiscard]] const Host& host() const { return host_; }
  [[nodiscard]] Kernel& kernel() { return *kernel_; }

  /// Takes the GPU to the stub, as far as unbindLock, bind and unbind go.
  void to_stub();
  /// Back to its driver; nothing has appeared yet.
  void to_nvidia();
  /// The whole way for this many VFs, and waits for what comes with them.
  void enable(std::uint32_t vfs);
  void wait(Milliseconds time);

  int write(const Place& place, std::string_view bytes);
  [[nodiscard]] std::string read(const Place& place) const;
  /// A file of VF `index`'s nvidia/ directory.
  [[nodiscard]] Place vf(std::uint32_t index, const std::string& leaf) const;
  /// Sets a VF's type.
  int type(std::uint32_t index, std::uint32_t id);
  /// The ids in the list of what VF `index` can be made, separated by spaces.
  [[nodiscard]] std::string creatable(std::uint32_t index) const;

 private:
  Host host_;
  std::unique_ptr<Kernel> kernel_;
};

/// nvml:PF/LEAF of the first GPU.
Place nvml(const std::string& leaf);
/// The first GPU's unbindLock.
Place unbind_lock();
Place sriov_manage();
/// The text of a host with this model's GPU and these facts of it.
std::string text_with(const std::string& model, const Facts& facts);

}  // namespace vfmgr::test
