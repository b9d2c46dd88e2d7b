// SPDX-License-Identifier: Apache-2.0
// How long things take on the big host. Printed, never asserted: VFMGR_BIG_HOST is the folder that
// `measure make` made.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "big_host.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

namespace {

using namespace vfmgr;

std::filesystem::path folder() {
  const char* const name = std::getenv("VFMGR_BIG_HOST");  // NOLINT(concurrency-mt-unsafe)
  if (name == nullptr) {
    bench::give_up("VFMGR_BIG_HOST names no folder; make one with: measure make FOLDER");
  }
  return name;
}

template <class T>
T need(Result<T> result) {
  if (!result) {
    bench::give_up(to_string(result.error()));
  }
  return std::move(*result);
}

Manager tree() {
  return need(Manager::for_tree(folder() / "tree", folder() / "state"));
}

Profile profile() {
  return need(Profile::parse({{.file = "big.toml", .text = bench::profile_text()}}));
}

void parse_profile(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(profile());
  }
}
BENCHMARK(parse_profile)->Unit(benchmark::kMicrosecond);

void list(benchmark::State& state) {
  const Manager manager = tree();
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(need(manager.inventory({})));
  }
}
BENCHMARK(list)->Unit(benchmark::kMillisecond);

void check_in_sync(benchmark::State& state) {
  const Manager manager = tree();
  const Profile wish = profile();
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(need(manager.check(wish, {})));
  }
}
BENCHMARK(check_in_sync)->Unit(benchmark::kMillisecond);

void plan_nothing(benchmark::State& state) {
  const Manager manager = tree();
  const Profile wish = profile();
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(need(manager.plan(wish, {})));
  }
}
BENCHMARK(plan_nothing)->Unit(benchmark::kMillisecond);

void write_to_host_file(benchmark::State& state) {
  const std::filesystem::path file = folder() / "times.vfhost";
  std::filesystem::copy_file(
      folder() / "host.vfhost", file, std::filesystem::copy_options::overwrite_existing);
  if (!sim::fold(file)) {
    bench::give_up("the host cannot be folded");
  }
  const AttrTables tables = attr_tables(shipped_backends());
  const auto kernel = need(sim::open_host_file(file, tables));
  const Place place = pci::of(pci::kAutoprobe, PciAddress{.bus = 3});
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(kernel->write(place, "1", Blocking::never, Milliseconds{100}));
  }
}
BENCHMARK(write_to_host_file)->Unit(benchmark::kMicrosecond)->Iterations(1000);

void open_host_file(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(need(Manager::for_host_file(folder() / "host.vfhost")));
  }
}
BENCHMARK(open_host_file)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
