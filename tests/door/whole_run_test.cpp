// SPDX-License-Identifier: Apache-2.0
// Whole runs through the door to Linux: what they open, and what a second process meets.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/record.hpp"
#include "door/support/tree.hpp"
#include "engine/locks.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/kernel_text.hpp"
#include "sim/tools.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test::of_whole_run {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kBridge = "sys/devices/pci0000:00/0000:00:01.0";
const PciAddress pf{.domain = 0, .bus = 3, .device = 0, .function = 0};

/// Lays a simulated host's base out as files: "sys:PATH [FLAGS] = VALUE", "sys:PATH -> TARGET".
void lay_out(const Tree& tree, std::string_view base) {
  while (!base.empty()) {
    const std::string_view line = base.substr(0, base.find('\n'));
    base.remove_prefix(std::min(line.size() + 1, base.size()));
    const std::size_t colon = line.find(':');
    const std::string_view space = line.substr(0, colon);
    if (space != "sys" && space != "dev") {
      continue;
    }
    const std::string_view rest = line.substr(colon + 1);
    const std::string below = std::string(space) + "/";
    if (const std::size_t arrow = rest.find(" -> "); arrow != std::string_view::npos) {
      tree.link(below + std::string(rest.substr(0, arrow)), std::string(rest.substr(arrow + 4)));
    } else if (const std::size_t equals = rest.find(" ="); equals != std::string_view::npos) {
      const std::string_view path = rest.substr(0, std::min(rest.find(" ["), equals));
      const auto value = unescape_field(rest.substr(std::min(equals + 3, rest.size())));
      tree.file(below + std::string(path), value.value());
    } else {
      tree.folder(below + std::string(rest));
    }
  }
}

/// Hears which files of a tree are opened.
class Openings {
 public:
  explicit Openings(const fs::path& root) : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.is_regular_file() && !entry.is_symlink()) {
        const int watch = ::inotify_add_watch(inotify_, entry.path().c_str(), IN_OPEN);
        EXPECT_GE(watch, 0) << entry.path();
        names_[watch] = fs::relative(entry.path(), root).string();
      }
    }
  }
  Openings(const Openings&) = delete;
  Openings& operator=(const Openings&) = delete;
  Openings(Openings&&) = delete;
  Openings& operator=(Openings&&) = delete;
  ~Openings() { ::close(inotify_); }

  /// Those since the last call.
  [[nodiscard]] std::set<std::string> heard() const {
    std::set<std::string> opened;
    std::array<char, 65536> buffer{};
    ssize_t got = 0;
    while ((got = ::read(inotify_, buffer.data(), buffer.size())) > 0) {
      for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof(event));
        opened.insert(names_.at(event.wd));
        at += sizeof(event) + event.len;
      }
    }
    return opened;
  }

 private:
  int inotify_;
  std::map<int, std::string> names_;
};

/// Whether a table names this file: as its function's own, as a VF's through its PF, or as the
/// bridge's above a function.
bool is_named(const std::string& file) {
  const AttrTables tables = attr_tables(shipped_backends());
  if (!file.starts_with("sys/")) {
    return find_attr(tables, {.in = In::dev, .path = file.substr(4)}) != nullptr;
  }
  const std::string path = file.substr(4);
  if (path.starts_with("module/") && path.ends_with("/initstate")) {  // how `module:NAME` is read
    const std::string module = path.substr(7, path.rfind('/') - 7);
    return find_attr(tables, {.in = In::module, .path = module}) != nullptr;
  }
  if (find_attr(tables, {.in = In::sys, .path = path}) != nullptr) {
    return true;
  }
  std::string owner;
  std::string leaf = path;
  for (std::size_t slash = path.find('/'); slash != std::string::npos;) {
    const std::size_t next = path.find('/', slash + 1);
    const std::string name = path.substr(slash + 1, next - slash - 1);
    if (sim::stored_address(name)) {
      owner = name;
      leaf = next == std::string::npos ? "" : path.substr(next + 1);
    }
    slash = next;
  }
  const std::array<std::string, 3> spellings{"bus/pci/devices/" + owner + "/" + leaf,
                                             "bus/pci/devices/0000:03:00.0/virtfn0/" + leaf,
                                             "bus/pci/devices/0000:03:00.0/../" + leaf};
  return !owner.empty() && std::ranges::any_of(spellings, [&tables](const std::string& spelling) {
    return find_attr(tables, {.in = In::sys, .path = spelling}) != nullptr;
  });
}

