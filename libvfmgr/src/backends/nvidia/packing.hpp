// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr::nvidia {

/// Things of one size that each take a range [start, start + size) from a list of starts.
struct Pieces {
  std::uint32_t size = 0;
  std::vector<std::uint32_t> starts;  ///< ascending
  std::uint32_t count = 0;
};

/// A row of units, each free or taken.
class Ground {
 public:
  [[nodiscard]] bool is_free(std::uint32_t start, std::uint32_t size) const;
  void take(std::uint32_t start, std::uint32_t size);
  [[nodiscard]] std::optional<std::uint32_t> first_free(const Pieces& pieces) const;
  [[nodiscard]] std::uint32_t free_from(std::uint32_t start, std::uint32_t end) const;

 private:
  std::vector<bool> taken_;
};

/// Where each piece lies, in the order of `pieces`; none where they can't all lie anywhere. Exact:
/// every way is tried, but for those known to fail.
std::optional<std::vector<std::vector<std::uint32_t>>> pack(const Ground& ground,
                                                            const std::vector<Pieces>& pieces);

}  // namespace vfmgr::nvidia
