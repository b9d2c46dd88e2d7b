// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/at_load.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"

#include "backends/amd_gim/config_text.hpp"
#include "backends/amd_gim/module.hpp"
#include "backends/amd_gim/run_time.hpp"
#include "backends/toolkit.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

bool is_of_one_kind(const Unit& unit) {
  return std::ranges::all_of(
      unit.gpus, [&unit](const Gpu& gpu) { return gpu.device_id == unit.gpus.front().device_id; });
}

}  // namespace

Counts counts_at_load(const Road& road, const Unit& unit) {
  const std::string vf_num = vf_num_in(road.text_wanted(module_place()));
  const auto kept = kept_in(road.text_wanted(config_place()));
  const auto numbers = counts_in(!vf_num.empty() || !kept ? vf_num : kept->vf_num);
  Counts counts;
  for (std::size_t i = 0; i < unit.gpus.size(); ++i) {
    const Gpu& gpu = unit.gpus[i];
    std::uint32_t& count = counts[gpu.address] = road.wanted_count(gpu.address);
    if (!had_at_run_time(road, gpu)) {
      continue;
    }
    if (const auto loaded = loaded_with(road, gpu)) {
      count = *loaded;
    } else if (!numbers.empty() && is_of_one_kind(unit)) {
      count = numbers[std::min(i, numbers.size() - 1)];
    }
  }
  return counts;
}

std::string file_at_load(const Road& road, const Unit& unit) {
  std::string text = road.text_wanted(config_place());
  auto kept = kept_in(text);
  const Counts counts = counts_at_load(road, unit);
  const bool all_as_wanted = std::ranges::all_of(counts, [&road](const auto& count) {
    return count.second == road.wanted_count(count.first);
  });
  if (!kept || all_as_wanted || !is_of_one_kind(unit)) {
    return text;
  }
  std::vector<std::uint32_t> in_order;
  for (const auto& [gpu, count] : counts) {
    in_order.push_back(count);
  }
  kept->vf_num = vf_num_of(in_order);
  text = config_text(*kept);
  text.pop_back();  // as a place is observed
  return text;
}

}  // namespace vfmgr::amd_gim
