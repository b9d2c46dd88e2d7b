// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr {

/// The attributes that a profile may give. Order is the order of the table and of exports.
enum class Key : std::uint8_t {
  vf_driver,
  vram,
  ggtt,
  contexts,
  doorbells,
  exec_quantum,
  preempt_timeout,
  priority,
  vgpu_type,
  vgpu_params,
  placement,
  gpu_instance,
  msix,
  uuid,
  // `requires` is a word of the language. NOLINTNEXTLINE(readability-identifier-naming)
  requires_,
  driver,
  reserve_vram,
  heterogeneous,
  mig,
  compute_partition,
  memory_partition
};

enum class Type : std::uint8_t {
  text,
  bytes,
  duration,
  count,
  boolean,
  name,    ///< text, or a number as its decimal text: something that has a name and an id
  driver,  ///< a driver's name, or one of the row's words
  word,    ///< one of the row's words
  words,   ///< a list of the row's words, each once
  layout,  ///< "off", a list of names, or a table of names with how many: then that list
};

/// Whose attribute it is; bits, so that one may be both.
inline constexpr std::uint8_t kScopeVf = 1;
inline constexpr std::uint8_t kScopePf = 2;

/// What else holds of an attribute; bits.
inline constexpr std::uint8_t kDear =
    1;  ///< asking a device for it takes its lock, and privileges: only where a profile names it,
        ///< or a person asks to see it
inline constexpr std::uint8_t kAllVfsAlike = 2;  ///< one value for all VFs of a GPU
inline constexpr std::uint8_t kShared =
    4;  ///< one value for every GPU of a driver: tables must not differ in it

/// A row of the one attribute table: it feeds the parser, spans, diff, show, export, the schema and
/// help.
struct AttributeRow {
  Key key;
  std::string_view name;
  Type type;
  std::uint8_t scope;
  std::string_view doc;
  std::uint8_t marks = 0;
  std::string_view words;  ///< those that have a meaning of their own, a blank between
  std::string_view alias;  ///< another name for it; empty: none

  [[nodiscard]] constexpr bool is(std::uint8_t mark) const { return (marks & mark) != 0; }
};

