// SPDX-License-Identifier: Apache-2.0
#include "sim/support/i915.hpp"

#include "vfmgr/place.hpp"

#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

namespace {

std::string text_of(const std::string& model, const std::vector<std::string>& lines) {
  const std::vector<sim::ModelCount> gpus{{.model = model}};
  std::string more;
  for (const std::string& line : lines) {
    more += line + "\n";
  }
  return replaced(sim::host_text(gpus).value(), "\nlog\n", "\n" + more + "log\n");
}

}  // namespace

I915Host::I915Host(const std::string& model, const std::vector<std::string>& lines)
    : host_({}, text_of(model, lines)), kernel_(host_.open()) {}

Place I915Host::file(const std::string& leaf) {
  return {.in = In::sys, .path = "class/drm/card0/prelim_iov/" + leaf};
}

int I915Host::set(const std::string& leaf, std::string_view bytes) {
  return test::write(*kernel_, file(leaf), bytes);
}

int I915Host::set(const std::string& leaf, std::uint64_t number) {
  return set(leaf, std::string_view(std::to_string(number)));
}

std::string I915Host::get(const std::string& leaf) const {
  std::string text = test::read(*kernel_, file(leaf));
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  return text;
}

int I915Host::enable(std::uint32_t vfs) {
  return test::write(*kernel_, pci::of(pci::kNumVfs, gpu()), std::to_string(vfs));
}

std::vector<std::string> I915Host::tree() const {
  static constexpr std::string_view kHome = "0000:03:00.0/drm/card0/prelim_iov/";
  std::vector<std::string> found;
  std::istringstream dump(host_.dump());
  for (std::string line; std::getline(dump, line);) {
    const std::size_t at = line.find(kHome);
    if (!line.starts_with("sys:devices/") || at == std::string::npos) {
      continue;
    }
    std::string entry = line.substr(at + kHome.size());
    const std::size_t end = std::min(entry.find(" ="), entry.find(" ->"));
    const bool link = entry.compare(end, 3, " ->") == 0;
    found.push_back(entry.substr(0, end) + (link ? " ->" : ""));
  }
  return found;
}

void I915Host::give(std::uint32_t vf, const std::string& gt) {
  const std::string at = "vf" + std::to_string(vf) + "/" + gt + "/";
  ASSERT_EQ(set(at + "ggtt_quota", 64 * kMiB), 0);
  ASSERT_EQ(set(at + "contexts_quota", 1024), 0);
  if (get(at + "lmem_quota") != "errno 2") {
    ASSERT_EQ(set(at + "lmem_quota", 256 * kMiB), 0);
  }
}

}  // namespace vfmgr::test
