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

/// A host with GPUs of AMD's on GIM: at 0000:03:00.0, 0000:04:00.0 …
class GimHost {
 public:
  using Facts = std::vector<std::pair<std::string, std::string>>;
  /// Facts of the first GPU in place of the model's; the module is loaded anew with them.
  explicit GimHost(const std::vector<std::string>& models, const Facts& facts = {});

  [[nodiscard]] const Host& host() const { return host_; }
  [[nodiscard]] Kernel& kernel() { return *kernel_; }
  /// "0000:03:00.0" of the first.
  [[nodiscard]] static PciAddress gpu(std::uint32_t index);

  /// Takes the module away and loads it with these arguments: what loading came to.
  int reload(const std::string& arguments);
  int unload();
  int write(const Place& place, std::string_view bytes);
  [[nodiscard]] std::string read(const Place& place) const;
  /// /etc/gim_config
  [[nodiscard]] std::string file() const;
  void set_file(const std::string& text);
  /// A file of a GPU's directory.
  int store(std::uint32_t index, const std::string& leaf, std::string_view bytes);
  [[nodiscard]] std::string show(std::uint32_t index, const std::string& leaf) const;
  /// "NPS4" and "CPX", as the first lines of a GPU's files say.
  [[nodiscard]] std::string nps(std::uint32_t index) const;
  [[nodiscard]] std::string profile(std::uint32_t index) const;
  /// How many VFs each GPU has: "8 1".
  [[nodiscard]] std::string counts() const;
  /// A VM has a VF of the first GPU, which is on vfio-pci for that.
  void hold(std::uint32_t vf);
  void release(std::uint32_t vf);
  void wait(Milliseconds time);

 private:
  Host host_;
  std::unique_ptr<Kernel> kernel_;
  std::uint32_t gpus_;
};

/// debug:gim/0000:03:00.0/LEAF of the first GPU.
Place gim_debug(const std::string& leaf);

}  // namespace vfmgr::test