inline constexpr std::array kAttributes{
    AttributeRow{.key = Key::vf_driver,
                 .name = "vf_driver",
                 .type = Type::driver,
                 .scope = kScopeVf,
                 .doc =
                     R"(the driver each VF ends on: "auto", what a VM can take it from; "host", )"
                     R"(what the kernel would probe; "none"; or a driver's name)",
                 .words = "auto host none"},
    AttributeRow{.key = Key::vram,
                 .name = "vram",
                 .type = Type::bytes,
                 .scope = kScopeVf,
                 .doc = "framebuffer quota of a VF"},
    AttributeRow{.key = Key::ggtt,
                 .name = "ggtt",
                 .type = Type::bytes,
                 .scope = kScopeVf,
                 .doc = "how much of the GPU's global address table a VF gets",
                 .marks = kDear},
    AttributeRow{.key = Key::contexts,
                 .name = "contexts",
                 .type = Type::count,
                 .scope = kScopeVf,
                 .doc = "hardware contexts of a VF: how many programs can be queued",
                 .marks = kDear},
    AttributeRow{.key = Key::doorbells,
                 .name = "doorbells",
                 .type = Type::count,
                 .scope = kScopeVf,
                 .doc = "doorbells of a VF: by which a program tells the GPU of new work",
                 .marks = kDear},
    AttributeRow{.key = Key::exec_quantum,
                 .name = "exec_quantum",
                 .type = Type::duration,
                 .scope = kScopeVf | kScopePf,
                 .doc = "time slice of a function"},
    AttributeRow{.key = Key::preempt_timeout,
                 .name = "preempt_timeout",
                 .type = Type::duration,
                 .scope = kScopeVf | kScopePf,
                 .doc = "how long a function may overrun its slice before it is reset"},
    AttributeRow{.key = Key::priority,
                 .name = "priority",
                 .type = Type::word,
                 .scope = kScopeVf | kScopePf,
                 .doc =
                     R"(whose turn it is first; all VFs of a GPU have one, and "high" is for the )"
                     "GPU itself",
                 .marks = kAllVfsAlike,
                 .words = "low normal high"},
    AttributeRow{
        .key = Key::vgpu_type,
        .name = "vgpu_type",
        .type = Type::name,
        .scope = kScopeVf,
        .doc = R"(the vGPU or mdev type of a VF: its name, short name or id, "at least 8GiB, )"
               R"(series Q", "none", or "any": left to who starts the VM)",
        .words = "any none"},
    AttributeRow{.key = Key::vgpu_params,
                 .name = "vgpu_params",
                 .type = Type::text,
                 .scope = kScopeVf,
                 .doc = "parameters of a VF's vGPU, as its driver takes them"},
    AttributeRow{.key = Key::placement,
                 .name = "placement",
                 .type = Type::count,
                 .scope = kScopeVf,
                 .doc = "where in the framebuffer a VF's vGPU lies"},
    AttributeRow{.key = Key::gpu_instance,
                 .name = "gpu_instance",
                 .type = Type::count,
                 .scope = kScopeVf,
                 .doc = "which instance of the list in 'mig' a VF's vGPU lives in, from 0"},
    AttributeRow{.key = Key::msix,
                 .name = "msix",
                 .type = Type::count,
                 .scope = kScopeVf,
                 .doc = "interrupt vectors of a VF: the size of its MSI-X table",
                 .marks = kDear},
    AttributeRow{.key = Key::uuid,
                 .name = "uuid",
                 .type = Type::text,
                 .scope = kScopeVf,
                 .doc = "UUID of a VF's mediated device; left out, derived from VF and type"},
    AttributeRow{.key = Key::requires_,
                 .name = "requires",
                 .type = Type::words,
                 .scope = kScopeVf,
                 .doc = "compute interfaces that a VF must offer; checked, never written",
                 .words = "cuda opencl vulkan level_zero rocm"},
    AttributeRow{.key = Key::driver,
                 .name = "driver",
                 .type = Type::driver,
                 .scope = kScopePf,
                 .doc = R"(the GPU's own driver, as "vfio-pci" to pass the whole of it through)",
                 .words = "host none"},
    AttributeRow{.key = Key::reserve_vram,
                 .name = "reserve_vram",
                 .type = Type::bytes,
                 .scope = kScopePf,
                 .doc = "framebuffer that is kept for the GPU itself",
                 .marks = kDear},
    AttributeRow{.key = Key::heterogeneous,
                 .name = "heterogeneous",
                 .type = Type::boolean,
                 .scope = kScopePf,
                 .doc = "whether vGPUs of several sizes may share the GPU",
                 .marks = kDear},
    AttributeRow{.key = Key::mig,
                 .name = "mig",
                 .type = Type::layout,
                 .scope = kScopePf,
                 .doc = R"(the instances that the GPU is cut into in hardware, or "off")",
                 .marks = kDear,
                 .words = "off"},
    AttributeRow{.key = Key::compute_partition,
                 .name = "compute_partition",
                 .type = Type::word,
                 .scope = kScopePf,
                 .doc =
                     "into how many accelerators the GPU's dies are grouped; of all its driver's "
                     "GPUs alike",
                 .marks = kShared,
                 .words = "SPX DPX QPX CPX",
                 .alias = "accelerator_partition"},
    AttributeRow{.key = Key::memory_partition,
                 .name = "memory_partition",
                 .type = Type::word,
                 .scope = kScopePf,
                 .doc = "into how many memory domains the GPU's memory is cut; of all its driver's "
                        "GPUs alike",
                 .marks = kShared,
                 .words = "NPS1 NPS2 NPS4 NPS8"},
};

/// The row for a name or another name for it; nullptr if there is none.
const AttributeRow* find_attribute(std::string_view name);
const AttributeRow& row_of(Key key);
/// The type in one word: "size", "duration", "name".
std::string_view type_word(Type type);

/// The words of a row, and what else may stand there: `"auto", "host" or "none"`. For people.
std::string either(const AttributeRow& row, std::string_view more = {});

/// Whether a device shows it beside its attributes and not among them: the drivers.
inline bool is_told_apart(Key key) {
  return key == Key::vf_driver || key == Key::driver;
}

}  // namespace vfmgr
