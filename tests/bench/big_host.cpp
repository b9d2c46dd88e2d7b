// SPDX-License-Identifier: Apache-2.0
#include "big_host.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "sim/create.hpp"
#include "sim/host_file.hpp"
#include "sim/machine.hpp"
#include "sim/models.hpp"
#include "sim/tree.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::bench {

namespace {

template <class T>
T need(Result<T> result) {
  if (!result) {
    give_up(to_string(result.error()));
  }
  return std::move(*result);
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << bytes;
  if (!stream.flush()) {
    give_up("cannot write " + file.string());
  }
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The GPU with the most attributes for each VF; it would have room for 24.
sim::Model model_with_64_vfs() {
  const auto models = need(sim::shipped_models());
  const auto found = std::ranges::find(models, "intel-b60", &sim::Model::name);
  if (found == models.end()) {
    give_up("there is no model intel-b60");
  }
  sim::Model model = *found;
  model.numbers.at("total_vfs") = kVfs;
  return model;
}

void lay_out(const sim::Machine& machine, sim::Space space, const std::filesystem::path& root) {
  std::filesystem::create_directories(root);
  machine.tree().for_each(space, [&root](const std::string& path, const sim::Node& node) {
    const std::filesystem::path at = root / path;
    if (node.kind == sim::Node::Kind::directory) {
      std::filesystem::create_directories(at);
    } else if (node.kind == sim::Node::Kind::link) {
      std::filesystem::create_directories(at.parent_path());
      std::filesystem::create_symlink(node.text, at);
    } else {
      write_file(at, node.text);
    }
  });
}

}  // namespace

void give_up(const std::string& why) {
  std::cerr << why << '\n';
  std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
}

std::string profile_text() {
  return R"(schema = 1
[[gpu]]
match = { vendor = "intel" }
expect = 16
vfs = 64
vram = "256MiB"
exec_quantum = "20ms"
preempt_timeout = "40ms"
vf_driver = "vfio-pci"
)";
}

void make_big_host(const std::filesystem::path& folder) {
  const std::vector<sim::Model> gpus(kPfs, model_with_64_vfs());
  const std::filesystem::path file = folder / "host.vfhost";
  write_file(file, sim::host_file_text(need(sim::fresh_machine(gpus))));
  Manager manager = need(Manager::for_host_file(file));
  const Profile profile = need(Profile::parse({{.file = "big.toml", .text = profile_text()}}));
  if (exit_code(need(manager.apply(profile, {}))) != ExitCode::ok) {
    give_up("the big host cannot be cut up");
  }
  const sim::Machine machine = need(sim::load_text(read_file(file), file.string()));
  lay_out(machine, sim::Space::sys, folder / "tree" / "sys");
  lay_out(machine, sim::Space::dev, folder / "tree" / "dev");
  std::filesystem::create_directories(folder / "tree" / "proc");
}

}  // namespace vfmgr::bench
