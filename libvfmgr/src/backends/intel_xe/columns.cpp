// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/columns.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::intel_xe {

namespace {

constexpr std::array<std::string_view, 2> kGts{"gt0", "gt1"};

constexpr std::array kVfColumns{
    Column{.key = Key::vram, .attr = &kVram, .kind = Kind::quota},
    Column{.key = Key::vram, .attr = &debugfs::kVram0, .kind = Kind::quota},
    Column{.key = Key::vram, .attr = &debugfs::kVram1, .kind = Kind::quota},
    Column{.key = Key::ggtt, .attr = &debugfs::kGgtt0, .kind = Kind::quota},
    Column{.key = Key::ggtt, .attr = &debugfs::kGgtt1, .kind = Kind::quota},
    Column{.key = Key::contexts, .attr = &debugfs::kContexts0, .kind = Kind::quota},
    Column{.key = Key::contexts, .attr = &debugfs::kContexts1, .kind = Kind::quota},
    Column{.key = Key::doorbells, .attr = &debugfs::kDoorbells0, .kind = Kind::quota},
    Column{.key = Key::doorbells, .attr = &debugfs::kDoorbells1, .kind = Kind::quota},
    Column{.key = Key::exec_quantum, .attr = &kExecQuantum, .kind = Kind::schedule},
    Column{.key = Key::exec_quantum, .attr = &debugfs::kExecQuantum0, .kind = Kind::schedule},
    Column{.key = Key::exec_quantum, .attr = &debugfs::kExecQuantum1, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPreemptTimeout, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &debugfs::kPreemptTimeout0, .kind = Kind::schedule},
    Column{
        .key = Key::preempt_timeout, .attr = &debugfs::kPreemptTimeout1, .kind = Kind::schedule}};

constexpr std::array kPfColumns{
    Column{.key = Key::reserve_vram, .attr = &debugfs::kReserve0, .kind = Kind::quota},
    Column{.key = Key::reserve_vram, .attr = &debugfs::kReserve1, .kind = Kind::quota},
    Column{.key = Key::exec_quantum, .attr = &kPfExecQuantum, .kind = Kind::schedule},
    Column{.key = Key::exec_quantum, .attr = &debugfs::kPfExecQuantum0, .kind = Kind::schedule},
    Column{.key = Key::exec_quantum, .attr = &debugfs::kPfExecQuantum1, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPfPreemptTimeout, .kind = Kind::schedule},
    Column{
        .key = Key::preempt_timeout, .attr = &debugfs::kPfPreemptTimeout0, .kind = Kind::schedule},
    Column{
        .key = Key::preempt_timeout, .attr = &debugfs::kPfPreemptTimeout1, .kind = Kind::schedule}};

/// The GT by whose name an attribute's path goes; none: it is one of sysfs.
std::optional<std::size_t> gt_of(const Attr& attr) {
  for (std::size_t gt = 0; gt < kGts.size(); ++gt) {
    if (attr.in == In::debug && attr.pattern.find(kGts[gt]) != std::string_view::npos) {
      return gt;
    }
  }
  return std::nullopt;
}

bool is_memory(Key key) {
  return key == Key::vram || key == Key::reserve_vram;
}

bool holds(const Column& column, const Interface& has) {
  const auto gt = gt_of(*column.attr);
  if (!gt) {
    return column.key == Key::vram ? has.vram : has.admin;
  }
  const bool in_sysfs =
      (column.key == Key::vram && has.vram) || (column.kind == Kind::schedule && has.admin);
  // GGTT, as memory, is a tile's; a tile's first GT has the files.
  const bool of_tile = column.key == Key::ggtt ? *gt == 0 || has.memory[*gt]
                                               : !is_memory(column.key) || has.memory[*gt];
  return !in_sysfs && has.gts[*gt] && of_tile;
}

}  // namespace

Setting spell_priority(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open == std::string_view::npos ? text.size() : open);
  return close == std::string_view::npos ? std::string(text)
                                         : std::string(text.substr(open + 1, close - open - 1));
}

std::span<const Column> vf_columns() {
  return kVfColumns;
}

std::span<const Column> pf_columns() {
  return kPfColumns;
}

Interface interface_of(const Kernel& kernel, const PciAddress& pf, bool debugfs) {
  const Holes first{.gpu = pf, .vf = vf_at(0), .name = {}};
  Interface has{.admin = kernel.list(pci::of(kAdmin, pf)).has_value()};
  has.vram = has.admin && !observe(kernel, vfmgr::place_of(kVram, first)).absent();
  if (has.admin && has.vram && !debugfs) {
    return has;
  }
  for (std::size_t gt = 0; gt < kGts.size(); ++gt) {
    const auto names = kernel.list(
        vfmgr::place_of(debugfs::kGt, {.gpu = pf, .vf = {}, .name = std::string(kGts[gt])}));
    has.gts[gt] = names.has_value();
    if (!names) {
      const int error = names.error().os_error;
      has.debugfs_error = gt == 0 && error != ENOENT ? std::optional(error) : has.debugfs_error;
      continue;
    }
    const Attr& vram = gt == 0 ? debugfs::kVram0 : debugfs::kVram1;
    has.memory[gt] = !observe(kernel, vfmgr::place_of(vram, first)).absent();
  }
  has.modes = !observe(kernel, pci::of(debugfs::kRestore, pf)).absent();
  return has;
}

std::vector<Column> columns_of(std::span<const Column> all, const Interface& has, bool dear) {
  std::vector<Column> here;
  std::ranges::copy_if(all, std::back_inserter(here), [&](const Column& column) {
    return holds(column, has) && (dear || !row_of(column.key).is(kDear));
  });
  return here;
}

Place place_of(const Column& column, const PciAddress& pf, std::optional<std::uint32_t> vf) {
  Holes holes{.gpu = pf, .vf = {}, .name = {}};
  if (vf) {
    holes.vf = vf_at(*vf);
  }
  return vfmgr::place_of(*column.attr, holes);
}

std::uint64_t parts(const State& state, const PciAddress& pf, Key key, bool of_vf) {
  const bool shared = is_memory(key) || key == Key::ggtt;
  const auto count =
      std::ranges::count_if(of_vf ? vf_columns() : pf_columns(), [&](const Column& column) {
        return column.key == key &&
               state.contains(place_of(column, pf, of_vf ? std::optional(0U) : std::nullopt));
      });
  return shared ? std::max<std::uint64_t>(1, static_cast<std::uint64_t>(count)) : 1;
}

bool is_of_debugfs(const Column& column) {
  return column.attr->in == In::debug;
}

std::uint32_t all_vfs(const Gpu& pf) {
  return pf.total_vfs.value_or(0);
}

}  // namespace vfmgr::intel_xe
