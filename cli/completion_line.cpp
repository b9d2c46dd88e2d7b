// SPDX-License-Identifier: Apache-2.0
#include "completion_line.hpp"

#include "help.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vgpuctl {

namespace {

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-' && word != "--";
}

/// "--color=always" in two; without '=' the second is not there.
struct Halves {
  std::string name;
  std::optional<std::string> value;
};

Halves halves(const std::string& word) {
  const std::size_t at = word.starts_with("--") ? word.find('=') : std::string::npos;
  return at == std::string::npos ? Halves{.name = word, .value = {}}
                                 : Halves{.name = word.substr(0, at), .value = word.substr(at + 1)};
}

class Reader {
 public:
  explicit Reader(const CLI::App& app) { end_.command = &app; }

  void read(const std::string& word) {
    if (waits_for_value()) {
      give(*taker_, word);
      return;
    }
    if (!arguments_only_ && word == "--") {
      arguments_only_ = true;
      taker_ = nullptr;
    } else if (!arguments_only_ && is_option(word)) {
      read_option(word);
    } else if (const CLI::App* const command = command_named(word); command != nullptr) {
      end_.command = command;
      taker_ = nullptr;
    } else if (wants_more(taker_)) {
      give(*taker_, word);
    } else if (const CLI::Option* const argument = next_argument(); argument != nullptr) {
      give(*argument, word);
    }
  }

  LineEnd finish(const std::string& word) {
    if (waits_for_value()) {
      end_.takers = {taker_};
      return std::move(end_);
    }
    const Halves parts = halves(word);
    if (!arguments_only_ && parts.value) {
      const CLI::Option* const option = option_named(parts.name);
      if (option != nullptr && takes_value(*option)) {
        end_.takers = {option};
        end_.lead = parts.name + "=";
      }
      return std::move(end_);
    }
    end_.options = !arguments_only_ && word.starts_with("-");
    if (!end_.options) {
      finish_word();
    }
    return std::move(end_);
  }

 private:
  void finish_word() {
    const CLI::Option* const argument = next_argument();
    if (wants_more(taker_)) {
      end_.takers.push_back(taker_);
    }
    if (argument != nullptr && argument != taker_) {
      end_.takers.push_back(argument);
    }
    end_.commands = !shown_commands(*end_.command).empty();
    // Where nothing else can follow, options can: Tab alone shows them.
    end_.options = !arguments_only_ && end_.takers.empty() && !end_.commands;
  }

  [[nodiscard]] std::size_t count(const CLI::Option& option) const {
    const auto found = end_.given.find(&option);
    return found == end_.given.end() ? 0 : found->second.size();
  }
  [[nodiscard]] bool wants_more(const CLI::Option* option) const {
    return option != nullptr && taken_ < static_cast<std::size_t>(option->get_items_expected_max());
  }
  [[nodiscard]] bool waits_for_value() const {
    return taker_ != nullptr && taken_ < static_cast<std::size_t>(taker_->get_items_expected_min());
  }

  void give(const CLI::Option& option, const std::string& value) {
    end_.given[&option].push_back(value);
    ++taken_;
  }

  void read_option(const std::string& word) {
    const auto [name, value] = halves(word);
    const CLI::Option* const option = option_named(name);
    taker_ = nullptr;
    if (option == nullptr) {
      return;
    }
    taken_ = 0;
    if (!takes_value(*option) || value) {
      give(*option, value.value_or(""));
      return;
    }
    taker_ = option;
  }

  /// Options of the commands around it may stand behind a command, too (CLI::App::fallthrough).
  [[nodiscard]] const CLI::Option* option_named(const std::string& name) const {
    for (const CLI::App* app = end_.command; app != nullptr; app = app->get_parent()) {
      if (const CLI::Option* const option = app->get_option_no_throw(name); option != nullptr) {
        return option;
      }
    }
    return nullptr;
  }

  [[nodiscard]] const CLI::App* command_named(const std::string& word) const {
    const auto all = shown_commands(*end_.command);
    const auto found = std::ranges::find(all, word, &CLI::App::get_name);
    return arguments_only_ || found == all.end() ? nullptr : *found;
  }

  /// The first argument that has room for a word.
  [[nodiscard]] const CLI::Option* next_argument() const {
    for (const CLI::Option* const option : end_.command->get_options()) {
      if (option->get_positional() &&
          count(*option) < static_cast<std::size_t>(option->get_items_expected_max())) {
        return option;
      }
    }
    return nullptr;
  }

  LineEnd end_;
  const CLI::Option* taker_ = nullptr;  ///< the option before, which may want values
  std::size_t taken_ = 0;               ///< how many it has since it was named
  bool arguments_only_ = false;         ///< "--" was read
};

}  // namespace

bool takes_value(const CLI::Option& option) {
  return option.get_expected_max() != 0;
}

LineEnd end_of_line(const CLI::App& app, std::span<const std::string> words) {
  Reader reader(app);
  for (const std::string& word : words.first(words.size() - 1)) {
    reader.read(word);
  }
  return reader.finish(words.back());
}

}  // namespace vgpuctl
