// SPDX-License-Identifier: Apache-2.0
#include "contract/support/given_writes.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/names.hpp"
#include "core/try.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace vfmgr::contract {

namespace {

constexpr std::array<std::string_view, 5> kWritten{"driver", "autoprobe", "vfs", "module", "bound"};
constexpr Milliseconds kLimit{20000};  // also on a busy machine

Result<void> write(Stage& stage, std::string_view place, std::string_view bytes) {
  Names names(stage);
  TRY(const Place where, names.place(place));
  TRY(const std::string what, names.expand(bytes));
  return stage.kernel().write(where, what, Blocking::can_hang, kLimit);
}

/// "driver NAME": the PF is bound to it.
Result<void> put_on(Stage& stage, const std::string& driver) {
  if (driver == "simple") {
    return {};
  }
  TRY_VOID(write(stage, "drivers/simple/unbind", "$pf"));
  if (driver == "none") {
    return {};
  }
  TRY_VOID(write(stage, "$pf/driver_override", driver));
  TRY_VOID(write(stage, "module:" + driver, "load"));
  TRY(const std::string link,
      stage.kernel().link(
          {.in = In::sys, .path = "bus/pci/devices/" + to_string(stage.pf(1)) + "/driver"}));
  return link.ends_with("/" + driver)
             ? Result<void>{}
             : fail({.kind = ErrorKind::invalid, .value = driver, .why = "the PF is not on it"});
}

Result<void> carry_out(Stage& stage, const Given& given) {
  const auto word = [&given](std::size_t at) {
    return at < given.words.size() ? given.words[at].text : std::string{};
  };
  const std::string& what = given.words.front().text;
  if (what == "driver") {
    return put_on(stage, word(1));
  }
  if (what == "autoprobe") {
    return write(stage, "$pf/sriov_drivers_autoprobe", word(1));
  }
  if (what == "vfs") {
    return write(stage, "$pf/sriov_numvfs", word(1));
  }
  if (what == "module") {
    return write(stage, "module:" + word(1), "load");
  }
  if (what == "bound") {
    const std::string driver = word(2).empty() ? "vfio-pci" : word(2);
    TRY_VOID(write(stage, word(1) + "/driver_override", driver));
    return write(stage, "drivers/" + driver + "/bind", word(1));
  }
  return {};
}

}  // namespace

bool is_written(std::string_view given) {
  return std::ranges::find(kWritten, given) != kWritten.end();
}

Result<void> write_givens(Stage& stage, const Case& story) {
  for (const Given& given : story.givens) {
    TRY_VOID(carry_out(stage, given));
  }
  return {};
}

}  // namespace vfmgr::contract
