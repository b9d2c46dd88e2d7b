// SPDX-License-Identifier: Apache-2.0
#include "support/lab.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::test {

namespace {

constexpr Milliseconds kHandLimit{2000};

/// What a run never writes, and other hands on the host do.
constexpr std::array kOthersWrite{Attr{.pattern = "bus/pci/drivers/{name}/new_id",
                                       .name = "new_id",
                                       .source = "Linux ABI/testing/sysfs-bus-pci"}};

const AttrTables& tables() {
  static const AttrTables all = [] {
    AttrTables every = attr_tables(shipped_backends());
    every.emplace_back(kOthersWrite);
    return every;
  }();
  return all;
}

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

std::unique_ptr<Kernel> Lab::door() const {
  return sim::open_host_file(file(), tables()).value();
}

std::string Lab::read(const std::string& place) const {
  const auto text = door()->read(parse_place(place).value());
  return text ? text->substr(0, text->find_last_not_of('\n') + 1)
              : "errno " + std::to_string(text.error().os_error);
}

void Lab::by_hand(const std::string& place, const std::string& bytes) const {
  need(door()->write(parse_place(place).value(), bytes, Blocking::can_hang, kHandLimit));
}

bool Lab::tries(const std::string& place, const std::string& bytes) const {
  return door()
      ->write(parse_place(place).value(), bytes, Blocking::can_hang, kHandLimit)
      .has_value();
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
