// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"

#include "completion_host.hpp"
#include "completion_line.hpp"
#include "core/words.hpp"
#include "help.hpp"
#include "output/style.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

void add_commands(const CLI::App& command, std::vector<Candidate>& words) {
  for (const CLI::App* const one : shown_commands(command)) {
    words.push_back({.word = one->get_name(), .about = one->get_description()});
  }
}

void add_options(const CLI::App& command, std::vector<Candidate>& words) {
  for (const CLI::Option* const option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words.push_back({.word = "--" + name, .about = option->get_description()});
    }
    for (const std::string& name : option->get_snames()) {
      words.push_back({.word = "-" + name, .about = option->get_description()});
    }
  }
}

/// Of the command itself, and of those around it but for --help, which each has.
void add_all_options(const CLI::App& command, std::vector<Candidate>& words) {
  add_options(command, words);
  for (const CLI::App* app = command.get_parent(); app != nullptr; app = app->get_parent()) {
    std::vector<Candidate> outer;
    add_options(*app, outer);
    for (const Candidate& one : outer) {
      if (std::ranges::find(words, one.word, &Candidate::word) == words.end()) {
        words.push_back(one);
      }
    }
  }
}

/// "WHEN:{auto,always,never}": CLI11 writes what a value is checked for behind its type.
void add_members(const std::string& type, std::vector<Candidate>& words) {
  const std::size_t from = type.find('{');
  const std::size_t to = type.rfind('}');
  if (from != std::string::npos && to != std::string::npos && from < to) {
    for (const auto word :
         vfmgr::split(std::string_view(type).substr(from + 1, to - from - 1), ',')) {
      words.push_back({.word = std::string(word), .about = {}});
    }
  }
}

/// "GPU|VF..." are GPU and VF, "MODEL[,N]" is MODEL, "PLAN.json" PLAN. An argument whose type was
/// not said is of the kind it is named after.
std::vector<std::string> kinds_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::string said = type.substr(0, type.find(':'));
  const bool by_name = option.get_positional() && said == "TEXT";
  std::vector<std::string> kinds;
  for (const auto kind : vfmgr::split(by_name ? option.get_name(true) : said, '|')) {
    kinds.emplace_back(kind.substr(0, kind.find_first_of(".[")));
  }
  return kinds;
}

/// `help sim` goes on with the commands of sim.
void add_topics(const CLI::App& app,
                const std::vector<std::string>& named,
                std::vector<Candidate>& words) {
  const CLI::App* command = &app;
  for (const std::string& name : named) {
    const auto all = shown_commands(*command);
    const auto found = std::ranges::find(all, name, &CLI::App::get_name);
    if (found == all.end()) {
      return;
    }
    command = *found;
  }
  add_commands(*command, words);
  if (named.empty()) {
    words.push_back(
        {.word = std::string(kAttributesTopic), .about = "What a profile may give GPUs and VFs"});
  }
}

/// The host that a line is about: the file of --sim, or of a `sim` command.
std::string host_file(const LineEnd& end) {
  std::string file;
  for (const auto& [option, values] : end.given) {
    const bool names_host = option->check_lname("sim") || kinds_of(*option).front() == kHostFile;
    file = names_host && !values.empty() ? values.back() : file;
  }
  return file;
}

bool all_classes(const LineEnd& end) {
  return std::ranges::any_of(end.given,
                             [](const auto& one) { return one.first->check_lname("all-classes"); });
}

void add_values(const CLI::App& app,
                const LineEnd& end,
                const CLI::Option& taker,
                Candidates& all) {
  add_members(taker.get_type_name(), all.words);
  for (const std::string& kind : kinds_of(taker)) {
    if (kind == "FILE" || kind == "PLAN" || kind == kHostFile) {
      all.files = true;
    } else if (kind == "GPU") {
      add_gpus(host_file(end), all_classes(end), all.words);
    } else if (kind == "VF") {
      add_vfs(host_file(end), all_classes(end), all.words);
    } else if (kind == "MODEL") {
      add_models(all.words);
    } else if (kind == "COMMAND") {
      const auto named = end.given.find(&taker);
      add_topics(
          app, named == end.given.end() ? std::vector<std::string>{} : named->second, all.words);
    }
  }
}

}  // namespace

Candidates candidates(const CLI::App& app, std::span<const std::string> words) {
  const LineEnd end = end_of_line(app, words);
  Candidates all;
  for (const CLI::Option* const taker : end.takers) {
    add_values(app, end, *taker, all);
  }
  if (end.commands) {
    add_commands(*end.command, all.words);
  }
  if (end.options) {
    add_all_options(*end.command, all.words);
  }
  // A name that would move the cursor, or end the line, is none that a shell can be given.
  std::erase_if(all.words, [](const Candidate& one) { return plain(one.word) != one.word; });
  for (Candidate& one : all.words) {
    one.word.insert(0, end.lead);
  }
  return all;
}

}  // namespace vgpuctl
