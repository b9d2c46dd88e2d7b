// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_control.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

constexpr std::string_view kStates = "vf_states";

std::string state_name(std::uint32_t vf) {
  return fmt::format("{}/vf{}", kStates, vf);
}

}  // namespace

bool is_stopped(const Machine& machine, const Card& card, std::uint32_t vf) {
  return machine.fact_text(card.pf, state_name(vf)) == "stopped";
}

int control_vf(Machine& machine, const Card& card, std::uint32_t vf, std::string_view what) {
  const std::string state = machine.fact_text(card.pf, state_name(vf));
  if (what == "pause") {
    if (!state.empty()) {
      return state == "stopped" ? EPERM : ESTALE;
    }
    machine.set_fact(card.pf, state_name(vf), "paused");
  } else if (what == "resume") {
    if (state != "paused") {
      return EPERM;
    }
    machine.tree().erase(Space::hidden, fact_path(card.pf, state_name(vf)));
  } else if (what == "stop") {
    machine.set_fact(card.pf, state_name(vf), "stopped");
  } else if (what == "reset") {
    machine.tree().erase(Space::hidden, fact_path(card.pf, state_name(vf)));
  }
  return 0;  // a word that it does not know is taken, too
}

void reset_all_vfs(Machine& machine, const Card& card) {
  machine.tree().erase(Space::hidden, fact_path(card.pf, kStates));
}

}  // namespace vfmgr::sim::xe
