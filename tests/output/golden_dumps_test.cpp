// SPDX-License-Identifier: Apache-2.0
// Wrong dumps of lspci's and what a person is told of them: tests/golden-dumps/NAME has dump.txt
// and what is expected: report.txt. VFMGR_UPDATE_GOLDEN=1 writes that.
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "core/lspci_dump.hpp"
#include "core/text_tree.hpp"
#include "output/error_text.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <string>

namespace vgpuctl::dumps {
namespace {

std::string bytes_in(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(AWrongDump, IsReportedAsAPersonNeedsIt) {
  const bool update =
      std::getenv("VFMGR_UPDATE_GOLDEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VFMGR_TESTS_DIR "/golden-dumps")) {
    const std::filesystem::path& folder = entry.path();
    SCOPED_TRACE(folder.filename().string());
    ++cases;
    const vfmgr::SourceText source(std::string("dump.txt"), bytes_in(folder / "dump.txt"));
    const auto dump = vfmgr::parse_lspci_dump(source);
    ASSERT_FALSE(dump.has_value()) << "a wrong dump passes";
    const std::string report = error_text(dump.error(), {.colour = false, .width = 80});
    if (update) {
      std::ofstream(folder / "report.txt", std::ios::binary) << report;
    }
    EXPECT_EQ(bytes_in(folder / "report.txt"), report);
    EXPECT_EQ(static_cast<int>(exit_code(dump.error())), 4);
  }
  EXPECT_GE(cases, 18U);
}

}  // namespace
}  // namespace vgpuctl::dumps
