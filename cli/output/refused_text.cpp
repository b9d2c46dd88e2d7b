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

#include <cstddef>
#include <span>
#include <string>
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

std::string users_of(const Blocked& blocked) {
  std::string users;
  for (const vfmgr::Holder& holder : blocked.holders) {
    users += (users.empty() ? "" : "; ") + holder_name(holder);
  }
  return users.empty() ? plain(blocked.error.why) : users;
}

}  // namespace

std::string refusal_of(std::span<const UnitPlan* const> units) {
  std::size_t in_use = 0;
  const Blocked* other = nullptr;
  for (const UnitPlan* const unit : units) {
    for (const Blocked& blocked : unit->blocked) {
      if (blocked.error.kind == vfmgr::ErrorKind::in_use) {
        ++in_use;
      } else if (other == nullptr) {
        other = &blocked;
      }
    }
  }
  if (in_use > 0) {
    return counted(in_use, "VF") + (in_use == 1 ? " is" : " are") + " in use";
  }
  return other == nullptr ? "refused" : sentence_of(other->error);
}

std::string blocked_text(std::span<const UnitPlan* const> units, const Style& style) {
  Table table({{}, {.shrinks = true}});
  for (const UnitPlan* const unit : units) {
    for (const Blocked& blocked : unit->blocked) {
      table.row({{function_name(blocked.gpu, blocked.vf) + address_of(*unit, blocked)},
                 {users_of(blocked)}});
    }
  }
  return table.text({.colour = style.colour}, 2);
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
