// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace vfmgr {

/// The attributes that a profile may give. Order is the order of the table and of exports.
enum class Key : std::uint8_t { vf_driver, vram, exec_quantum, preempt_timeout, msix };

enum class Type : std::uint8_t { text, bytes, duration, count, boolean };

/// Whose attribute it is; bits, so that one may be both.
inline constexpr std::uint8_t kScopeVf = 1;
inline constexpr std::uint8_t kScopePf = 2;

/// A row of the one attribute table: it feeds the parser, spans, diff, show and export.
struct AttributeRow {
  Key key;
  std::string_view name;
  Type type;
  std::uint8_t scope;
  std::string_view doc;
  bool dear = false;  ///< asking a device for it takes its lock, and privileges: only where a
                      ///< profile names it, or a person asks to see it
};

inline constexpr std::array kAttributes{
    AttributeRow{Key::vf_driver,
                 "vf_driver",
                 Type::text,
                 kScopeVf,
                 R"(the driver each VF ends on: "auto", "host", "none" or a driver's name)"},
    AttributeRow{Key::vram, "vram", Type::bytes, kScopeVf, "framebuffer quota of a VF"},
    AttributeRow{Key::exec_quantum,
                 "exec_quantum",
                 Type::duration,
                 kScopeVf | kScopePf,
                 "time slice of a function"},
    AttributeRow{Key::preempt_timeout,
                 "preempt_timeout",
                 Type::duration,
                 kScopeVf | kScopePf,
                 "how long a function may overrun its slice before it is reset"},
    AttributeRow{Key::msix,
                 "msix",
                 Type::count,
                 kScopeVf,
                 "interrupt vectors of a VF: the size of its MSI-X table",
                 true},
};

/// The row for a name; nullptr if there is none.
const AttributeRow* find_attribute(std::string_view name);
const AttributeRow& row_of(Key key);

}  // namespace vfmgr
