// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/left.hpp"

#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "backends/pci_record.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace vfmgr::intel {

namespace {

std::uint64_t had_by_vfs(const Files& files, const State& now, const Column& column) {
  std::uint64_t sum = 0;
  for (std::uint32_t vf = 0; vf < files.total_vfs; ++vf) {
    sum += decimal(recorded_text(now, place_of(files, column, vf))).value_or(0);
  }
  return sum;
}

}  // namespace

void narrow(Stocks& stocks, const Files& files, const State& now, const std::vector<Left>& left) {
  std::uint64_t vram = 0;
  std::uint64_t reserve = 0;
  std::vector<Key> seen;
  for (const Left& one : left) {
    const auto column = std::ranges::find(files.vf, one.quota, &Column::attr);
    if (column == files.vf.end() || !has(now, files, *column, true)) {
      continue;
    }
    const std::uint64_t all = one.amount + had_by_vfs(files, now, *column);
    if (column->key == Key::vram) {
      vram += all;
      reserve += one.kept;
      continue;
    }
    const auto stock = std::ranges::find(stocks.others, column->key, &Stock::key);
    if (stock != stocks.others.end()) {
      const bool first = std::ranges::find(seen, column->key) == seen.end();
      stock->most = first ? all : std::min(stock->most, all);
      stock->kept = one.kept;
      seen.push_back(column->key);
    }
  }
  if (vram > 0) {
    stocks.vram = vram;
    stocks.least_reserve = reserve;
  }
}

}  // namespace vfmgr::intel
