// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <utility>

// GCC 12's std::expected lacks and_then; these two pass an error on to the caller.
#define VFMGR_JOIN2(a, b) a##b
#define VFMGR_JOIN(a, b) VFMGR_JOIN2(a, b)

/// `TRY(auto text, kernel.read(place));` declares `text`, or returns the error.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration in parentheses is none.
#define TRY(decl, expr)                                                    \
  auto VFMGR_JOIN(try_, __LINE__) = (expr);                                \
  if (!VFMGR_JOIN(try_, __LINE__).has_value())                             \
    return std::unexpected(std::move(VFMGR_JOIN(try_, __LINE__)).error()); \
  decl = std::move(*VFMGR_JOIN(try_, __LINE__))
// NOLINTEND(bugprone-macro-parentheses)

/// `TRY_VOID(kernel.write(place, bytes, blocking));` returns the error, if there is one.
#define TRY_VOID(expr)                                       \
  do {                                                       \
    if (auto try_result = (expr); !try_result.has_value())   \
      return std::unexpected(std::move(try_result).error()); \
  } while (false)
