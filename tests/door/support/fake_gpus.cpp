// SPDX-License-Identifier: Apache-2.0
#include "door/support/fake_gpus.hpp"

#include "vfmgr/place.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>

namespace vfmgr::test {

namespace {
const std::string state_file = "nvml-state";
}

FakeGpus::FakeGpus(const std::string& lines) {
  const auto file = tree_.file(state_file, lines);
  ::setenv("FAKE_NVML_STATE", file.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): no call is on
}

FakeGpus::~FakeGpus() {
  EXPECT_TRUE(eventually([this] { return number("opened") == number("closed"); }))
      << "NVML is left initialised: " << number("opened") << " times opened, " << number("closed")
      << " times closed";
}

std::unique_ptr<Kernel> FakeGpus::door() const {
  return tree_.door({.nvml = VFMGR_FAKE_NVML});
}

void FakeGpus::add(const std::string& line) const {
  // Before the lines of the GPUs, since those are about the last one named.
  tree_.file(state_file, line + "\n" + lines());
}

std::string FakeGpus::lines() const {
  return tree_.bytes_of(state_file);
}

int FakeGpus::number(const std::string& key) const {
  std::istringstream words(lines());
  for (std::string word; words >> word;) {
    int number = 0;
    if (word == key && words >> number) {
      return number;
    }
  }
  return 0;
}

Place leaf(const std::string& name) {
  return {.in = In::nvml, .path = "0000:3b:00.0/" + name};
}

}  // namespace vfmgr::test
