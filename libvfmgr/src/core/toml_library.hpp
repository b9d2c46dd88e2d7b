// SPDX-License-Identifier: Apache-2.0
#pragma once

// toml++ as all of this library has it: with the same settings wherever it is included, for its
// functions are inline and only one of each is kept. Only .cpp files include this.

// Its reader and its destructors recurse; a profile nests lists and tables three or four deep.
#define TOML_MAX_NESTED_VALUES 16
// It asserts of a table's name ("[=") what it then finds out and says itself: a fault in the text,
// which must not end a debug build.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>  // IWYU pragma: export
