// SPDX-License-Identifier: Apache-2.0
#include "state.hpp"

#include "nvml.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <istream>
#include <mutex>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>

namespace fake_nvml {

namespace {

// Under this all is read, changed and written.
std::mutex turn;

std::string path_of_state() {
  const char* const path = std::getenv("FAKE_NVML_STATE");  // NOLINT(concurrency-mt-unsafe)
  return path == nullptr ? "" : path;
}

std::string rest_of(std::istream& words) {
  std::string rest;
  std::getline(words >> std::ws, rest);
  return rest;
}

void read_profile(std::istream& words, Gpu& gpu) {
  Profile profile;
  std::string starts;
  words >> profile.number >> profile.id >> profile.most >> profile.slices >> profile.size >> starts;
  std::istringstream each(starts);
  for (std::string start; std::getline(each, start, ',');) {
    profile.starts.push_back(static_cast<unsigned>(std::stoul(start)));
  }
  profile.name = rest_of(words);
  gpu.profiles.push_back(profile);
}

void read_instance(std::istream& words, Gpu& gpu) {
  Instance instance;
  words >> instance.id >> instance.profile >> instance.start;
  char colon = '\0';
  for (unsigned id = 0, profile = 0; words >> id >> colon >> profile;) {
    instance.compute[id] = profile;
  }
  gpu.instances.push_back(instance);
}

void read_of_gpu(const std::string& key, std::istream& words, Gpu& gpu) {
  if (key == "mig") {
    std::string current;
    std::string pending;
    words >> current >> pending;
    gpu.has_mig = true;
    gpu.mig = current == "on";
    gpu.pending = pending == "on";
  } else if (key == "mixed") {
    gpu.has_mixed = true;
    words >> gpu.mixed;
  } else if (key == "vgpus") {
    words >> gpu.vgpus;
  } else if (key == "type") {
    unsigned id = 0;
    words >> id;
    gpu.types[id] = rest_of(words);
  } else if (key == "profile") {
    read_profile(words, gpu);
  } else if (key == "instance") {
    read_instance(words, gpu);
  }
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
    std::string function;
    words >> key;
    if (key == "opened") {
      words >> state.opened;
    } else if (key == "closed") {
      words >> state.closed;
    } else if (key == "most") {
      words >> state.most;
    } else if (key == "activation") {
      words >> state.activation;
    } else if (key == "fail") {
      words >> function;
      words >> state.failing[function];
    } else if (key == "hang") {
      words >> function;
      state.hanging[function] = rest_of(words);
    } else if (key == "gpu") {
      state.gpus.emplace_back().bus_id = rest_of(words);
    } else if (!state.gpus.empty()) {
      read_of_gpu(key, words, state.gpus.back());
    }
  }
  return state;
}

void write_gpu(std::ostream& out, const Gpu& gpu) {
  const auto word = [](bool on) { return on ? "on" : "off"; };
  out << "gpu " << gpu.bus_id << "\nvgpus " << gpu.vgpus << '\n';
  if (gpu.has_mig) {
    out << "mig " << word(gpu.mig) << ' ' << word(gpu.pending) << '\n';
  }
  if (gpu.has_mixed) {
    out << "mixed " << gpu.mixed << '\n';
  }
  for (const auto& [id, name] : gpu.types) {
    out << "type " << id << ' ' << name << '\n';
  }
  for (const Profile& profile : gpu.profiles) {
    out << "profile " << profile.number << ' ' << profile.id << ' ' << profile.most << ' '
        << profile.slices << ' ' << profile.size << ' ';
    for (std::size_t i = 0; i < profile.starts.size(); ++i) {
      out << (i == 0 ? "" : ",") << profile.starts[i];
    }
    out << ' ' << profile.name << '\n';
  }
  for (const Instance& instance : gpu.instances) {
    out << "instance " << instance.id << ' ' << instance.profile << ' ' << instance.start;
    for (const auto& [id, profile] : instance.compute) {
      out << ' ' << id << ':' << profile;
    }
    out << '\n';
  }
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
    if (state.activation != NVML_SUCCESS) {
      out << "activation " << state.activation << '\n';
    }
    for (const Gpu& gpu : state.gpus) {
      write_gpu(out, gpu);
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

const Profile* Gpu::profile(unsigned id) const {
  const auto found = std::ranges::find(profiles, id, &Profile::id);
  return found == profiles.end() ? nullptr : &*found;
}

nvmlReturn_t answer_always(const char* function, const std::function<nvmlReturn_t(State&)>& act) {
  hang_where_told(function);
  const std::lock_guard lock(turn);
  auto state = read_state();
  if (!state) {
    return NVML_ERROR_UNKNOWN;
  }
  const auto failing = state->failing.find(function);
  const nvmlReturn_t status = failing == state->failing.end() ? act(*state) : failing->second;
  write_state(*state);
  return status;
}

nvmlReturn_t answer(const char* function, const std::function<nvmlReturn_t(State&)>& act) {
  return answer_always(function, [&act](State& state) {
    return state.opened > state.closed ? act(state) : NVML_ERROR_UNINITIALIZED;
  });
}

nvmlReturn_t answer_for(const char* function,
                        nvmlDevice_t device,
                        const std::function<nvmlReturn_t(State&, Gpu&)>& act) {
  return answer(function, [&](State& state) -> nvmlReturn_t {
    const auto number = std::bit_cast<std::uintptr_t>(device);
    if (number == 0 || number > state.gpus.size()) {
      return NVML_ERROR_INVALID_ARGUMENT;
    }
    return act(state, state.gpus[number - 1]);
  });
}

nvmlDevice_t handle_of(const State& state, const Gpu& gpu) {
  return std::bit_cast<nvmlDevice_t>(static_cast<std::uintptr_t>(&gpu - state.gpus.data() + 1));
}

}  // namespace fake_nvml
