// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/given_writes.hpp"
#include "contract/support/host_lines.hpp"
#include "contract/support/toy_drivers.hpp"
#include "core/try.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

class SimStage final : public Stage {
 public:
  Result<void> open(const std::string& text) {
    std::ofstream(file_, std::ios::binary) << text;
    TRY(kernel_, sim::open_host_file(file_, named_places(), toy_drivers()));
    return {};
  }
  [[nodiscard]] Kernel& kernel() override { return *kernel_; }
  [[nodiscard]] PciAddress pf(std::uint32_t number) const override {
    return {.domain = 0, .bus = static_cast<std::uint8_t>(2 + number)};
  }
  [[nodiscard]] Result<std::string> dump() const override {
    return sim::dump(file_, toy_drivers());
  }
  Result<void> take(const PciAddress& function) override {
    return sim::hold_vf(file_, to_string(function), 4711, "vm", toy_drivers());
  }
  Result<void> let_go(const PciAddress& function) override {
    return sim::release_vf(file_, to_string(function), toy_drivers());
  }
  Result<void> vanish(const PciAddress& function, Milliseconds after) override {
    return sim::vanish(file_, function, after, toy_drivers());
  }

 private:
  Folder folder_;
  std::filesystem::path file_ = folder_.path() + "/host.vfhost";
  std::unique_ptr<Kernel> kernel_;
};

class SimBench final : public Bench {
 public:
  [[nodiscard]] std::string name() const override { return "simulator"; }
  [[nodiscard]] std::vector<std::string> kernels() const override {
    return {kKernels.begin(), kKernels.end()};
  }
  [[nodiscard]] bool has(std::string_view what) const override {
    // What the simulator has no rule for; everything else is there.
    static constexpr std::array<std::string_view, 3> kLacks{"rescan", "reset", "enable-sriov"};
    return std::ranges::find(kLacks, what) == kLacks.end();
  }
  [[nodiscard]] Result<std::unique_ptr<Stage>> set(const Case& story,
                                                   const std::string& kernel) const override {
    TRY(const std::string text, host_lines_of(story, kernel));
    auto stage = std::make_unique<SimStage>();
    TRY_VOID(stage->open(text));
    TRY_VOID(write_givens(*stage, story));
    return std::unique_ptr<Stage>(std::move(stage));
  }
};

}  // namespace

std::unique_ptr<Bench> sim_bench() {
  return std::make_unique<SimBench>();
}

}  // namespace vfmgr::contract
