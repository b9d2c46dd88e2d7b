// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "core/try.hpp"
#include "kernel/kernel.hpp"
#include "kernel/linux_kernel.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

namespace fs = std::filesystem;

/// Where a namespace lies below the root.
fs::path folder_of(In in) {
  switch (in) {
    case In::sys:
      return "sys";
    case In::proc:
      return "proc";
    case In::dev:
      return "dev";
    case In::debug:
      return "sys/kernel/debug";
    case In::etc:
      return "etc";
    default:
      return "nowhere";
  }
}

std::unexpected<Error> nothing_reacts() {
  return fail({.kind = ErrorKind::unsupported, .why = "nothing reacts in a tree of files"});
}

class TreeStage final : public Stage {
 public:
  TreeStage() {
    for (const In in : {In::sys, In::proc, In::dev, In::debug, In::etc}) {
      fs::create_directories(root_ / folder_of(in));
    }
  }
  Result<void> open() {
    TRY(kernel_,
        open_linux_kernel({.root = root_,
                           .state = {.run = root_ / "run", .lib = root_ / "lib"},
                           .named = named_places()}));
    return {};
  }
  Result<void> give(const Given& given) {
    const std::string& what = given.words[0].text;
    if (given.words.size() < 2) {
      return fail({.kind = ErrorKind::invalid, .value = what, .why = "of which place?"});
    }
    TRY(const Place place, parse_place(given.words[1].text));
    const fs::path path = root_ / folder_of(place.in) / place.path;
    const std::string value = given.words.size() > 2 ? given.words[2].text : std::string{};
    fs::create_directories(path.parent_path());
    if (what == "folder") {
      fs::create_directories(path);
    } else if (what == "link") {
      fs::create_symlink(value, path);
    } else {
      std::ofstream(path, std::ios::binary) << value;
    }
    return {};
  }
  [[nodiscard]] Kernel& kernel() override { return *kernel_; }
  [[nodiscard]] PciAddress pf(std::uint32_t number) const override {
    return {.domain = 0, .bus = static_cast<std::uint8_t>(2 + number)};
  }
  [[nodiscard]] Result<std::string> dump() const override {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      std::string& line = all[entry.path().string()];
      if (entry.is_symlink()) {
        line = " -> " + fs::read_symlink(entry.path()).string();
      } else if (entry.is_regular_file()) {
        std::ifstream in(entry.path(), std::ios::binary);
        line = " = " + std::string{std::istreambuf_iterator<char>(in), {}};
      }
    }
    std::string text;
    for (const auto& [path, line] : all) {
      text += path + line + "\n";
    }
    return text;
  }
  Result<void> take(const PciAddress& /*function*/) override { return nothing_reacts(); }
  Result<void> let_go(const PciAddress& /*function*/) override { return nothing_reacts(); }
  Result<void> vanish(const PciAddress& /*function*/, Milliseconds /*after*/) override {
    return nothing_reacts();
  }

 private:
  Folder folder_;
  fs::path root_ = folder_.path();
  std::unique_ptr<Kernel> kernel_;
};

class TreeBench final : public Bench {
 public:
  [[nodiscard]] std::string name() const override { return "relocated tree"; }
  [[nodiscard]] std::vector<std::string> kernels() const override { return {""}; }
  [[nodiscard]] bool has(std::string_view what) const override {
    static constexpr std::array<std::string_view, 16> kHas{"file",
                                                           "folder",
                                                           "link",
                                                           "write",
                                                           "read",
                                                           "bytes",
                                                           "slow",
                                                           "leaf",
                                                           "list",
                                                           "count",
                                                           "open",
                                                           "close",
                                                           "wait",
                                                           "remember",
                                                           "as-before",
                                                           "changed"};
    return std::ranges::find(kHas, what) != kHas.end();
  }
  [[nodiscard]] Result<std::unique_ptr<Stage>> set(const Case& story,
                                                   const std::string& /*kernel*/) const override {
    auto stage = std::make_unique<TreeStage>();
    for (const Given& given : story.givens) {
      TRY_VOID(stage->give(given));
    }
    TRY_VOID(stage->open());
    return std::unique_ptr<Stage>(std::move(stage));
  }
};

}  // namespace

std::unique_ptr<Bench> tree_bench() {
  return std::make_unique<TreeBench>();
}

}  // namespace vfmgr::contract
