// SPDX-License-Identifier: Apache-2.0
#include "sim/support/host.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/driver.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::test {

namespace {
constexpr Attr kAnySysFile{.pattern = "bus/pci/devices/{gpu}/{name}"};
constexpr Attr kAnyDriverFile{.pattern = "bus/pci/drivers/{name}/{name}"};
constexpr Attr kXePf{.pattern = "bus/pci/devices/{gpu}/sriov_admin/pf/profile/{name}"};
constexpr Attr kXeVf{.pattern = "bus/pci/devices/{gpu}/sriov_admin/{name}/profile/{name}"};
constexpr Attr kXeVfFile{.pattern = "bus/pci/devices/{gpu}/sriov_admin/{name}/{name}"};
constexpr Attr kFolderFile{.pattern = "bus/pci/devices/{gpu}/{name}/{name}"};
constexpr Attr kModuleFile{.pattern = "module/{name}/{name}"};
constexpr Attr kNvidiaLock{.in = In::proc, .pattern = "driver/nvidia/gpus/{gpu}/{name}"};
constexpr Attr kNvidiaNode{.in = In::dev, .pattern = "{name}"};
constexpr Attr kNvml{.in = In::nvml, .pattern = "{gpu}/{name}"};
constexpr Attr kMdevType{.pattern = "bus/pci/devices/{gpu}/mdev_supported_types/{name}/{name}"};
constexpr Attr kMdev{.pattern = "bus/mdev/devices/{name}"};
constexpr Attr kMdevFile{.pattern = "bus/mdev/devices/{name}/{name}"};
constexpr Attr kMdevParams{.pattern = "bus/mdev/devices/{name}/nvidia/{name}"};
constexpr Attr kMdevBus{.pattern = "class/mdev_bus"};
constexpr Attr kMdevHolders{.pattern = "module/mdev/holders"};
constexpr Attr kProgram{.in = In::program, .pattern = "usr/lib/nvidia/{name}"};
constexpr Attr kDri1{.in = In::debug, .pattern = "dri/{name}/{name}"};
constexpr Attr kDri2{.in = In::debug, .pattern = "dri/{name}/{name}/{name}"};
constexpr Attr kDri3{.in = In::debug, .pattern = "dri/{name}/{name}/{name}/{name}"};
constexpr Attr kDri4{.in = In::debug, .pattern = "dri/{name}/{name}/{name}/{name}/{name}"};
constexpr Attr kDri5{.in = In::debug, .pattern = "dri/{name}/{name}/{name}/{name}/{name}/{name}"};
constexpr Attr kDrmFile{.pattern = "class/drm/{name}/{name}"};
constexpr Attr kIovFile{.pattern = "class/drm/{name}/{name}/{name}"};
constexpr Attr kIovOf{.pattern = "class/drm/{name}/{name}/{name}/{name}"};
constexpr Attr kIovOfGt{.pattern = "class/drm/{name}/{name}/{name}/{name}/{name}"};
constexpr Attr kIovGroup{.pattern = "class/drm/{name}/{name}/{name}/{name}/{name}/{name}"};
constexpr Attr kParameter{.pattern = "module/{name}/parameters/{name}"};
constexpr Attr kGimFile{.in = In::etc, .pattern = "gim_config"};
constexpr Attr kGimDebug{.in = In::debug, .pattern = "gim/{gpu}/{name}"};
constexpr Attr kAmdSmi{.in = In::amdsmi, .pattern = "{gpu}/{name}"};
constexpr std::array kMore{
    kAnySysFile, kAnyDriverFile, kXePf,    kXeVf,     kXeVfFile, kFolderFile, kModuleFile,
    kNvidiaLock, kNvidiaNode,    kNvml,    kMdevType, kMdev,     kMdevFile,   kMdevParams,
    kMdevBus,    kMdevHolders,   kProgram, kDri1,     kDri2,     kDri3,       kDri4,
    kDri5,       kDrmFile,       kIovFile, kIovOf,    kIovOfGt,  kIovGroup,   kParameter,
    kGimFile,    kGimDebug,      kAmdSmi};
constexpr std::array<std::span<const Attr>, 2> kNamed{pci::kAttrs, kMore};
}  // namespace

Host::Host(const std::vector<std::string>& models, const std::string& text) {
  std::string pattern = (std::filesystem::temp_directory_path() / "vfmgr-sim-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  file_ = folder_ / "host.vfhost";
  if (!text.empty()) {
    set_text(text);
    return;
  }
  std::vector<sim::ModelCount> gpus;
  gpus.reserve(models.size());
  for (const std::string& model : models) {
    gpus.push_back({.model = model});
  }
  const auto made = sim::create_host(file_, gpus);
  EXPECT_TRUE(made.has_value()) << to_string(made.error());
}

Host::~Host() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Kernel> Host::open(sim::Drivers also) const {
  auto kernel = sim::open_host_file(file_, kNamed, also);
  if (!kernel) {
    ADD_FAILURE() << to_string(kernel.error());
    std::abort();
  }
  return std::move(*kernel);
}

std::string Host::dump() const {
  auto text = sim::dump(file_);
  return text ? *text : "error: " + to_string(text.error());
}

std::string Host::text() const {
  std::ifstream in(file_, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Host::set_text(const std::string& text) const {
  std::ofstream(file_, std::ios::binary | std::ios::trunc) << text;
}

PciAddress address(std::string_view text) {
  return parse_address(text).value();
}

PciAddress gpu() {
  return address("0000:03:00.0");
}

Place in_function(const PciAddress& function, const std::string& leaf) {
  return {.in = In::sys, .path = "bus/pci/devices/" + to_string(function) + "/" + leaf};
}

int write(Kernel& kernel, const Place& place, std::string_view bytes, Milliseconds limit) {
  const auto done = kernel.write(place, bytes, Blocking::can_hang, limit);
  if (done) {
    return 0;
  }
  return done.error().kind == ErrorKind::in_flight ? EINPROGRESS : done.error().os_error;
}

int write(Kernel& kernel, const Attr& attr, std::string_view bytes) {
  return write(kernel, pci::of(attr, gpu()), bytes);
}

std::string read(const Kernel& kernel, const Place& place) {
  auto bytes = kernel.read(place);
  return bytes ? *bytes : "errno " + std::to_string(bytes.error().os_error);
}

std::string driver_of(const Kernel& kernel, const PciAddress& function) {
  return observe(kernel, pci::of(pci::kPfDriver, function)).text();
}

std::string vf_count(const Kernel& kernel, const PciAddress& pf) {
  return observe(kernel, pci::of(pci::kVfCount, pf)).text();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << "nothing to replace: " << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace vfmgr::test
