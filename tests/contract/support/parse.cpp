// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"

#include "contract/support/case.hpp"
#include "contract/support/words.hpp"
#include "core/try.hpp"
#include "sim/tools.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

struct Verb {
  std::string_view name;
  std::size_t arguments;
  bool expects;
  bool looks = false;  ///< changes nothing, so that it can be done again and again
};

constexpr std::array kVerbs{Verb{"write", 2, true},
                            Verb{"read", 1, true, true},
                            Verb{"bytes", 1, true, true},
                            Verb{"slow", 1, true, true},
                            Verb{"link", 1, true, true},
                            Verb{"leaf", 1, true, true},
                            Verb{"list", 1, true, true},
                            Verb{"count", 1, true, true},
                            Verb{"vectors", 1, true, true},
                            Verb{"open", 1, true},
                            Verb{"close", 1, false},
                            Verb{"take", 1, true},
                            Verb{"let-go", 1, true},
                            Verb{"vanish", 2, false},
                            Verb{"wait", 1, false},
                            Verb{"took", 1, false},
                            Verb{"changed", 0, false},
                            Verb{"remember", 0, false},
                            Verb{"as-before", 0, false}};

/// What `needs:` can name.
constexpr std::array<std::string_view, 4> kNeeds{"modes", "rescan", "reset", "enable-sriov"};

/// What is wrong with a line.
using Fault = std::string;

bool known_kernel(std::string_view version) {
  return std::ranges::find(kKernels, version) != kKernels.end();
}

bool looks_like_errno(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return text.size() > 2 && text.front() == 'E' &&
         text.find_first_not_of(kLetters) == std::string_view::npos;
}

/// One word after the arrow.
Fault expectation(const Word& word, Outcome& outcome) {
  using Kind = Outcome::Kind;
  static const std::map<std::string_view, Outcome> keywords{
      {"ok", {.kind = Kind::ok, .text = {}}},
      {"absent", {.kind = Kind::os_error, .text = "ENOENT"}},
      {"unnamed", {.kind = Kind::unnamed, .text = {}}},
      {"in-flight", {.kind = Kind::in_flight, .text = {}}},
      {"blocks", {.kind = Kind::blocks, .text = {}}}};
  outcome = {.kind = Kind::value, .text = word.text};
  if (word.quoted) {
    return {};
  }
  if (const auto keyword = keywords.find(word.text); keyword != keywords.end()) {
    outcome = keyword->second;
  } else if (looks_like_errno(word.text)) {
    outcome.kind = Kind::os_error;
    if (!sim::parse_errno(word.text)) {
      return "there is no errno " + word.text;
    }
  }
  return {};
}

/// "[5.10: ENODEV; 6.1: ok]" behind what is expected.
Fault exceptions(std::vector<Word> words, Step& step) {
  if (words.front().quoted || !words.front().text.starts_with('[') || words.back().quoted ||
      !words.back().text.ends_with(']')) {
    return "behind what is expected only [VERSION: WHAT; …] can stand";
  }
  words.front().text.erase(0, 1);
  words.back().text.pop_back();
  for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
    std::string version = words[at].text;
    const bool colon = version.ends_with(':');
    version.resize(version.size() - (colon ? 1 : 0));
    if (!colon || !known_kernel(version)) {
      return "'" + words[at].text + "' is no kernel that is told apart";
    }
    Word& what = words[at + 1];
    if (at + 2 < words.size() && !what.quoted && what.text.ends_with(';')) {
      what.text.pop_back();
    }
    if (Fault fault = expectation(what, step.expected_on[version]); !fault.empty()) {
      return fault;
    }
  }
  return words.size() % 2 == 0 ? Fault{} : Fault("a VERSION: without what is expected there");
}

Fault read_step(const std::vector<Word>& words, Step& step) {
  step.awaited = words.front().text == "await" && !words.front().quoted && words.size() > 1;
  const auto begin = words.begin() + (step.awaited ? 1 : 0);
  step.verb = begin->text;
  const auto* const verb =
      std::ranges::find_if(kVerbs, [&](const Verb& one) { return one.name == step.verb; });
  if (verb == kVerbs.end() || begin->quoted) {
    return "'" + step.verb + "' is no step";
  }
  if (step.awaited && !verb->looks) {
    return "'" + step.verb + "' is nothing to wait for";
  }
  const auto arrow = std::ranges::find_if(
      words, [](const Word& word) { return !word.quoted && word.text == "->"; });
  step.arguments.assign(begin + 1, arrow);
  if (step.arguments.size() != verb->arguments) {
    return "'" + step.verb + "' takes " + std::to_string(verb->arguments) + " words";
  }
  if (!verb->expects) {
    return arrow == words.end() ? Fault{} : Fault("'" + step.verb + "' comes to nothing");
  }
  if (words.end() - arrow < 2) {
    return "'" + step.verb + "' needs '-> WHAT'";
  }
  Outcome expected;
  if (Fault fault = expectation(*(arrow + 1), expected); !fault.empty()) {
    return fault;
  }
  step.expected = std::move(expected);
  return arrow + 2 == words.end() ? Fault{} : exceptions({arrow + 2, words.end()}, step);
}

