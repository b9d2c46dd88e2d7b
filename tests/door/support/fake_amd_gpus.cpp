// SPDX-License-Identifier: Apache-2.0
#include "door/support/fake_amd_gpus.hpp"

#include "vfmgr/place.hpp"

#include "door/support/tree.hpp"
#include "kernel/amdsmi_library.hpp"
#include "kernel/kernel.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>

namespace vfmgr::test {

namespace {
const std::string amd_state_file = "amdsmi-state";
}

FakeAmdGpus::FakeAmdGpus(const std::string& lines) {
  load_driver();
  const auto file = tree_.file(amd_state_file, lines);
  ::setenv("FAKE_AMDSMI_STATE", file.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): no call is on
}

FakeAmdGpus::~FakeAmdGpus() {
  EXPECT_TRUE(eventually([this] { return number("opened") == number("closed"); }))
      << "the library is left initialised: " << number("opened") << " times opened, "
      << number("closed") << " times closed";
}

void FakeAmdGpus::load_driver() const {
  tree_.file(amdsmi::kNode, "");
}

void FakeAmdGpus::unload_driver() const {
  std::filesystem::remove(tree_.root() / amdsmi::kNode);
}

std::unique_ptr<Kernel> FakeAmdGpus::door() const {
  return tree_.door({.amdsmi = VFMGR_FAKE_AMDSMI});
}

void FakeAmdGpus::add(const std::string& line) const {
  tree_.file(amd_state_file, line + "\n" + lines());
}

std::string FakeAmdGpus::lines() const {
  return tree_.bytes_of(amd_state_file);
}

int FakeAmdGpus::number(const std::string& key) const {
  std::istringstream words(lines());
  for (std::string word; words >> word;) {
    int number = 0;
    if (word == key && words >> number) {
      return number;
    }
  }
  return 0;
}

Place num_vf() {
  return {.in = In::amdsmi, .path = "0001:3b:02.1/num_vf"};
}

}  // namespace vfmgr::test
