// SPDX-License-Identifier: Apache-2.0
#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/play.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace vfmgr::contract {

std::string to_string(const Outcome& outcome) {
  using Kind = Outcome::Kind;
  switch (outcome.kind) {
    case Kind::ok:
      return "ok";
    case Kind::value:
      return "'" + outcome.text + "'";
    case Kind::os_error:
      return outcome.text;
    case Kind::unnamed:
      return "unnamed";
    case Kind::in_flight:
      return "in-flight";
    case Kind::blocks:
      return "blocks";
  }
  return {};
}

namespace {

/// Whether a case is for this kernel. A bench with one kernel of its own has "".
bool is_for(const Case& story, const std::string& kernel) {
  return kernel.empty() || story.kernels.empty() ||
         std::ranges::find(story.kernels, kernel) != story.kernels.end();
}

/// Whether the case was not recorded where it should be: on the bench's kernel, where it is a real
/// one, anywhere else.
bool lacks_record(const Bench& bench, const Case& story) {
  if (!bench.real()) {
    return story.status == kNotRecorded;
  }
  return std::ranges::any_of(bench.kernels(), [&](const std::string& kernel) {
    return is_for(story, kernel) && !recorded_on(story, kernel);
  });
}

}  // namespace

std::string spelled(const Outcome& outcome) {
  using Kind = Outcome::Kind;
  if (outcome.kind != Kind::value) {
    return outcome.kind == Kind::os_error && outcome.text == "ENOENT" ? "absent"
                                                                      : to_string(outcome);
  }
  std::string text = "\"";
  for (const char byte : outcome.text) {
    switch (byte) {
      case '\n':
        text += "\\n";
        break;
      case '\t':
        text += "\\t";
        break;
      case '"':
      case '\\':
        text += '\\';
        text += byte;
        break;
      default:
        text += byte;
    }
  }
  return text + '"';
}

Tally play_all(const Bench& bench, const std::vector<Case>& cases) {
  Tally tally;
  for (const Case& story : cases) {
    ++tally.cases;
    tally.not_recorded += lacks_record(bench, story) ? 1U : 0U;
    std::string not_here;
    std::uint32_t runs = 0;
    for (const std::string& kernel : bench.kernels()) {
      if (!is_for(story, kernel)) {
        continue;
      }
      Played played = play(bench, story, kernel, Then::ends);
      not_here = played.not_here;
      runs += played.not_here.empty() ? 1U : 0U;
      tally.failures.insert(tally.failures.end(), played.failures.begin(), played.failures.end());
    }
    tally.runs += runs;
    if (runs == 0) {
      tally.not_here.push_back(story.title + ": " +
                               (not_here.empty() ? "no such kernel" : not_here));
    }
  }
  return tally;
}

void record_all(const Bench& bench, const std::vector<Case>& cases, std::ostream& out) {
  for (const Case& story : cases) {
    for (const std::string& kernel : bench.kernels()) {
      if (!is_for(story, kernel)) {
        continue;
      }
      const Played played = play(bench, story, kernel, Then::goes_on);
      const auto steps = static_cast<std::size_t>(std::ranges::count_if(
          story.steps, [](const Step& step) { return step.expected.has_value(); }));
      for (const Heard& heard : played.heard) {
        out << story.file << '\t' << story.line << '\t' << heard.line << '\t'
            << (heard.met.empty() ? "=" : heard.met) << '\n';
      }
      if (!played.not_here.empty() || played.heard.size() != steps) {
        out << story.file << '\t' << story.line << "\t-\t-\n";
      }
      for (const std::string& failure : played.failures) {
        out << "# " << failure << '\n';
      }
      out << std::flush;
    }
  }
}

}  // namespace vfmgr::contract
