// SPDX-License-Identifier: Apache-2.0
// The contract: plays all cases, says what it did, and compares that with the committed numbers.
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/play.hpp"
#include "contract/support/vfio_user.hpp"
#include "core/try.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <ios>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
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

struct Cases {
  std::vector<Case> door, pci;
};

Result<Cases> read_both(const std::string& folder) {
  Cases cases;
  TRY(cases.door, read_cases(folder + "/door", false));
  TRY(cases.pci, read_cases(folder + "/pci", true));
  return cases;
}

/// Plays cases and adds its line to `counts`. False: something does not hold.
bool play_on(const Bench& bench,
             const std::vector<Case>& cases,
             std::string_view what,
             std::string& counts) {
  const Tally tally = play_all(bench, cases);
  say_not_here(bench.name(), tally);
  const std::string kernel = bench.real() ? " " + bench.kernels().front() : std::string{};
  const bool recorded = what == "pci";
  counts += fmt::format("{} on {}{}: {} cases, {} runs; {}not here: {}\n",
                        what,
                        bench.name(),
                        kernel,
                        tally.cases,
                        tally.runs,
                        recorded ? fmt::format("not yet recorded: {}; ", tally.not_recorded) : "",
                        tally.not_here.size());
  return say_failures(tally);
}

/// Whether each of these lines stands in the committed numbers.
bool as_committed(const std::string& counts, const std::string& folder) {
  std::ifstream in(folder + "/counts", std::ios::binary);
  const std::string committed = "\n" + std::string{std::istreambuf_iterator<char>(in), {}};
  bool good = true;
  for (std::size_t at = 0; at < counts.size();) {
    const std::size_t end = counts.find('\n', at) + 1;
    const std::string line = counts.substr(at, end - at);
    if (committed.find("\n" + line) == std::string::npos) {
      std::cout << "FAILED this is not what stands in tests/contract/counts: " << line;
      good = false;
    }
    at = end;
  }
  return good;
}

Result<int> play_here(const std::string& folder, bool guest) {
  TRY(const Cases cases, read_both(folder));
  std::string counts;
  bool good = play_on(*tree_bench(), cases.door, "door", counts);
  if (guest) {
    TRY(const auto bench, guest_bench());
    good = play_on(*bench, cases.pci, "pci", counts) && good;
  } else {
    const auto simulator = sim_bench();
    good = play_on(*simulator, cases.door, "door", counts) && good;
    good = play_on(*simulator, cases.pci, "pci", counts) && good;
  }
  std::cout << counts;
  return as_committed(counts, folder) && good ? EXIT_SUCCESS : EXIT_FAILURE;
}

Result<int> record(const std::string& folder) {
  TRY(const Cases cases, read_both(folder));
  TRY(const auto bench, guest_bench());
  record_all(*bench, cases.pci, std::cout);
  return EXIT_SUCCESS;
}

/// Has a function through vfio until it is ended (SIGTERM); says "held" when it has it.
Result<int> hold(const std::string& function) {
  TRY(const PciAddress address, parse_address(function));
  TRY(const VfioUser user, VfioUser::of(address));
  std::cout << "held" << std::endl;  // NOLINT(performance-avoid-endl): somebody waits for it
  ::pause();
  return EXIT_SUCCESS;
}

Result<int> run(std::string_view how, const std::string& what) {
  if (how == "--hold") {
    return hold(what);
  }
  return how == "--record" ? record(what) : play_here(what, how == "--guest");
}

}  // namespace

}  // namespace vfmgr::contract

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const std::string_view how = arguments.size() == 3 ? arguments[1] : "";
  if (arguments.size() != 2 && how != "--guest" && how != "--record" && how != "--hold") {
    std::cerr << "usage: contract [--guest|--record] FOLDER (with door/, pci/ and counts)\n"
                 "       contract --hold ADDRESS\n"
                 "with options: in a guest of tests/vm, and nowhere else\n";
    return EXIT_FAILURE;
  }
  const auto code = vfmgr::contract::run(how, arguments.back());
  if (!code) {
    const vfmgr::Error& error = code.error();
    std::cerr << to_string(error) << '\n';
    if (error.spot) {
      std::cerr << error.spot->file.view() << ':' << error.spot->line << ": "
                << error.spot->text.view() << '\n';
    }
    return EXIT_FAILURE;
  }
  return *code;
}
