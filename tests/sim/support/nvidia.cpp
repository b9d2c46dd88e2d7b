// SPDX-License-Identifier: Apache-2.0
#include "sim/support/nvidia.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

std::string text_with(const std::string& model, const Facts& facts) {
  const std::vector<sim::ModelCount> gpus{{.model = model}};
  std::string lines;
  for (const auto& [name, value] : facts) {
    lines.append("hidden:functions/0000:03:00.0/").append(name).append(" = ");
    lines.append(value).append("\n");
  }
  return replaced(sim::host_text(gpus).value(), "\nlog\n", "\n" + lines + "log\n");
}

NvidiaHost::NvidiaHost(const std::string& model, const Facts& facts)
    : host_({}, text_with(model, facts)), kernel_(host_.open()) {}

void NvidiaHost::to_stub() {
  ASSERT_EQ(write(pci::of(pci::kPfOverride, gpu()), "pci-pf-stub"), 0);
  ASSERT_EQ(write(pci::named(pci::kModule, "pci-pf-stub"), "load"), 0);
  ASSERT_EQ(write(unbind_lock(), "1"), 0);
  ASSERT_EQ(read(unbind_lock()), "1\n");
  ASSERT_EQ(write(pci::named(pci::kUnbind, "nvidia"), "0000:03:00.0"), 0);
  ASSERT_EQ(write(pci::named(pci::kBind, "pci-pf-stub"), "0000:03:00.0"), 0);
}

void NvidiaHost::to_nvidia() {
  ASSERT_EQ(write(pci::named(pci::kUnbind, "pci-pf-stub"), "0000:03:00.0"), 0);
  ASSERT_EQ(write(pci::of(pci::kPfOverride, gpu()), "\n"), 0);
  ASSERT_EQ(write(pci::named(pci::kBind, "nvidia"), "0000:03:00.0"), 0);
}

void NvidiaHost::enable(std::uint32_t vfs) {
  to_stub();
  ASSERT_EQ(write(pci::of(pci::kNumVfs, gpu()), std::to_string(vfs)), 0);
  to_nvidia();
  wait(Milliseconds(1000));
}

void NvidiaHost::wait(Milliseconds time) {
  const Milliseconds until = kernel_->now() + time;
  while (kernel_->now() < until) {
    kernel_->watch(pci::of(pci::kVendor, gpu()))->wait(until - kernel_->now());
  }
}

int NvidiaHost::write(const Place& place, std::string_view bytes) {
  return test::write(*kernel_, place, bytes);
}

std::string NvidiaHost::read(const Place& place) const {
  return test::read(*kernel_, place);
}

Place NvidiaHost::vf(std::uint32_t index, const std::string& leaf) const {
  const std::string name =
      observe(*kernel_, pci::of(pci::kVf, gpu(), VfIndex{static_cast<std::uint16_t>(index)}))
          .text();
  return in_function(address(name), "nvidia/" + leaf);
}

int NvidiaHost::type(std::uint32_t index, std::uint32_t id) {
  return write(vf(index, "current_vgpu_type"), std::to_string(id));
}

std::string NvidiaHost::creatable(std::uint32_t index) const {
  const std::string text = read(vf(index, "creatable_vgpu_types"));
  std::string ids;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (std::isdigit(static_cast<unsigned char>(line.front())) != 0) {
      ids += (ids.empty() ? "" : " ") + std::string(line.substr(0, line.find(' ')));
    }
  }
  return ids;
}

Place nvml(const std::string& leaf) {
  return {.in = In::nvml, .path = "0000:03:00.0/" + leaf};
}

Place unbind_lock() {
  return {.in = In::proc, .path = "driver/nvidia/gpus/0000:03:00.0/unbindLock"};
}

Place sriov_manage() {
  return {.in = In::program, .path = "usr/lib/nvidia/sriov-manage"};
}

}  // namespace vfmgr::test
