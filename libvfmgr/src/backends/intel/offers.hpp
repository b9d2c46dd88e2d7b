// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/intel/columns.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vfmgr::intel {

/// What a key may be given.
struct Range {
  std::optional<std::uint64_t> least, most;
  std::string_view source;  ///< empty: the place itself tells
};

/// Adds what these columns let a profile ask for of one scope; `dear`: of keys that are dear to ask
/// for, else of the others.
void add_offers(const Files& files,
                std::span<const Column> columns,
                std::uint8_t scope,
                bool dear,
                Range (*range_of)(Key key),
                GpuFacts& facts);

}  // namespace vfmgr::intel
