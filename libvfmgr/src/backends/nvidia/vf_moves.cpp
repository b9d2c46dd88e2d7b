// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/vf_moves.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/layout_text.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

namespace {

// The driver starts the GPU's firmware when it takes it, and its daemons look at it before the
// VFs' files come: seconds, seen up to half a minute (NVIDIA/gpu-driver-container, 15 s before).
constexpr Milliseconds kStartUpLimit{60000};
// kernel-open/nvidia/nv-procfs.c: no error tells that somebody has the GPU open. A daemon looks at
// it for a moment after each start; 5 times 1 s is what is known to be enough.
constexpr Milliseconds kLockLimit{5000};
constexpr std::uint32_t kLockTries = 5;
constexpr Milliseconds kReleaseLimit{30000};
constexpr Milliseconds kToolLimit{180000};

Holes of_gpu(const PciAddress& pf) {
  return {.gpu = pf, .vf = {}, .name = {}};
}

bool is_home(const Road& road, const PciAddress& pf) {
  return road.text_now(pci::of(pci::kPfDriver, pf)) == kHome;
}

bool has_tool(const Road& road) {
  const auto found = road.now().find(place_of(kTool, {}));
  return found != road.now().end() && !found->second.absent() && !found->second.unreadable();
}

/// What the driver forgets when the GPU is taken from it.
std::vector<Place> forgotten(const Road& road, const PciAddress& pf, const Part& part) {
  std::vector<Place> wipes{
      pci::of(kProcFolder, pf), pci::of(kMixed, pf), pci::of(kMig, pf), pci::of(kInstanceIds, pf)};
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    wipes.push_back(part.files(vf_at(index)));
  }
  return wipes;
}

/// Mode and layout as they are before the GPU is taken from its driver, and so what they will be.
struct Switches {
  std::string mixes, layout;

  Switches(const Road& road, const PciAddress& pf)
      : mixes(road.text_now(pci::of(kMixed, pf))), layout(road.text_now(pci::of(kMig, pf))) {
    if (mixes.empty()) {
      mixes =
          road.text_wanted(pci::of(kMixed, pf));  // of a GPU that is not on its driver nobody knows
    }
  }

  /// The mode of MIG stays, its instances do not, nor does mixed-size mode.
  void await(Road& road, const PciAddress& pf) const {
    if (!layout.empty()) {
      const bool on = parse_layout(layout).has_value();
      road.await(kMig, of_gpu(pf), guess(on ? std::string(kMigOn) : layout), kStartUpLimit);
    }
    if (!mixes.empty()) {
      road.await(kMixed, of_gpu(pf), guess("0"), kStartUpLimit);
    }
  }
};

/// Takes the GPU from its driver. It harms where the GPU is not locked: remove() then waits, beyond
/// every signal, for whoever has it open (nv-pci.c: nv_pci_remove_helper). So it names the lock,
/// which is read right before.
void take_from_home(Road& road, const PciAddress& pf, const Part& part) {
  Change change{
      .what = "driver",
      .reason = "its own driver makes no VFs",
      .gpu = pf,
      .from = std::string(kHome),
      .to_value = std::string("none"),
      .to = pci::named(pci::kUnbind, std::string(kHome)),
      .bytes = {.text = to_string(pf)},
      .effects = {{.at = pci::of(pci::kPfDriver, pf), .before = {}, .expect = absent_value()},
                  {.at = pci::of(kLock, pf), .before = text_value("1"), .expect = absent_value()}},
      .wipes = forgotten(road, pf, part),
      .disturbs = {directory_of({.pf = pf})},
      .blocking = Blocking::can_hang,
      .limit = kReleaseLimit};
  if (road.count(pf) > 0) {
    // The open half leaves the VFs where they are; what the other does is not public.
    change.effects.push_back({.at = pci::of(pci::kVfCount, pf),
                              .before = {},
                              .expect = guess(std::to_string(road.count(pf)))});
  }
  road.change(std::move(change));
}

/// Brings the GPU to the driver that makes VFs in its own one's place.
void leave_home(Road& road, const PciAddress& pf, const Part& part) {
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    road.release({.pf = pf, .vf = vf_at(index)}, {part.files(vf_at(index))});
  }
  if (is_home(road, pf)) {
    road.set(kLock,
             of_gpu(pf),
             text_value("1"),
             {.reason = "nobody may open it meanwhile", .limit = kLockLimit, .tries = kLockTries});
    take_from_home(road, pf, part);
  }
  road.driver({.pf = pf}, text_value(std::string(kStub)), nullptr);
}

void come_home(Road& road, const PciAddress& pf, const Part& part, const Switches& switches) {
  if (is_home(road, pf)) {
    return;
  }
  const Value override_value = text_value(std::string(pci::kNoOverride));
  const Value* const stays = road.wanted(pci::of(pci::kPfOverride, pf));
  road.driver({.pf = pf},
              text_value(std::string(kHome)),
              stays == nullptr || stays->absent() ? &override_value : stays,
              forgotten(road, pf, part));
  road.await(kLock, of_gpu(pf), text_value("0"), kStartUpLimit);
  switches.await(road, pf);
}

