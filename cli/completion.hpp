// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

namespace vgpuctl {

/// What may stand in a word's place.
struct Candidate {
  std::string word;
  std::string about;  ///< may be empty
};
struct Candidates {
  bool files = false;  ///< names of files, too, which the shell knows
  std::vector<Candidate> words;
};

/// What the last of `words` may become, whatever has been typed of it. Commands and options are
/// those of `app`; a value's kind is the name of its type in help (GPU, VF, FILE, MODEL, COMMAND),
/// or its check's set of words. Hosts are read without a lock; one that can't be read has no
/// candidates.
Candidates candidates(const CLI::App& app, std::span<const std::string> words);

}  // namespace vgpuctl
