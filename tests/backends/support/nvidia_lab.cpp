// SPDX-License-Identifier: Apache-2.0
#include "backends/support/nvidia_lab.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "engine/run.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <memory>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test {

namespace {

const std::string gpu_name = "0000:03:00.0";

std::string before_log(std::string text, const std::string& lines) {
  return with(std::move(text), "\nlog\n", "\n" + lines + "log\n");
}

/// The text after this key up to the end of its line is another one.
std::string with_value(std::string text, const std::string& key, const std::string& value) {
  const std::size_t at = text.find(key);
  EXPECT_NE(at, std::string::npos) << key;
  const std::size_t from = at + key.size();
  return text.replace(from, text.find('\n', from) - from, value);
}

GpuFactTexts with_tool(GpuFactTexts facts) {
  facts.emplace_back("sriov_manage", "1");
  return facts;
}

std::string host_text(const std::string& model, const GpuFactTexts& facts) {
  const std::vector<sim::ModelCount> gpus{{.model = model}};
  const std::string function = "hidden:functions/" + gpu_name + "/";
  std::string text = sim::host_text(gpus).value();
  text = with_value(std::move(text), function + "total_vfs = ", "4");
  text = with_value(std::move(text), "/sriov_totalvfs = ", "4\\n");
  std::string lines;
  for (const auto& [name, value] : facts) {
    lines.append(function).append(name).append(" = ").append(value).append("\n");
  }
  return before_log(std::move(text), lines);
}

}  // namespace

NvidiaLabWithTool::NvidiaLabWithTool(GpuFactTexts facts)
    : NvidiaLab("nvidia-l40s-vgpu", with_tool(std::move(facts)), [](std::string text) {
        return before_log(std::move(text), "program:usr/lib/nvidia/sriov-manage [rw] = \n");
      }) {}

std::string without_nvml(const std::string& text) {
  return std::regex_replace(text, std::regex("nvml:[^\n]*\n"), "");
}

const std::string lock_file = "proc:driver/nvidia/gpus/" + gpu_name + "/unbindLock";

NvidiaLab::NvidiaLab(const std::string& model, const GpuFactTexts& facts, const Rewrite& rewrite)
    : Lab({model}) {
  const std::string text = host_text(model, facts);
  std::ofstream(file()) << (rewrite ? rewrite(text) : text);
}

std::string NvidiaLab::type(unsigned vf) const {
  return read(vgpu_file(vf, "current_vgpu_type"));
}

std::string NvidiaLab::pf_driver() const {
  return observe(*door(), pci::of(pci::kPfDriver, *parse_address(gpu_name))).text();
}

unsigned NvidiaLab::vfs() const {
  return static_cast<unsigned>(
      std::stoul(observe(*door(), pci::of(pci::kVfCount, *parse_address(gpu_name))).text()));
}

void NvidiaLab::take_from_driver() const {
  by_hand(lock_file, "1");
  by_hand("sys:bus/pci/drivers/nvidia/unbind", gpu_name);
}

void NvidiaLab::leave_on_stub(unsigned vfs) const {
  take_from_driver();
  by_hand("module:pci-pf-stub", "load");
  by_hand(gpu_file("driver_override"), "pci-pf-stub");
  by_hand("sys:bus/pci/drivers/pci-pf-stub/bind", gpu_name);
  by_hand(gpu_file("sriov_numvfs"), std::to_string(vfs));
}

Result<Report> apply_with(const Lab& lab,
                          const std::string& toml,
                          const Meddling::Before& before,
                          const Meddling::After& after) {
  const auto beneath = lab.door();
  Meddling kernel(*beneath, before, after);
  const Profile wish = profile(toml);
  return run_wish(kernel, shipped_backends(), {.profile = &wish.model()}, {});
}

std::string for_all(const std::string& keys) {
  return "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n" + keys;
}

std::string vgpu_file(unsigned vf, const std::string& leaf) {
  return gpu_file("virtfn" + std::to_string(vf) + "/nvidia/" + leaf);
}

std::string typed(unsigned vf, unsigned id) {
  return vgpu_file(vf, "current_vgpu_type") + " = " + std::to_string(id);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  for (; at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

UnitReport failed(const Lab& lab, const std::string& toml) {
  const auto report = lab.apply(toml);
  EXPECT_TRUE(report) << to_string(report.error());
  if (!report || !report->units.front().error) {
    ADD_FAILURE() << "it did not fail";
    return {.plan = {}, .error = Error{}};
  }
  return report->units.front();
}

}  // namespace vfmgr::test
