// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/interface.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "backends/intel/left.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
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
#include <variant>
#include <vector>

namespace vfmgr::intel_xe {

using intel::Column;
using intel::Kind;

namespace {

constexpr std::array<std::string_view, 2> kGts{"gt0", "gt1"};

struct Card {
  std::uint16_t device = 0;
  std::uint64_t gib = 0;
};
// Intel's product pages, by the ids in Linux 7.0 include/drm/intel/pciids.h.
constexpr std::array kCards{Card{.device = 0xe211, .gib = 24},   // Arc Pro B60
                            Card{.device = 0xe212, .gib = 16},   // Arc Pro B50
                            Card{.device = 0xe222, .gib = 32},   // Arc Pro B65
                            Card{.device = 0xe223, .gib = 32}};  // Arc Pro B70

constexpr std::array kVfColumns{
    Column{.key = Key::vram, .attr = &kVram, .kind = Kind::quota, .slack = kVramGranule - 1},
    Column{.key = Key::vram,
           .attr = &debugfs::kVram0,
           .kind = Kind::quota,
           .manual = true,
           .slack = kVramGranule - 1},
    Column{.key = Key::vram,
           .attr = &debugfs::kVram1,
           .kind = Kind::quota,
           .manual = true,
           .slack = kVramGranule - 1},
    Column{.key = Key::ggtt,
           .attr = &debugfs::kGgtt0,
           .kind = Kind::quota,
           .manual = true,
           .slack = debugfs::kGgttGranule - 1},
    Column{.key = Key::ggtt,
           .attr = &debugfs::kGgtt1,
           .kind = Kind::quota,
           .manual = true,
           .slack = debugfs::kGgttGranule - 1},
    Column{.key = Key::contexts, .attr = &debugfs::kContexts0, .kind = Kind::quota, .manual = true},
    Column{.key = Key::contexts, .attr = &debugfs::kContexts1, .kind = Kind::quota, .manual = true},
    Column{
        .key = Key::doorbells, .attr = &debugfs::kDoorbells0, .kind = Kind::quota, .manual = true},
    Column{
        .key = Key::doorbells, .attr = &debugfs::kDoorbells1, .kind = Kind::quota, .manual = true},
    Column{.key = Key::exec_quantum, .attr = &kExecQuantum, .kind = Kind::schedule},
    Column{.key = Key::exec_quantum, .attr = &debugfs::kExecQuantum0, .kind = Kind::schedule},
    Column{.key = Key::exec_quantum, .attr = &debugfs::kExecQuantum1, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPreemptTimeout, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &debugfs::kPreemptTimeout0, .kind = Kind::schedule},
    Column{
        .key = Key::preempt_timeout, .attr = &debugfs::kPreemptTimeout1, .kind = Kind::schedule}};

constexpr std::array kPfColumns{
    Column{.key = Key::reserve_vram,
           .attr = &debugfs::kReserve0,
           .kind = Kind::quota,
           .slack = kVramGranule - 1},
    Column{.key = Key::reserve_vram,
           .attr = &debugfs::kReserve1,
           .kind = Kind::quota,
           .slack = kVramGranule - 1},
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

intel::Files files_of(const Gpu& pf) {
  return {.gpu = pf.address,
          .total_vfs = pf.total_vfs.value_or(0),
          .vf = kVfColumns,
          .pf = kPfColumns,
          .name = {}};
}

Interface interface_of(const Kernel& kernel, const PciAddress& pf, bool debugfs) {
  const Holes first{.gpu = pf, .vf = vf_at(0), .name = {}};
  Interface has{.admin = kernel.list(pci::of(kAdmin, pf)).has_value()};
  has.vram = has.admin && !observe(kernel, place_of(kVram, first)).absent();
  if (has.admin && has.vram && !debugfs) {
    return has;
  }
  for (std::size_t gt = 0; gt < kGts.size(); ++gt) {
    const auto names =
        kernel.list(place_of(debugfs::kGt, {.gpu = pf, .vf = {}, .name = std::string(kGts[gt])}));
    has.gts[gt] = names.has_value();
    if (!names) {
      const int error = names.error().os_error;
      has.debugfs_error = gt == 0 && error != ENOENT ? std::optional(error) : has.debugfs_error;
      continue;
    }
    // Under kernel lockdown a folder can be listed, and no file in it that can be written be
    // opened, not even to read (fs/debugfs/file.c:debugfs_locked_down).
    const Attr& contexts = gt == 0 ? debugfs::kContexts0 : debugfs::kContexts1;
    const Value look = observe(kernel, place_of(contexts, first));
    if (const auto* const closed = std::get_if<Unreadable>(&look.is);
        closed != nullptr && closed->os_error == EPERM) {
      has.gts[gt] = false;
      has.debugfs_error = EPERM;
      continue;
    }
    const Attr& vram = gt == 0 ? debugfs::kVram0 : debugfs::kVram1;
    has.memory[gt] = !observe(kernel, place_of(vram, first)).absent();
  }
  has.modes = has.gts.front() && !observe(kernel, pci::of(debugfs::kRestore, pf)).absent();
  return has;
}

std::vector<Column> columns_of(std::span<const Column> all, const Interface& has, bool dear) {
  std::vector<Column> here;
  std::ranges::copy_if(all, std::back_inserter(here), [&](const Column& column) {
    return holds(column, has) && (dear || !row_of(column.key).is(kDear));
  });
  return here;
}

intel::Stocks stocks_of(const Gpu& pf, const State& now) {
  return {.vram = nominal_vram(pf),
          .least_reserve = intel::kLeastReserve,
          .others = {{.key = Key::ggtt, .most = debugfs::kGgttTop, .kept = debugfs::kSpareGgtt},
                     {.key = Key::contexts,
                      .most = debugfs::kMostContexts,
                      .kept = debugfs::kSpareContexts},
                     {.key = Key::doorbells, .most = debugfs::kMostDoorbells, .kept = 0}},
          .whole = {Key::vram, Key::ggtt, Key::contexts},
          .reserve_is_manual = now.contains(pci::of(debugfs::kRestore, pf.address))};
}

std::vector<intel::Left> left_of(const Kernel& kernel, const Gpu& pf, const State& now) {
  static constexpr std::string_view kLine = "avail:\t";
  std::vector<intel::Left> left;
  if (!now.contains(place_of(debugfs::kGgtt0, {.gpu = pf.address, .vf = vf_at(0), .name = {}}))) {
    return left;  // nobody asks for GGTT
  }
  for (const Attr* const attr : {&debugfs::kGgttLeft, &debugfs::kGgttLeftOfTile}) {
    const std::string text = observe(kernel, pci::of(*attr, pf.address)).text();
    const std::size_t line = text.find(kLine);
    const std::size_t from = line == std::string::npos ? text.size() : line + kLine.size();
    if (const auto amount = decimal(text.substr(from, text.find_first_of("\t\n", from) - from))) {
      left.push_back({.quota = &debugfs::kGgtt0, .amount = *amount});
      break;
    }
  }
  return left;
}

std::optional<std::uint64_t> nominal_vram(const Gpu& pf) {
  const auto card = std::ranges::find(kCards, pf.device_id, &Card::device);
  return card == kCards.end() ? std::nullopt : std::optional(card->gib << 30U);
}

}  // namespace vfmgr::intel_xe
