// SPDX-License-Identifier: Apache-2.0
#include "state.hpp"

#include "amdsmi.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ios>
#include <istream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>

namespace fake_amdsmi {

namespace {

// Under this all is read, changed and written.
std::mutex turn;

std::string path_of_state() {
  const char* const path = std::getenv("FAKE_AMDSMI_STATE");  // NOLINT(concurrency-mt-unsafe)
  return path == nullptr ? "" : path;
}

void read_line(const std::string& key, std::istream& words, State& state) {
  std::string function;
  if (key == "opened") {
    words >> state.opened;
  } else if (key == "closed") {
    words >> state.closed;
  } else if (key == "most") {
    words >> state.most;
  } else if (key == "fail") {
    words >> function;
    words >> state.failing[function];
  } else if (key == "hang") {
    words >> function;
    words >> state.hanging[function];
  } else if (key == "gpu") {
    Gpu& gpu = state.gpus.emplace_back();
    words >> std::hex >> gpu.domain >> gpu.bus >> gpu.device >> gpu.function >> std::dec >>
        gpu.enabled >> gpu.supported >> gpu.running;
  }
  state.unloaded = state.unloaded || key == "unloaded";
  state.nameless = state.nameless || key == "nameless";
}

std::optional<State> read_state() {
  std::ifstream in(path_of_state());
  if (!in) {
    return std::nullopt;
  }
  State state;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    read_line(key, words, state);
  }
  return state;
}

/// In one go: a test may read it at any time.
void write_state(const State& state) {
  const std::string path = path_of_state();
  {
    std::ofstream out(path + ".new");
    out << "opened " << state.opened << "\nclosed " << state.closed << "\nmost " << state.most
        << '\n';
    for (const auto& [function, status] : state.failing) {
      out << "fail " << function << ' ' << status << '\n';
    }
    for (const auto& [function, fifo] : state.hanging) {
      out << "hang " << function << ' ' << fifo << '\n';
    }
    out << (state.unloaded ? "unloaded\n" : "") << (state.nameless ? "nameless\n" : "");
    for (const Gpu& gpu : state.gpus) {
      out << "gpu " << std::hex << gpu.domain << ' ' << gpu.bus << ' ' << gpu.device << ' '
          << gpu.function << std::dec << ' ' << gpu.enabled << ' ' << gpu.supported << ' '
          << gpu.running << '\n';
    }
  }
  std::filesystem::rename(path + ".new", path);
}

void hang_where_told(const char* function) {
  std::string fifo;
  {
    const std::lock_guard lock(turn);
    const auto state = read_state();
    const auto found = state ? state->hanging.find(function) : decltype(state->hanging.end())();
    if (!state || found == state->hanging.end()) {
      return;
    }
    fifo = found->second;
  }
  const std::ifstream waits(fifo);  // open(2) returns once there is a writer (fifo(7))
}

}  // namespace

amdsmi_status_t answer(const char* function, const std::function<amdsmi_status_t(State&)>& act) {
  hang_where_told(function);
  const std::lock_guard lock(turn);
  auto state = read_state();
  if (!state) {
    return AMDSMI_STATUS_UNKNOWN_ERROR;
  }
  const auto failing = state->failing.find(function);
  const amdsmi_status_t status =
      failing == state->failing.end() ? act(*state) : static_cast<amdsmi_status_t>(failing->second);
  write_state(*state);
  return status;
}

amdsmi_status_t answer_begun(const char* function,
                             const std::function<amdsmi_status_t(State&)>& act) {
  return answer(function, [&act](State& state) {
    return state.opened > state.closed ? act(state) : AMDSMI_STATUS_NOT_INIT;
  });
}

}  // namespace fake_amdsmi
