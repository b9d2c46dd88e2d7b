// SPDX-License-Identifier: Apache-2.0
// Reads profiles in JSON, one a line, and prints for each what the parser finds wrong with it: a
// list of {"subject", "why"}, empty where nothing is. One process for all, where a command would
// take one for each.
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

nlohmann::json fault(const vfmgr::Error& error) {
  return {{"subject", error.subject}, {"why", error.why}};
}

void judge_all() {
  std::string line;
  while (std::getline(std::cin, line)) {
    nlohmann::json faults = nlohmann::json::array();
    const auto profile = vfmgr::Profile::parse({{.file = "-", .text = line}});
    if (!profile) {
      faults.push_back(fault(profile.error()));
      for (const vfmgr::Error& other : profile.error().also) {
        faults.push_back(fault(other));
      }
    }
    std::cout << faults.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
}

}  // namespace

int main() {
  try {
    judge_all();
  } catch (const std::exception& thrown) {
    std::cerr << thrown.what() << '\n';
    return 1;
  }
  return 0;
}
