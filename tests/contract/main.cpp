// SPDX-License-Identifier: Apache-2.0
// The contract: plays all cases, says what it did, and compares that with the committed numbers.
#include "vfmgr/result.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/play.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <ios>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

bool say_failures(const Tally& tally) {
  for (const std::string& failure : tally.failures) {
    std::cout << "FAILED " << failure << '\n';
  }
  return tally.failures.empty();
}

void say_not_here(const std::string& bench, const Tally& tally) {
  for (const std::string& lacking : tally.not_here) {
    std::cout << "not here (" << bench << "): " << lacking << '\n';
  }
}

Result<int> run(const std::string& folder) {
  const std::vector<std::unique_ptr<Bench>> benches = [] {
    std::vector<std::unique_ptr<Bench>> both;
    both.push_back(sim_bench());
    both.push_back(tree_bench());
    return both;
  }();
  std::string counts;
  bool good = true;
  auto door = read_cases(folder + "/door", false);
  auto pci = read_cases(folder + "/pci", true);
  if (!door || !pci) {
    return fail(door ? std::move(pci.error()) : std::move(door.error()));
  }
  counts += fmt::format("{} door cases on {} kernels\n", door->size(), benches.size());
  for (const auto& bench : benches) {
    const Tally tally = play_all(*bench, *door);
    good = say_failures(tally) && good;
    say_not_here(bench->name(), tally);
    counts += fmt::format(
        "door on {}: {} runs; not here: {}\n", bench->name(), tally.runs, tally.not_here.size());
  }
  const Tally tally = play_all(*benches.front(), *pci);
  good = say_failures(tally) && good;
  say_not_here(benches.front()->name(), tally);
  counts += fmt::format("{} pci cases on the simulator: {} runs; {}: {}; not here: {}\n",
                        tally.cases,
                        tally.runs,
                        kNotRecorded,
                        tally.not_recorded,
                        tally.not_here.size());
  std::cout << counts;
  std::ifstream in(folder + "/counts", std::ios::binary);
  const std::string committed{std::istreambuf_iterator<char>(in), {}};
  if (committed != counts) {
    std::cout << "FAILED these are not the committed numbers of tests/contract/counts:\n"
              << committed;
    good = false;
  }
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

}  // namespace vfmgr::contract

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) {
    std::cerr << "usage: contract FOLDER (with door/, pci/ and counts)\n";
    return EXIT_FAILURE;
  }
  const auto code = vfmgr::contract::run(arguments[1]);
  if (!code) {
    const vfmgr::Error& error = code.error();
    std::cerr << to_string(error) << '\n';
    if (error.spot) {
      std::cerr << error.spot->file << ':' << error.spot->line << ": " << error.spot->text << '\n';
    }
    return EXIT_FAILURE;
  }
  return *code;
}