/// "source: …" and its like. True: it was one.
bool read_header(std::string_view line, Case& story, Fault& fault) {
  const std::size_t colon = line.find(": ");
  const std::string_view name = line.substr(0, colon);
  constexpr std::array<std::string_view, 4> kHeaders{"source", "status", "needs", "kernels"};
  if (colon == std::string_view::npos || std::ranges::find(kHeaders, name) == kHeaders.end()) {
    return false;
  }
  const std::string text(line.substr(colon + 2));
  if (!story.steps.empty() || !story.givens.empty()) {
    fault = "this belongs before what is given";
  } else if (name == "source") {
    story.source = text;
  } else if (name == "status") {
    story.status = text;
    if (text != kNotRecorded && !text.starts_with(kRecordedOn)) {
      fault = "a status is '" + std::string(kNotRecorded) + "' or 'recorded on …'";
    }
  } else {
    const auto words = split_words(text, fault);
    for (const Word& word : words.value_or(std::vector<Word>{})) {
      (name == "needs" ? story.needs : story.kernels).push_back(word.text);
      if (name == "kernels" && !known_kernel(word.text)) {
        fault = "'" + word.text + "' is no kernel that is told apart";
      }
      if (name == "needs" && std::ranges::find(kNeeds, word.text) == kNeeds.end()) {
        fault = "'" + word.text + "' is nothing that a bench can have or lack";
      }
    }
  }
  return true;
}

Fault read_line(std::string_view line, std::uint32_t number, Case& story) {
  Fault fault;
  if (read_header(line, story, fault)) {
    return fault;
  }
  const auto words = split_words(line, fault);
  if (!words) {
    return fault;
  }
  if (words->front().text == "given" && !words->front().quoted) {
    if (!story.steps.empty()) {
      return "what is given stands before the steps";
    }
    story.givens.push_back({.line = number, .words = {words->begin() + 1, words->end()}});
    return words->size() > 1 ? Fault{} : Fault("what is given?");
  }
  Step step{.line = number};
  fault = read_step(*words, step);
  story.steps.push_back(std::move(step));
  return fault;
}

std::unexpected<Error> at_line(const std::string& file,
                               std::uint32_t number,
                               std::string_view line,
                               std::string why) {
  return fail(
      {.kind = ErrorKind::syntax,
       .subject = file,
       .why = std::move(why),
       .spot = Spot{.file = file,
                    .line = number,
                    .column = 1,
                    .length = static_cast<std::uint32_t>(std::max<std::size_t>(line.size(), 1)),
                    .text = std::string(line)}});
}

}  // namespace

Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file) {
  std::vector<Case> cases;
  std::uint32_t number = 0;
  const auto is_whole = [&cases] { return cases.empty() || !cases.back().steps.empty(); };
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    ++number;
    if (line.find_first_not_of(' ') == std::string_view::npos || line.starts_with('#')) {
      continue;
    }
    if (line.starts_with("case ")) {
      if (!is_whole()) {
        return at_line(file, number, line, "the case before this one has no step");
      }
      cases.push_back({.file = file, .line = number, .title = std::string(line.substr(5))});
      continue;
    }
    if (cases.empty()) {
      return at_line(file, number, line, "a file begins with 'case TITLE'");
    }
    if (Fault fault = read_line(line, number, cases.back()); !fault.empty()) {
      return at_line(file, number, line, std::move(fault));
    }
  }
  if (!is_whole()) {
    return at_line(file, number, {}, "the last case has no step");
  }
  return cases;
}

Result<std::vector<Case>> read_cases(const std::string& folder, bool with_source) {
  std::set<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".cases") {
      files.insert(entry.path());
    }
  }
  if (error) {
    return fail({.kind = ErrorKind::io,
                 .os_error = error.value(),
                 .subject = folder,
                 .why = error.message()});
  }
  std::vector<Case> all;
  std::set<std::string> titles;
  for (const std::filesystem::path& path : files) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string name = path.filename().string();
    TRY(auto cases, parse_cases(text, name));
    for (Case& story : cases) {
      if (!titles.insert(story.title).second) {
        return at_line(name, story.line, "case " + story.title, "two cases have this title");
      }
      if (with_source && (story.source.empty() || story.status.empty())) {
        return at_line(
            name, story.line, "case " + story.title, "a source and a status are missing");
      }
      all.push_back(std::move(story));
    }
  }
  return all;
}

}  // namespace vfmgr::contract
