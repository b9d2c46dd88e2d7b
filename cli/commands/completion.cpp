// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"

#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "completion_scripts.hpp"
#include "context.hpp"
#include "output/shell_word.hpp"
#include "output/style.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

constexpr unsigned kPatience = 5;          // seconds; people press Tab and look
constexpr std::size_t kMostOfAbout = 120;  // columns; shells cut it to the window

vfmgr::Result<vfmgr::ExitCode> print_script(Context& context, const std::string& shell) {
  context.print_text(completion_script(shell));
  return vfmgr::ExitCode::ok;
}

/// Nobody waits for a completion: where the host does not answer there is none.
void give_up_in_time() {
  static_cast<void>(std::signal(SIGALRM, [](int) { std::_Exit(0); }));
  ::alarm(kPatience);
}

/// A word as readline puts it behind what was typed of it: of a word with an open quote that is
/// what stands behind the quote. Where that begins with such a quote itself readline goes back over
/// the one that was typed (complete.c:insert_match, readline 8.2), so it is given again.
std::string behind(const ShellWord& typed, const std::string& word) {
  const std::string text = shell_word(word.substr(typed.before_quote.size()), typed.quote);
  return typed.quote != 0 && text.starts_with(typed.quote) ? typed.quote + text : text;
}

/// bash takes what is printed as it is: it must be what was typed, and quoted like it.
std::vector<std::string> lines_for_bash(const CLI::App& app, std::vector<std::string> words) {
  ShellWord last;
  for (std::string& word : words) {
    last = read_shell_word(word);
    word = last.text;
  }
  const Candidates all = candidates(app, words);
  std::vector<std::string> lines{all.files ? "files" : "words"};
  for (const Candidate& one : all.words) {
    if (one.word.starts_with(last.text)) {
      lines.push_back(behind(last, one.word));
    }
  }
  return lines;
}

/// zsh and fish compare and quote by themselves.
std::vector<std::string> lines_for_others(const CLI::App& app,
                                          const std::vector<std::string>& words) {
  const Candidates all = candidates(app, words);
  std::vector<std::string> lines{all.files ? "files" : "words"};
  for (const Candidate& one : all.words) {
    lines.push_back(one.word + "\t" + brief(one.about, kMostOfAbout));
  }
  return lines;
}

vfmgr::Result<vfmgr::ExitCode> complete_words(Context& context,
                                              const CLI::App& app,
                                              std::vector<std::string> words) {
  if (words.size() < 2) {
    return vfmgr::ExitCode::ok;
  }
  give_up_in_time();
  const std::string shell = words.front();
  words.erase(words.begin());
  std::string text;
  for (const std::string& line :
       shell == "bash" ? lines_for_bash(app, words) : lines_for_others(app, words)) {
    text += line + "\n";
  }
  context.print(text);
  return vfmgr::ExitCode::ok;
}

}  // namespace

void add_completion(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("completion", "Prints a script that lets a shell complete command lines");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&chosen, shell] {
    chosen = [shell](Context& context) { return print_script(context, *shell); };
  });
  // Not for people: those scripts run it. What follows is another command line, which is no part
  // of this one.
  auto* const words = app.add_subcommand("complete-words", "What the scripts of `completion` ask")
                          ->group("")
                          ->prefix_command()
                          ->fallthrough(false);
  words->callback([&app, &chosen, words] {
    chosen = [&app, words](Context& context) {
      return complete_words(context, app, words->remaining());
    };
  });
}

}  // namespace vgpuctl
