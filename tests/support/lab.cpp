// SPDX-License-Identifier: Apache-2.0
#include "support/lab.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "sim/tools.hpp"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::test {

namespace {

template <class T>
T need(Result<T> result) {
  if (!result) {
    std::cerr << "set-up: " << to_string(result.error()) << '\n';
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}

std::filesystem::path fresh_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "vgpuctl-lab-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    std::cerr << "cannot make a folder: " << name << '\n';
    std::abort();
  }
  return name;
}

}  // namespace

Lab::Lab(const std::vector<std::string>& models)
    : folder_(fresh_folder()), file_(folder_ / "lab.vfhost") {
  std::vector<sim::ModelCount> gpus;
  gpus.reserve(models.size());
  for (const std::string& model : models) {
    gpus.push_back({.model = model, .count = 1});
  }
  need(sim::create_host(file_, gpus));
}

Lab::~Lab() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Manager Lab::open() const {
  return need(Manager::for_host_file(file_));
}

std::string Lab::dump() const {
  return need(sim::dump(file_));
}

std::vector<std::string> Lab::writes() {
  std::vector<std::string> lines;
  const auto all = need(sim::written(file_));
  for (std::size_t at = seen_; at < all.size(); ++at) {
    lines.push_back(to_string(all[at].place) + " = " + all[at].bytes);
  }
  seen_ = all.size();
  return lines;
}

Result<Report> Lab::apply(const std::string& toml, const RunOptions& options) const {
  return open().apply(profile(toml), options);
}

Result<Plan> Lab::plan(const std::string& toml, const RunOptions& options) const {
  return open().plan(profile(toml), options);
}

Result<CheckReport> Lab::check(const std::string& toml) const {
  return open().check(profile(toml), {});
}

Result<Report> Lab::teardown(const RunOptions& options) const {
  return open().teardown(options);
}

void Lab::reach(const std::string& toml) const {
  const Report report = need(apply(toml));
  if (exit_code(report) != ExitCode::ok) {
    std::cerr << "set-up: not reached: "
              << (report.units.front().error ? to_string(*report.units.front().error) : "?")
              << '\n';
    std::abort();
  }
}

void Lab::hold(const std::string& vf) const {
  need(sim::hold_vf(file_, vf, 4711, "web-2"));
}

void Lab::fault(const std::string& place, int os_error, std::uint32_t turn) const {
  need(sim::arm_fault(file_,
                      {.place = need(parse_place(place)), .turn = turn, .os_error = os_error}));
}

Profile profile(const std::string& toml) {
  return need(Profile::parse({{.file = "lab.toml", .text = toml}}));
}

std::string gpu_file(const std::string& leaf) {
  return "sys:bus/pci/devices/0000:03:00.0/" + leaf;
}

}  // namespace vfmgr::test
