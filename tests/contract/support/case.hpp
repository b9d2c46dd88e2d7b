// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Contract cases as text; README.md describes the language.
namespace vfmgr::contract {

/// The kernels whose rules are told apart, oldest first.
inline constexpr std::array<std::string_view, 4> kKernels{"5.10", "6.1", "6.12", "7.2"};

/// What a step comes to.
struct Outcome {
  enum class Kind : std::uint8_t {
    ok,
    value,
    os_error,   ///< `text` is its name
    unnamed,    ///< no attribute table names the place
    in_flight,  ///< the write has not returned
    blocks      ///< the read does not return
  };
  Kind kind = Kind::ok;
  std::string text;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
std::string to_string(const Outcome& outcome);
/// As it stands behind an arrow.
std::string spelled(const Outcome& outcome);

/// One word of a line. What was quoted is never a keyword.
struct Word {
  std::string text;
  bool quoted = false;
};

struct Step {
  std::uint32_t line = 0;
  std::string verb;
  bool awaited = false;  ///< it may come to what is expected a while later
  std::vector<Word> arguments;
  std::optional<Outcome> expected;             ///< nothing: the verb expects nothing
  std::map<std::string, Outcome> expected_on;  ///< where a kernel's differs
};

struct Given {
  std::uint32_t line = 0;
  std::vector<Word> words;
};

struct Case {
  std::string file;
  std::uint32_t line = 0;
  std::string title;
  std::string source;                ///< kernel file:function, versions
  std::string status;                ///< kNotRecorded, or kRecordedOn and the kernels' releases
  std::vector<std::string> needs;    ///< what a bench must have beside the verbs and givens
  std::vector<std::string> kernels;  ///< on which it holds; empty: all
  std::vector<Given> givens;
  std::vector<Step> steps;
};

inline constexpr std::string_view kNotRecorded = "from source, not yet recorded";
inline constexpr std::string_view kRecordedOn = "recorded on ";

/// The kernel whose rules a release ("6.12.117+deb12-amd64") follows: the newest of kKernels that
/// is no newer. Empty: it is older than all, or no release.
std::string_view kernel_of(std::string_view release);
/// Whether the case was recorded on a release of that kernel.
bool recorded_on(const Case& story, std::string_view kernel);

/// Reads a file of cases. Errors: syntax, with file and line.
Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file);

/// Reads all `*.cases` of a folder, by name. Errors: syntax; io; invalid (two of one title; a case
/// without source or status where `with_source`).
Result<std::vector<Case>> read_cases(const std::string& folder, bool with_source);

}  // namespace vfmgr::contract