TEST(WholeRun, OpensOnlyWhatATableNames) {
  const Tree tree;
  const std::array gpus{sim::ModelCount{.model = "intel-b60"}, sim::ModelCount{.model = "plain"}};
  lay_out(tree, sim::host_text(gpus).value());
  std::set<std::string> decoys;
  for (const char* leaf : {"reset",
                           "reset_gpu",
                           "rom",
                           "enable",
                           "rescan",
                           "resource0",
                           "d3cold_allowed",
                           "sriov_unknown",
                           "sriov_admin/vf1/profile/unknown"}) {
    decoys.insert(std::string(kBridge) + "/0000:03:00.0/" + leaf);
  }
  decoys.insert({"sys/bus/pci/rescan",
                 "sys/bus/pci/devices/unknown",
                 "sys/kernel/debug/dri/0/amdgpu_gpu_recover",
                 "dev/dri/card0",
                 "etc/shadow",
                 "proc/kcore"});
  for (const std::string& decoy : decoys) {
    tree.file(decoy, "1\n");
  }
  auto manager = Manager::for_tree(tree.root(), tree.root() / "state");
  ASSERT_TRUE(manager.has_value()) << to_string(manager.error());
  const Openings openings(tree.root());

  const Scope everything{.all_classes = true};
  const auto seen = manager->inventory(everything);
  ASSERT_TRUE(seen.has_value()) << to_string(seen.error());
  EXPECT_EQ(seen->gpus.size(), 2U);
  EXPECT_TRUE(manager->export_toml(everything).has_value());
  EXPECT_TRUE(manager->plan_teardown({.scope = everything}).has_value());
  const auto profile = Profile::parse(
      {{.file = "it", .text = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n"}});
  ASSERT_TRUE(profile.has_value()) << to_string(profile.error());
  EXPECT_TRUE(manager->check(*profile, {.scope = everything}).has_value());
  EXPECT_TRUE(manager->plan(*profile, {.scope = everything}).has_value());

  const auto opened = openings.heard();
  EXPECT_THAT(opened, Contains(std::string(kBridge) + "/0000:03:00.0/sriov_totalvfs"));
  EXPECT_THAT(opened,
              Contains(std::string(kBridge) + "/0000:03:00.0/sriov_admin/vf1/profile/vram_quota"));
  for (const std::string& file : opened) {
    EXPECT_TRUE(is_named(file)) << file;
    EXPECT_THAT(decoys, Not(Contains(file)));
  }
  // And the witness does hear, and does judge.
  for (const std::string& decoy : decoys) {
    EXPECT_FALSE(is_named(decoy)) << decoy;
    EXPECT_EQ(tree.bytes_of(decoy), "1\n");
  }
  EXPECT_EQ(openings.heard(), decoys);
}

TEST(LockedRun, IsCodeSevenForOthersUntilItsWriteHasReturned) {
  const Tree tree;
  const auto fifo = tree.fifo("sys/free/fifo");
  const StateDir state{.run = tree.root() / "run", .lib = tree.root() / "lib"};
  const std::set<std::string> gpu{lock_name(pf)};
  std::array<int, 2> told{-1, -1};
  ASSERT_EQ(::pipe2(told.data(), O_CLOEXEC), 0);
  const pid_t first = ::fork();
  if (first == 0) {
    auto locks = Locks::take(state, gpu, Milliseconds(0));
    const auto door = tree.door();
    if (locks) {
      door->keep_locks(locks->descriptors());
      const auto written =
          door->write(free_place("fifo"), "4", Blocking::can_hang, Milliseconds(300));
      const bool in_flight = !written && written.error().kind == ErrorKind::in_flight;
      static_cast<void>(::write(told[1], in_flight ? "x" : "-", 1) > 0);
    }
    ::pause();
    ::_exit(0);
  }
  pollfd asked{.fd = told[0], .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&asked, 1, 10'000), 1);
  char word = 0;
  ASSERT_EQ(::read(told[0], &word, 1), 1);
  ASSERT_EQ(word, 'x') << "the write blocks for real: past the limit it is in flight";
  const auto code = [&] {
    const auto taken = Locks::take(state, gpu, Milliseconds(0));
    return taken ? 0 : static_cast<int>(exit_code(taken.error()));
  };
  EXPECT_EQ(code(), 7);
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  ASSERT_EQ(::waitpid(first, nullptr, 0), first);
  EXPECT_EQ(code(), 7) << "its parent is dead, and the write still in flight";

  const int reader = ::open(fifo.c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_TRUE(eventually([&code] { return code() == 0; })) << "a reader has come";
  EXPECT_EQ(::read(reader, &word, 1), 1);
  EXPECT_EQ(word, '4');
  ::close(reader);
  ::close(told[0]);
  ::close(told[1]);
}

}  // namespace
}  // namespace vfmgr::test::of_whole_run
