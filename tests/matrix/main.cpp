// SPDX-License-Identifier: Apache-2.0
// The matrix: every case, every write, every errno that the place can give, "failed, but half of it
// happened", and a SIGKILL before and after each write. Afterwards the whole host is as before, or
// as after, or the report names what is not.
#include "vfmgr/result.hpp"

#include "../shape/cast.hpp"
#include "backends/backend.hpp"
#include "case.hpp"
#include "core/try.hpp"
#include "performance.hpp"
#include "stage.hpp"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <string_view>
#include <vector>

namespace vfmgr::matrix {

namespace {

Result<std::vector<Case>> all_cases() {
  const std::filesystem::path tests = VFMGR_TESTS_DIR;
  TRY(std::vector<Case> cases,
      load_cases(
          tests / "golden",
          {.backends = {shipped_backends().begin(), shipped_backends().end()}, .drivers = {}}));
  TRY(std::vector<Case> shapes, load_cases(tests / "shape" / "cases", shape::cast()));
  cases.insert(
      cases.end(), std::make_move_iterator(shapes.begin()), std::make_move_iterator(shapes.end()));
  return cases;
}

/// `matrix [SHARD OF] [--case NAME]`: every OF-th case, so that shards can run beside each other.
int run(std::size_t shard, std::size_t shards, std::string_view only) {
  auto cases = all_cases();
  if (!cases) {
    std::cout << "FAILED: " << to_string(cases.error()) << '\n';
    return EXIT_FAILURE;
  }
  Tally tally;
  for (std::size_t at = shard; at < cases->size(); at += shards) {
    const Case& story = (*cases)[at];
    if (!only.empty() && story.name != only) {
      continue;
    }
    ++tally.cases;
    const auto opening = Stage::set(story);
    if (!opening) {
      ++tally.complaints;
      std::cout << "FAILED " << story.name << ": set-up: " << to_string(opening.error()) << '\n';
      continue;
    }
    perform(story, *opening, tally);
  }
  std::cout << "matrix: " << tally.cases << " cases, " << tally.writes << " writes, "
            << tally.errnos << " errnos, " << tally.halves << " halves, " << tally.kills
            << " kills, " << tally.doubles << " doubles, " << tally.undone << " writes undone; "
            << tally.named << " ended with differences named, " << tally.complaints
            << " complaints\n";
  return tally.complaints == 0 && tally.cases > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

}  // namespace vfmgr::matrix

int main(int argc, char** argv) {
  std::size_t shard = 0;
  std::size_t shards = 1;
  std::string_view only;
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "--case") {
    only = words[1];
  } else if (words.size() == 2) {
    std::from_chars(words[0].data(), words[0].data() + words[0].size(), shard);
    std::from_chars(words[1].data(), words[1].data() + words[1].size(), shards);
  }
  return vfmgr::matrix::run(shard, shards == 0 ? 1 : shards, only);
}
