// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace vfmgr {

/// The attributes that a profile may give. Order is the order of the table and of exports.
enum class Key : std::uint8_t {
  vf_driver,
  vram,
  exec_quantum,
  preempt_timeout,
  msix,
  vgpu_type,
  vgpu_params,
  placement,
  gpu_instance,
  uuid,
  heterogeneous,
  mig
};

enum class Type : std::uint8_t {
  text,
  bytes,
  duration,
  count,
  boolean,
  name,    ///< text, or a number as its decimal text: something that has a name and an id
  layout,  ///< "off", a list of names, or a table of names with how many: then that list
};

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
    AttributeRow{Key::vgpu_type,
                 "vgpu_type",
                 Type::name,
                 kScopeVf,
                 R"(the vGPU or mdev type of a VF: its name, short name or id, "at least 8GiB, )"
                 R"(series Q", "none", or "any": left to who starts the VM)"},
    AttributeRow{Key::vgpu_params,
                 "vgpu_params",
                 Type::text,
                 kScopeVf,
                 "parameters of a VF's vGPU, as its driver takes them"},
    AttributeRow{Key::placement,
                 "placement",
                 Type::count,
                 kScopeVf,
                 "where in the framebuffer a VF's vGPU lies"},
    AttributeRow{Key::gpu_instance,
                 "gpu_instance",
                 Type::count,
                 kScopeVf,
                 "which instance of the list in 'mig' a VF's vGPU lives in, from 0"},
    AttributeRow{Key::uuid,
                 "uuid",
                 Type::text,
                 kScopeVf,
                 "UUID of a VF's mediated device; left out, derived from VF and type"},
    AttributeRow{Key::heterogeneous,
                 "heterogeneous",
                 Type::boolean,
                 kScopePf,
                 "whether vGPUs of several sizes may share the GPU",
                 true},
    AttributeRow{Key::mig,
                 "mig",
                 Type::layout,
                 kScopePf,
                 R"(the instances that the GPU is cut into in hardware, or "off")",
                 true},
};

/// The row for a name; nullptr if there is none.
const AttributeRow* find_attribute(std::string_view name);
const AttributeRow& row_of(Key key);

}  // namespace vfmgr
