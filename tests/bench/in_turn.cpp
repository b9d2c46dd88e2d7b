// SPDX-License-Identifier: Apache-2.0
// Commands against each other: all in turn, so many times, since what else the machine does then
// falls on each alike. Prints the median of each, and how the first compares with the others.
//
//   in_turn RUNS BEFORE COMMAND...
//
// BEFORE goes to a shell before each run and is not timed. A COMMAND is words, split at blanks, run
// without a shell, its output thrown away. One that fails ends it all.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <ratio>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Ms = std::chrono::duration<double, std::milli>;

struct Run {
  double wall_ms = 0;
  double user_ms = 0;    ///< of the command and all that it waited for
  double kernel_ms = 0;  ///< the same, in the kernel
};

struct Command {
  std::string line;
  std::vector<std::string> words;
  std::vector<Run> runs;
};

double ms_of(const timeval& time) {
  return (static_cast<double>(time.tv_sec) * 1e3) + (static_cast<double>(time.tv_usec) / 1e3);
}

/// Nothing: it failed.
std::optional<Run> run_once(Command& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.words.size() + 1);
  for (std::string& word : command.words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t quiet{};
  ::posix_spawn_file_actions_init(&quiet);
  ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const auto begin = Clock::now();
  const int error =
      ::posix_spawnp(&pid, arguments.front(), &quiet, nullptr, arguments.data(), environ);
  int status = 0;
  rusage used{};
  if (error != 0 || ::wait4(pid, &status, 0, &used) != pid || status != 0) {
    return std::nullopt;
  }
  const Ms wall = Clock::now() - begin;
  ::posix_spawn_file_actions_destroy(&quiet);
  return Run{
      .wall_ms = wall.count(), .user_ms = ms_of(used.ru_utime), .kernel_ms = ms_of(used.ru_stime)};
}

double median(const std::vector<Run>& runs, double Run::* what) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Run& run : runs) {
    values.push_back(run.*what);
  }
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void print(const std::vector<Command>& commands) {
  const double first = median(commands.front().runs, &Run::wall_ms);
  for (const Command& command : commands) {
    const auto [least, most] = std::ranges::minmax(command.runs, {}, &Run::wall_ms);
    const double wall = median(command.runs, &Run::wall_ms);
    std::printf("%9.1f ms (%.1f to %.1f), of CPU %.1f and in the kernel %.1f: %.60s\n",
                wall,
                least.wall_ms,
                most.wall_ms,
                median(command.runs, &Run::user_ms),
                median(command.runs, &Run::kernel_ms),
                command.line.c_str());
    if (&command != &commands.front()) {
      std::printf("%9.2f times that is the first\n", first / wall);
    }
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::span<char*> words(arguments, static_cast<std::size_t>(argument_count));
  const int runs = words.size() > 3 ? std::atoi(words[1]) : 0;
  if (runs < 1) {
    std::fprintf(stderr, "in_turn RUNS BEFORE COMMAND...\n");
    return 2;
  }
  std::vector<Command> commands;
  for (char* const line : words.subspan(3)) {
    Command command{.line = line, .words = {}, .runs = {}};
    std::istringstream split(command.line);
    for (std::string word; split >> word;) {
      command.words.push_back(word);
    }
    commands.push_back(std::move(command));
  }
  for (int run = 0; run < runs; ++run) {
    for (Command& command : commands) {
      // NOLINTNEXTLINE(concurrency-mt-unsafe): there is but one thread
      const bool ready = std::system(words[2]) == 0;
      const auto done = ready ? run_once(command) : std::nullopt;
      if (!done) {
        std::fprintf(stderr, "in_turn: failed: %s\n", ready ? command.line.c_str() : words[2]);
        return 1;
      }
      command.runs.push_back(*done);
    }
  }
  print(commands);
  return 0;
}
