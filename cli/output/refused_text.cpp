// SPDX-License-Identifier: Apache-2.0
#include "output/refused_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "output/error_text.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::Blocked;
using vfmgr::UnitPlan;

std::string address_of(const UnitPlan& unit, const Blocked& blocked) {
  for (const vfmgr::GpuView& gpu : unit.view_before) {
    if (gpu.gpu.address != blocked.gpu || !blocked.vf) {
      continue;
    }
    for (const vfmgr::VfView& vf : gpu.vfs) {
      if (vf.index == *blocked.vf && vf.address) {
        return fmt::format(" ({})", to_string(*vf.address));
      }
    }
  }
  return "";
}

void add_rows(const UnitPlan& unit, const Blocked& blocked, Table& table) {
  std::string function = function_name(blocked.gpu, blocked.vf) + address_of(unit, blocked);
  if (blocked.holders.empty()) {
    table.row({{function}, {plain(blocked.error.why)}, {}});
  }
  for (const vfmgr::Holder& holder : blocked.holders) {
    // The function is said once.
    table.row({{std::exchange(function, "")}, {holder_name(holder)}, {holder_details(holder)}});
  }
}

constexpr const char* kStopUsers = "stop or migrate who uses them and run it again";

/// How many are in use: single VFs, and GPUs as a whole.
struct InUse {
  std::size_t vfs = 0, gpus = 0;
};

InUse in_use_of(std::span<const UnitPlan* const> units) {
  InUse count;
  for (const UnitPlan* const unit : units) {
    for (const Blocked& blocked : unit->blocked) {
      if (blocked.error.kind == vfmgr::ErrorKind::in_use) {
        ++(blocked.vf ? count.vfs : count.gpus);
      }
    }
  }
  return count;
}

/// The first reason that is not somebody's use; nullptr: there is none.
const Blocked* other_than_users(std::span<const UnitPlan* const> units) {
  for (const UnitPlan* const unit : units) {
    for (const Blocked& blocked : unit->blocked) {
      if (blocked.error.kind != vfmgr::ErrorKind::in_use) {
        return &blocked;
      }
    }
  }
  return nullptr;
}

}  // namespace

std::string refusal_of(std::span<const UnitPlan* const> units) {
  const InUse in_use = in_use_of(units);
  if (in_use.vfs + in_use.gpus > 0) {
    std::string who = in_use.vfs == 0 ? "" : counted(in_use.vfs, "VF");
    if (in_use.gpus > 0) {
      who += (who.empty() ? "" : " and ") + counted(in_use.gpus, "GPU");
    }
    return who + (in_use.vfs + in_use.gpus == 1 ? " is" : " are") + " in use";
  }
  const Blocked* const other = other_than_users(units);
  if (other == nullptr) {
    return "refused";
  }
  switch (other->error.kind) {
    case vfmgr::ErrorKind::foreign:
      return "others made what would be changed";
    case vfmgr::ErrorKind::not_permitted:
      return "not permitted";  // a line of its own says what, and why
    default:
      return sentence_of(other->error);
  }
}

std::string help_of(std::span<const UnitPlan* const> units) {
  std::vector<std::string> helps;
  const auto add = [&helps](std::string help) {
    if (!help.empty() && std::ranges::find(helps, help) == helps.end()) {
      helps.push_back(std::move(help));
    }
  };
  const InUse in_use = in_use_of(units);
  if (in_use.vfs + in_use.gpus > 0) {
    add(kStopUsers);
  }
  for (const UnitPlan* const unit : units) {
    for (const Blocked& blocked : unit->blocked) {
      if (blocked.error.kind != vfmgr::ErrorKind::in_use) {
        add(plain(blocked.error.help));
      }
    }
  }
  return helps.empty() ? kStopUsers : fmt::format("{}", fmt::join(helps, ";\n      "));
}

std::string blocked_text(std::span<const UnitPlan* const> units, const Style& style) {
  Table table({{}, {.shrinks = true}, {.drop = 1}});
  for (const UnitPlan* const unit : units) {
    for (const Blocked& blocked : unit->blocked) {
      add_rows(*unit, blocked, table);
    }
  }
  return table.text({.colour = style.colour}, 2);
}

std::string overridden_text(const vfmgr::Plan& plan, const Style& style) {
  Table table({{}, {.shrinks = true}, {.drop = 1}});
  std::size_t taken = 0;
  for (const UnitPlan& unit : plan.units) {
    for (const Blocked& one : unit.overridden) {
      add_rows(unit, one, table);
      ++taken;
    }
  }
  if (taken == 0) {
    return "";
  }
  return fmt::format(
      "{} {} in use, and --allow-in-use has {} taken away: a guest is asked to give its device up, "
      "which can't be recalled\n{}",
      style.paint(Paint::bad, "taken from users:"),
      counted(taken, "function") + (taken == 1 ? " is" : " are"),
      taken == 1 ? "it" : "them",
      table.text({.colour = style.colour}, 2));
}

std::string claimed_text(const vfmgr::Plan& plan, const Style& style) {
  Table table({{}, {.shrinks = true}, {.drop = 1}});
  std::size_t claims = 0;
  for (const UnitPlan& unit : plan.units) {
    for (const vfmgr::Claim& claim : unit.claimed) {
      table.row({{function_name(claim.gpu, claim.vf)},
                 {fmt::format("VM \"{}\"", plain(claim.vm))},
                 {plain(claim.file)}});
      ++claims;
    }
  }
  return claims == 0 ? ""
                     : fmt::format("{} VMs that are off have these in their definitions\n{}",
                                   style.paint(Paint::changed, "claimed:"),
                                   table.text({.colour = style.colour}, 2));
}

std::vector<const UnitPlan*> blocked_units(const vfmgr::Plan& plan) {
  std::vector<const UnitPlan*> units;
  for (const UnitPlan& unit : plan.units) {
    if (!unit.blocked.empty()) {
      units.push_back(&unit);
    }
  }
  return units;
}

}  // namespace vgpuctl
