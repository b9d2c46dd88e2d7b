// SPDX-License-Identifier: Apache-2.0
// Wrong profiles and what a person is told of them: tests/golden-errors/NAME has the files of a set
// (what ends in .toml or .json), resources.d/ as installed ones, `host` (a model a line: then they
// are planned on such a host), and what is expected: report.txt and code. VFMGR_UPDATE_GOLDEN=1
// writes these two.
#include "vfmgr/manager.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "output/error_text.hpp"
#include "output/plan_text.hpp"
#include "output/style.hpp"
#include "support/lab.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace vgpuctl {
namespace {

namespace fs = std::filesystem;
using vfmgr::ProfileText;

constexpr Style kPlain{.colour = false, .width = 80};

/// What is seen, and the exit code.
struct Seen {
  std::string report;
  int code = 0;
};

std::string bytes_of(const fs::path& file) {
  const std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> paths;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::vector<ProfileText> texts_in(const fs::path& folder) {
  std::vector<ProfileText> texts;
  for (const fs::path& path : sorted(folder)) {
    if (path.extension() == ".toml" || path.extension() == ".json") {
      texts.push_back({.file = path.filename().string(), .text = bytes_of(path)});
    }
  }
  return texts;
}

Seen refused(const vfmgr::Error& error) {
  return {.report = error_text(error, kPlain), .code = static_cast<int>(exit_code(error))};
}

Seen planned(const vfmgr::Profile& profile, const fs::path& host) {
  std::vector<std::string> models;
  std::istringstream lines(bytes_of(host));
  for (std::string model; std::getline(lines, model);) {
    models.push_back(model);
  }
  const vfmgr::test::Lab lab(models);
  const auto plan = lab.open().plan(profile, {});
  return plan ? Seen{.report = plan_text(*plan, kPlain, false),
                     .code = static_cast<int>(exit_code(*plan))}
              : refused(plan.error());
}

Seen seen(const fs::path& folder) {
  const auto profile = vfmgr::Profile::parse(texts_in(folder), texts_in(folder / "resources.d"));
  if (!profile) {
    return refused(profile.error());
  }
  return fs::exists(folder / "host") ? planned(*profile, folder / "host")
                                     : Seen{.report = "no fault found\n", .code = 0};
}

TEST(AWrongProfile, IsReportedAsAPersonNeedsIt) {
  const bool update = std::getenv("VFMGR_UPDATE_GOLDEN") != nullptr;
  std::size_t cases = 0;
  for (const fs::path& folder : sorted(fs::path(VFMGR_TESTS_DIR) / "golden-errors")) {
    SCOPED_TRACE(folder.filename().string());
    ++cases;
    const Seen now = seen(folder);
    const std::string code = std::to_string(now.code) + "\n";
    if (update) {
      std::ofstream(folder / "report.txt", std::ios::binary) << now.report;
      std::ofstream(folder / "code", std::ios::binary) << code;
    }
    EXPECT_EQ(bytes_of(folder / "report.txt"), now.report);
    EXPECT_EQ(bytes_of(folder / "code"), code);
    EXPECT_NE(now.code, 0) << "a wrong profile passes";
  }
  EXPECT_GE(cases, 120U);
}

}  // namespace
}  // namespace vgpuctl
