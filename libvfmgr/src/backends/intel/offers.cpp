// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/offers.hpp"

#include "vfmgr/place.hpp"

#include "backends/intel/columns.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfmgr::intel {

void add_offers(const Files& files,
                std::span<const Column> columns,
                std::uint8_t scope,
                bool dear,
                Range (*range_of)(Key key),
                GpuFacts& facts) {
  for (const Column& column : columns) {
    const auto is_same = [&](const Offer& offer) {
      return offer.key == column.key && offer.scope == scope;
    };
    if (row_of(column.key).is(kDear) != dear || std::ranges::any_of(facts.offers, is_same)) {
      continue;
    }
    const Range range = range_of(column.key);
    const auto vf = scope == kScopeVf ? std::optional(0U) : std::nullopt;
    facts.offers.push_back({.key = column.key,
                            .scope = scope,
                            .least = range.least,
                            .most = range.most,
                            .read_from = range.source.empty()
                                             ? to_string(place_of(files, column, vf))
                                             : std::string(range.source),
                            .or_infinite = column.attr->zero_is_infinite});
  }
}

}  // namespace vfmgr::intel
