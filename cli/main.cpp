// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <csignal>

int main(int argument_count, char** arguments) {
  // A reader that goes away must not end a run half way.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  return vgpuctl::run(argument_count, arguments);
}