/// NVIDIA's helper does the whole of it in one.
void run_tool(Road& road,
              const PciAddress& pf,
              std::uint32_t to,
              const Part& part,
              const Switches& switches) {
  const Place counted = pci::of(pci::kVfCount, pf);
  Place vfs = counted;
  vfs.as = As::text;
  std::vector<Place> wipes = forgotten(road, pf, part);
  wipes.push_back(vfs);
  std::vector<Place> disturbs = directories_of_vfs(road, pf);
  disturbs.push_back(directory_of({.pf = pf}));
  const Value* const target = road.wanted(counted);
  Change change{.what = "vfs",
                .reason = "by " + std::string(kTool.name) + ", which takes the GPU from its driver",
                .source = target == nullptr || to == 0 ? std::string() : target->source,
                .gpu = pf,
                .from = std::uint64_t{road.count(pf)},
                .to_value = std::uint64_t{to},
                .to = place_of(kTool, {}),
                .bytes = {.text = (to == 0 ? "-d " : "-e ") + to_string(pf)},
                .effects = {{.at = counted, .before = {}, .expect = text_value(std::to_string(to))},
                            {.at = pci::of(pci::kPfDriver, pf),
                             .before = {},
                             .expect = text_value(std::string(kHome))}},
                .wipes = std::move(wipes),
                .disturbs = std::move(disturbs),
                .blocking = Blocking::can_hang,
                .limit = kToolLimit};
  add_fresh_overrides(change, pf, to);
  road.change(std::move(change));
  road.await(kLock, of_gpu(pf), text_value("0"), kStartUpLimit);
  switches.await(road, pf);
}

void count_to(Road& road, const PciAddress& pf, std::uint32_t to, const Part& part) {
  if (road.count(pf) == to) {
    return;
  }
  const Switches switches(road, pf);
  if (has_tool(road)) {
    run_tool(road, pf, to, part, switches);
    return;
  }
  leave_home(road, pf, part);
  road.count_to(pf, to);
  come_home(road, pf, part, switches);
}

/// Whether the target leaves this VF on its driver.
bool stays_home(const Road& road, const PciAddress& pf, VfIndex vf) {
  const Value* const want = road.wanted(pci::of(pci::kVfDriver, pf, vf));
  return want == nullptr ? road.text_now(pci::of(pci::kVfDriver, pf, vf)) == kHome
                         : want->text() == kHome;
}

void bind_vf(Road& road, const PciAddress& pf, VfIndex vf) {
  const Place link = pci::of(pci::kVfDriver, pf, vf);
  if (road.text_now(link) == kHome) {
    return;
  }
  // Older drivers refuse a VF whose PF is not on the driver yet, newer ones have taken it by now:
  // what is done already is not done again.
  road.close_bracket(pf);
  road.release({.pf = pf, .vf = vf});
  road.set(pci::kVfOverride,
           {.gpu = pf, .vf = vf, .name = {}},
           text_value(std::string(pci::kNoOverride)),
           {.bytes = std::string(pci::kClearOverride)});
  const Value* const target = road.wanted(link);
  road.change({.what = std::string(pci::kVfDriver.name),
               .source = target == nullptr ? std::string() : target->source,
               .gpu = pf,
               .vf = vf,
               .from = std::string("none"),
               .to_value = std::string(kHome),
               .to = pci::named(pci::kBind, std::string(kHome)),
               .bytes = {.text = "{}", .name_of = pci::of(pci::kVf, pf, vf)},
               .effects = {{.at = link, .before = {}, .expect = text_value(std::string(kHome))}},
               .blocking = Blocking::can_hang,
               .limit = kReleaseLimit});
}

}  // namespace

void move_vfs(Road& road, const Gpu& gpu, const Part& part) {
  const PciAddress& pf = gpu.address;
  const std::uint32_t to = road.wanted_count(pf);
  come_home(road, pf, part, Switches(road, pf));
  if (road.count(pf) != to || mode_differs(road, pf)) {
    part.clear();
    if (mode_differs(road, pf) || to == 0) {
      count_to(road, pf, 0, part);
    }
    set_mode(road, pf);
    count_to(road, pf, to, part);
  }
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    if (stays_home(road, pf, vf_at(index))) {
      bind_vf(road, pf, vf_at(index));
    }
  }
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    if (stays_home(road, pf, vf_at(index))) {
      part.await_ready(vf_at(index));
    }
  }
}

void close(Road& road, const PciAddress& pf, const Part& part) {
  const auto settle_override = [&road](const Function& function) {
    const Attr& attr = function.vf ? pci::kVfOverride : pci::kPfOverride;
    const Holes holes{.gpu = function.pf, .vf = function.vf, .name = {}};
    const Value* const want = road.wanted(place_of(attr, holes));
    if (want != nullptr && !want->text().empty()) {
      const bool unset = want->text() == pci::kNoOverride;
      road.settle(attr, holes, {.bytes = unset ? std::string(pci::kClearOverride) : want->text()});
    }
  };
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    const Function function{.pf = pf, .vf = vf_at(index)};
    const Value* const want = road.wanted(pci::of(pci::kVfDriver, pf, *function.vf));
    const Value* const kept = road.wanted(pci::of(pci::kVfOverride, pf, *function.vf));
    if (want != nullptr && want->absent() && want->match == Match::exact) {
      road.driver(function, *want, kept, {part.files(*function.vf)});
    } else {
      settle_override(function);
    }
  }
  road.close_bracket(pf);
  settle_override({.pf = pf});
  if (is_home(road, pf)) {
    road.settle(kLock, of_gpu(pf), {.limit = kStartUpLimit});
  }
}

}  // namespace vfmgr::nvidia
