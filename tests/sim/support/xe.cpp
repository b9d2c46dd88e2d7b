// SPDX-License-Identifier: Apache-2.0
#include "sim/support/xe.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

namespace {

std::string base_text(const std::string& model) {
  const std::vector<sim::ModelCount> gpus{{.model = model}};
  return sim::host_text(gpus).value();
}

PciAddress pf_in(const std::string& text) {
  constexpr std::string_view kIntegrated = "hidden:functions/0000:00:02.0/dir";
  return address(text.find(kIntegrated) == std::string::npos ? "0000:03:00.0" : "0000:00:02.0");
}

/// The text with these facts in place of what it says.
std::string with_facts(const std::string& text, const XeHost::Facts& facts) {
  std::istringstream in(text);
  std::string changed;
  const std::string prefix = "hidden:functions/" + to_string(pf_in(text)) + "/";
  for (std::string line; std::getline(in, line);) {
    bool replaced = false;
    for (const auto& [name, value] : facts) {
      replaced = replaced || line.starts_with(prefix + name + " = ");
      if (line == "log" && !value.empty()) {
        changed.append(prefix).append(name).append(" = ").append(value).append("\n");
      }
    }
    changed += replaced ? "" : line + "\n";
  }
  return changed;
}

}  // namespace

XeHost::XeHost(const std::string& model, const Facts& facts)
    : pf_(pf_in(base_text(model))),
      host_({}, with_facts(base_text(model), facts)),
      kernel_(host_.open()) {
  if (!facts.empty()) {
    EXPECT_EQ(write(pci::named(pci::kUnbind, "xe"), to_string(pf_)), 0);
    EXPECT_EQ(write(pci::named(pci::kBind, "xe"), to_string(pf_)), 0);
  }
}

Place XeHost::admin(const std::string& leaf) const {
  return in_function(pf_, "sriov_admin/" + leaf);
}

Place XeHost::debug(const std::string& leaf) const {
  return {.in = In::debug, .path = "dri/" + to_string(pf_) + "/" + leaf};
}

std::string XeHost::read(const Place& place) const {
  std::string text = test::read(*kernel_, place);
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  return text;
}

int XeHost::write(const Place& place, std::string_view bytes) {
  return test::write(*kernel_, place, bytes);
}

int XeHost::write(const Place& place, std::uint64_t number) {
  return write(place, std::to_string(number));
}

int XeHost::enable(std::uint32_t vfs) {
  return write(pci::of(pci::kNumVfs, pf_), vfs);
}

std::set<std::string> XeHost::debug_paths() const {
  std::istringstream in(host_.dump());
  const std::string prefix = "debug:dri/" + to_string(pf_) + "/";
  std::set<std::string> paths;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(prefix)) {
      line.erase(0, prefix.size());
      paths.insert(line.find(" -> ") != std::string::npos ? line : line.substr(0, line.find(' ')));
    }
  }
  return paths;
}

std::set<std::string> paths_of(const std::set<std::string>& all, const std::string& function) {
  std::set<std::string> own;
  for (const std::string& path : all) {
    std::string changed;
    std::istringstream in(path);
    bool named = false;
    for (std::string part; std::getline(in, part, '/');) {
      const std::string name = part.substr(0, part.find(' '));
      if (name == function) {
        named = true;
        part = "@" + part.substr(name.size());
      }
      changed += (changed.empty() ? "" : "/") + part;
    }
    if (named) {
      own.insert(changed);
    }
  }
  return own;
}

}  // namespace vfmgr::test
