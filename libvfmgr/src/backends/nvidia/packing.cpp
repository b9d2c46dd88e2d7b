// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/packing.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

namespace {

/// Walks the ground from its beginning: at each unit a piece begins, or none does. What is behind
/// does not matter any more, so where one stands and what is left to lay tell all.
class Walk {
 public:
  Walk(const Ground& ground, const std::vector<Pieces>& pieces) : ground_(ground), pieces_(pieces) {
    for (const Pieces& one : pieces) {
      left_.push_back(one.count);
      if (!one.starts.empty()) {
        end_ = std::max(end_, one.starts.back() + one.size);
      }
    }
    places_.resize(pieces.size());
  }

  bool from(std::uint32_t at) {
    const std::uint32_t need = units_left();
    if (need == 0) {
      return std::ranges::all_of(left_, [](std::uint32_t one) { return one == 0; });
    }
    if (at >= end_ || need > ground_.free_from(at, end_)) {
      return false;
    }
    std::vector<std::uint32_t> state = left_;
    state.push_back(at);
    if (failed_.contains(state)) {
      return false;
    }
    for (std::size_t kind = 0; kind < pieces_.size(); ++kind) {
      if (begins(kind, at) && lay(kind, at)) {
        return true;
      }
    }
    if (from(at + 1)) {
      return true;
    }
    failed_.insert(std::move(state));
    return false;
  }

  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& places() const { return places_; }

 private:
  [[nodiscard]] std::uint32_t units_left() const {
    std::uint32_t units = 0;
    for (std::size_t kind = 0; kind < pieces_.size(); ++kind) {
      units += left_[kind] * pieces_[kind].size;
    }
    return units;
  }

  [[nodiscard]] bool begins(std::size_t kind, std::uint32_t at) const {
    return left_[kind] > 0 && std::ranges::binary_search(pieces_[kind].starts, at) &&
           ground_.is_free(at, pieces_[kind].size);
  }

  bool lay(std::size_t kind, std::uint32_t at) {
    --left_[kind];
    places_[kind].push_back(at);
    if (from(at + pieces_[kind].size)) {
      return true;
    }
    places_[kind].pop_back();
    ++left_[kind];
    return false;
  }

  const Ground& ground_;
  const std::vector<Pieces>& pieces_;
  std::vector<std::uint32_t> left_;
  std::vector<std::vector<std::uint32_t>> places_;
  std::set<std::vector<std::uint32_t>> failed_;
  std::uint32_t end_ = 0;
};

}  // namespace

bool Ground::is_free(std::uint32_t start, std::uint32_t size) const {
  const std::size_t end = std::min<std::size_t>(std::size_t{start} + size, taken_.size());
  for (std::size_t unit = start; unit < end; ++unit) {
    if (taken_[unit]) {
      return false;
    }
  }
  return true;
}

void Ground::take(std::uint32_t start, std::uint32_t size) {
  // What a driver reports may be any number; no card has as many units as this.
  constexpr std::size_t kMostUnits = 1024;
  const std::size_t end = std::min(std::size_t{start} + size, kMostUnits);
  taken_.resize(std::max(taken_.size(), end));
  for (std::size_t unit = start; unit < end; ++unit) {
    taken_[unit] = true;
  }
}

std::optional<std::uint32_t> Ground::first_free(const Pieces& pieces) const {
  for (const std::uint32_t start : pieces.starts) {
    if (is_free(start, pieces.size)) {
      return start;
    }
  }
  return std::nullopt;
}

std::uint32_t Ground::free_from(std::uint32_t start, std::uint32_t end) const {
  std::uint32_t units = 0;
  for (std::uint32_t unit = start; unit < end; ++unit) {
    units += unit < taken_.size() && taken_[unit] ? 0U : 1U;
  }
  return units;
}

std::optional<std::vector<std::vector<std::uint32_t>>> pack(const Ground& ground,
                                                            const std::vector<Pieces>& pieces) {
  Walk walk(ground, pieces);
  if (!walk.from(0)) {
    return std::nullopt;
  }
  return walk.places();
}

}  // namespace vfmgr::nvidia
