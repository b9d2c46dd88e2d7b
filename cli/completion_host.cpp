// SPDX-License-Identifier: Apache-2.0
#include "completion_host.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/units.hpp"

#include "completion.hpp"
#include "output/values.hpp"
#include "sim/tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace vgpuctl {

namespace {

/// What was typed is not expanded yet by the shell.
std::string at_home(const std::string& file) {
  const char* const home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): one thread
  return file.starts_with("~/") && home != nullptr ? home + file.substr(1) : file;
}

std::vector<vfmgr::GpuView> gpus_of(const std::string& host_file, bool all_classes) {
  std::error_code error;
  // To open a device is to do something to it, and a FIFO would never answer.
  if (!host_file.empty() && !std::filesystem::is_regular_file(at_home(host_file), error)) {
    return {};
  }
  const auto manager = host_file.empty() ? vfmgr::Manager::for_this_host()
                                         : vfmgr::Manager::for_host_file(at_home(host_file));
  if (!manager) {
    return {};
  }
  const auto inventory = manager->inventory({.all_classes = all_classes, .gpus = {}});
  return inventory ? inventory->gpus : std::vector<vfmgr::GpuView>{};
}

}  // namespace

void add_gpus(const std::string& host_file, bool all_classes, std::vector<Candidate>& words) {
  const std::vector<vfmgr::GpuView> gpus = gpus_of(host_file, all_classes);
  for (const vfmgr::GpuView& gpu : gpus) {
    words.push_back({.word = to_string(gpu.gpu.address), .about = name_of(gpu.gpu)});
  }
  for (const vfmgr::GpuView& gpu : gpus) {
    const auto same = std::ranges::count(
        gpus, gpu.gpu.model, [](const vfmgr::GpuView& one) { return one.gpu.model; });
    if (same == 1 && !gpu.gpu.model.empty()) {
      words.push_back({.word = gpu.gpu.model, .about = to_string(gpu.gpu.address)});
    }
  }
}

void add_vfs(const std::string& host_file, bool all_classes, std::vector<Candidate>& words) {
  for (const vfmgr::GpuView& gpu : gpus_of(host_file, all_classes)) {
    const std::string pf = to_string(gpu.gpu.address);
    for (const vfmgr::VfView& vf : gpu.vfs) {
      const std::string address = vf.address ? to_string(*vf.address) : "";
      words.push_back({.word = fmt::format("{}/{}", pf, vf.index.index), .about = address});
      if (vf.address) {
        words.push_back({.word = address, .about = fmt::format("vf{} of {}", vf.index.index, pf)});
      }
    }
  }
}

void add_models(std::vector<Candidate>& words) {
  const auto models = vfmgr::sim::list_models();
  if (models) {
    for (const vfmgr::sim::ModelInfo& one : *models) {
      words.push_back({.word = one.name, .about = one.vendor + " " + one.model});
    }
  }
}

}  // namespace vgpuctl
