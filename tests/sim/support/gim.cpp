// SPDX-License-Identifier: Apache-2.0
#include "sim/support/gim.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

namespace {

const Place kGimConf{.in = In::etc, .path = "gim_config"};

std::string host_of(const std::vector<std::string>& models, const GimHost::Facts& facts) {
  std::vector<sim::ModelCount> gpus;
  gpus.reserve(models.size());
  for (const std::string& model : models) {
    gpus.push_back({.model = model});
  }
  std::istringstream in(sim::host_text(gpus).value());
  const std::string prefix = "hidden:functions/0000:03:00.0/";
  std::string text;
  for (std::string line; std::getline(in, line);) {
    bool changed = false;
    for (const auto& [name, value] : facts) {
      changed = changed || line.starts_with(prefix + name + " = ");
      if (line == "log" && !value.empty()) {
        text.append(prefix).append(name).append(" = ").append(value).append("\n");
      }
    }
    text += changed ? "" : line + "\n";
  }
  return text;
}

std::string vf_name(std::uint32_t vf) {
  return "0000:03:00.0/" + std::to_string(vf);
}

}  // namespace

GimHost::GimHost(const std::vector<std::string>& models, const Facts& facts)
    : host_({}, host_of(models, facts)),
      kernel_(host_.open()),
      gpus_(static_cast<std::uint32_t>(models.size())) {
  if (!facts.empty()) {
    EXPECT_EQ(reload(""), 0);
  }
}

PciAddress GimHost::gpu(std::uint32_t index) {
  PciAddress pf = test::gpu();
  pf.bus = static_cast<std::uint8_t>(pf.bus + index);
  return pf;
}

int GimHost::reload(const std::string& arguments) {
  EXPECT_EQ(unload(), 0);
  return write(pci::named(pci::kModule, "gim"), arguments.empty() ? "load" : "load " + arguments);
}

int GimHost::unload() {
  return write(pci::named(pci::kModule, "gim"), "unload");
}

int GimHost::write(const Place& place, std::string_view bytes) {
  return test::write(*kernel_, place, bytes);
}

std::string GimHost::read(const Place& place) const {
  return test::read(*kernel_, place);
}

std::string GimHost::file() const {
  return read(kGimConf);
}

void GimHost::set_file(const std::string& text) {
  ASSERT_TRUE(sim::poke(host_.file(), kGimConf, text).has_value());
}

int GimHost::store(std::uint32_t index, const std::string& leaf, std::string_view bytes) {
  return write(in_function(gpu(index), leaf), bytes);
}

std::string GimHost::show(std::uint32_t index, const std::string& leaf) const {
  return read(in_function(gpu(index), leaf));
}

std::string GimHost::nps(std::uint32_t index) const {
  const std::string text = show(index, "memory_partition_mode");
  constexpr std::string_view kKey = "memory_partition_mode: ";
  return text.starts_with(kKey) ? text.substr(kKey.size(), 4) : text;
}

std::string GimHost::profile(std::uint32_t index) const {
  const std::string text = show(index, "accelerator_partition_profile");
  const std::size_t line = text.find('\n') + 1;
  return line < text.size() ? text.substr(line + 20, 3) : text;
}

std::string GimHost::counts() const {
  std::string text;
  for (std::uint32_t index = 0; index < gpus_; ++index) {
    text += (text.empty() ? "" : " ") + vf_count(*kernel_, gpu(index));
  }
  return text;
}

void GimHost::hold(std::uint32_t vf) {
  const auto link = pci::of(pci::kVf, test::gpu(), VfIndex{static_cast<std::uint16_t>(vf)});
  const PciAddress function = address(observe(*kernel_, link).text());
  if (driver_of(*kernel_, function).empty()) {
    ASSERT_EQ(write(in_function(function, "driver_override"), "vfio-pci"), 0);
    ASSERT_EQ(write(pci::named(pci::kBind, "vfio-pci"), to_string(function)), 0);
  }
  ASSERT_TRUE(sim::hold_vf(host_.file(), vf_name(vf), 4711, "guest").has_value());
}

void GimHost::release(std::uint32_t vf) {
  ASSERT_TRUE(sim::release_vf(host_.file(), vf_name(vf)).has_value());
}

void GimHost::wait(Milliseconds time) {
  const Milliseconds until = kernel_->now() + time;
  while (kernel_->now() < until) {
    kernel_->watch(pci::of(pci::kVendor, test::gpu()))->wait(until - kernel_->now());
  }
}

Place gim_debug(const std::string& leaf) {
  return {.in = In::debug, .path = "gim/0000:03:00.0/" + leaf};
}

}  // namespace vfmgr::test
