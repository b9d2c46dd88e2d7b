// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "support/forwarding.hpp"
#include "support/lab.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test {

/// What a test says of its GPU: facts of a simulated PF (docs/host-file.md).
using GpuFactTexts = std::vector<std::pair<std::string, std::string>>;
/// Turns a host's text into another one.
using Rewrite = std::function<std::string(std::string)>;

/// A lab with one GPU of NVIDIA's on its vGPU host driver, with four VFs.
class NvidiaLab : public Lab {
 public:
  explicit NvidiaLab(const std::string& model = "nvidia-l40s-vgpu",
                     const GpuFactTexts& facts = {},
                     const Rewrite& rewrite = {});

  /// The vGPU type that a VF has, by the driver's own number; "errno N".
  [[nodiscard]] std::string type(unsigned vf) const;
  /// Whose the GPU is; "": nobody's.
  [[nodiscard]] std::string pf_driver() const;
  /// How many VFs there are.
  [[nodiscard]] unsigned vfs() const;
  /// Takes the GPU from its driver, locked as it should be.
  void take_from_driver() const;
  /// Takes it to the stub by driver_override, and makes VFs there.
  void leave_on_stub(unsigned vfs) const;
  /// Forgets what was written so far, so that writes() tells what comes.
  void forget_writes() { static_cast<void>(writes()); }
};

/// A GPU whose host has NVIDIA's own tool, sriov-manage.
struct NvidiaLabWithTool : NvidiaLab {
  explicit NvidiaLabWithTool(GpuFactTexts facts = {});
};

/// NVML has nothing to say of the GPU, from the beginning; with the fact "no_nvml".
std::string without_nvml(const std::string& text);

/// A door that lets a test act before each write, and after it.
class Meddling final : public Forwarding {
 public:
  using Before = std::function<void(const Place&, std::string_view)>;
  using After = std::function<Result<void>(const Place&, Result<void>)>;
  Meddling(Kernel& beneath, Before before, After after = {})
      : Forwarding(beneath), before_(std::move(before)), after_(std::move(after)) {}

  Result<void> write(const Place& place,
                     std::string_view bytes,
                     Blocking blocking,
                     Milliseconds limit) override {
    before_(place, bytes);
    Result<void> written = Forwarding::write(place, bytes, blocking, limit);
    return after_ ? after_(place, std::move(written)) : written;
  }

 private:
  Before before_;
  After after_;
};

/// apply() with somebody at the door.
Result<Report> apply_with(const Lab& lab,
                          const std::string& toml,
                          const Meddling::Before& before,
                          const Meddling::After& after = {});

/// A profile for every GPU; the first of these keys is on line 4.
std::string for_all(const std::string& keys);
/// "sys:…/virtfnN/nvidia/LEAF" of the first GPU, as Lab::writes() spells it.
std::string vgpu_file(unsigned vf, const std::string& leaf);
/// "sys:…/virtfnN/nvidia/current_vgpu_type = ID".
std::string typed(unsigned vf, unsigned id);
/// Its unbindLock.
extern const std::string lock_file;
/// One text replaced by another everywhere; it must be there.
std::string with(std::string text, const std::string& from, const std::string& to);
/// A run that fails, and how it did.
UnitReport failed(const Lab& lab, const std::string& toml);

}  // namespace vfmgr::test
