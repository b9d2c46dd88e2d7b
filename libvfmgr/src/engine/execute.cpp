// SPDX-License-Identifier: Apache-2.0
#include "engine/execute.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "engine/gate.hpp"
#include "engine/look.hpp"
#include "engine/stop.hpp"
#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace vfmgr {

namespace {

Result<void> as_planned(const Bench& bench, const Change& change) {
  for (const Effect& effect : change.effects) {
    if (!effect.before) {
      continue;
    }
    const Value seen = look(bench.kernel, bench.tables, effect.at);
    if (seen.is != effect.before->is) {
      return fail({.kind = ErrorKind::stale,
                   .subject = to_string(effect.at),
                   .value = seen.text(),
                   .why = "it was " + to_string(*effect.before) + " when this was planned and is " +
                          to_string(seen),
                   .help = "plan again"});
    }
  }
  return {};
}

/// Whether what stands behind an id is this name: alone, or the first of several columns.
bool names(std::string_view rest, std::string_view name) {
  constexpr std::string_view kColumn = "  ";
  return rest == name ||
         (rest.starts_with(name) && (rest.substr(name.size()).starts_with(kColumn) ||
                                     rest.substr(name.size()).starts_with('\t')));
}

/// The id of a name in lines of "id name".
Result<std::string> id_in_list(const Kernel& kernel, const Place& list, const std::string& name) {
  TRY(const std::string text, kernel.read(list));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    const std::size_t blank = line.find(' ');
    const std::size_t word = line.find_first_not_of(' ', std::min(blank, line.size()));
    if (word != std::string::npos && names(line.substr(word), name)) {
      return line.substr(0, blank);
    }
    begin = end + 1;
  }
  return fail({.kind = ErrorKind::io,
               .subject = to_string(list),
               .value = name,
               .why = "it lists no such name"});
}

Result<std::string> bytes_of(const Kernel& kernel, const Text& text) {
  std::string filler;
  if (text.name_of) {
    TRY(const std::string target, kernel.link(*text.name_of));
    filler = target.substr(target.rfind('/') + 1);
  } else if (text.id_of) {
    TRY(filler, id_in_list(kernel, *text.id_of, text.id_name));
  }
  std::string bytes = text.text;
  const std::size_t hole = bytes.find("{}");
  if (hole != std::string::npos && (text.name_of || text.id_of)) {
    bytes.replace(hole, 2, filler);
  }
  return bytes;
}

Result<void> read_back(const Bench& bench, const Change& change, Milliseconds limit) {
  const auto ends = [&bench] { return bench.ends(); };
  for (const Effect& effect : change.effects) {
    if (effect.expect.match != Match::any) {
      TRY_VOID(await_value(bench.kernel, bench.tables, effect.at, effect.expect, limit, ends));
    }
  }
  return {};
}

/// Writes it. What a program says of itself at its end counts for nothing, only what it has done.
Result<void> write_once(Bench& bench, const Change& change, const std::string& bytes) {
  auto written = bench.kernel.write(change.to, bytes, change.blocking, change.limit);
  const bool an_opinion = !written && change.to.in == In::program &&
                          written.error().kind != ErrorKind::in_flight &&
                          read_back(bench, change, Milliseconds::zero());
  if (an_opinion) {
    return {};
  }
  if (!written) {
    add_meaning(bench.tables, change.to, written.error());
  }
  return written;
}

/// Some writes end well and do nothing while somebody is in the way: those are written again.
Result<void> write_and_read_back(Bench& bench, const Change& change, const std::string& bytes) {
  const std::uint32_t tries = std::max(change.tries, 1U);
  const Milliseconds limit = change.limit / tries;
  Result<void> seen;
  for (std::uint32_t turn = 0; turn == 0 || (turn < tries && !seen && !bench.ends()); ++turn) {
    if (auto written = write_once(bench, change, bytes); !written) {
      if (written.error().kind == ErrorKind::in_flight) {
        bench.gate.shut(written.error());
      }
      return written;
    }
    seen = read_back(bench, change, limit);
  }
  return seen;
}

/// Another unit of the run, or the kernel, may have done already what nobody checked beforehand.
bool is_done_already(const Bench& bench, const Change& change) {
  return std::ranges::all_of(change.effects, [&](const Effect& effect) {
    return !effect.before && effect.expect.match == Match::exact &&
           effect.expect.accepts(look(bench.kernel, bench.tables, effect.at));
  });
}

Result<void> run_change(Bench& bench, const Change& change) {
  std::unique_lock<std::mutex> turn;
  if (!change.wipes.empty()) {
    TRY(turn, bench.gate.enter());
  }
  TRY_VOID(as_planned(bench, change));
  if (is_done_already(bench, change)) {
    return {};
  }
  if (auto users = bench.guard.in_the_way(change, bench.before, bench.begun); !users.empty()) {
    return fail(std::move(users.front().error));
  }
  TRY(const std::string bytes, bytes_of(bench.kernel, change.bytes));
  // Nothing is begun that is not written down. On the way back it is done all the same: the other
  // choice is a host that stays half way.
  if (auto announced = bench.journal.begin(bench.unit, change); !announced && !bench.going_back) {
    return announced;
  }
  bench.begun.add(change);
  TRY_VOID(write_and_read_back(bench, change, bytes));
  if (auto noted = bench.journal.done(bench.unit); !noted && !bench.going_back) {
    return noted;
  }
  if (!change.wipes.empty()) {
    bench.guard.forget();
  }
  return {};
}

}  // namespace

Ran run_step(Bench& bench, const Step& step) {
  const Milliseconds begin = bench.kernel.now();
  Result<void> result;
  if (bench.ends()) {
    result = fail(stopped());
  } else if (const auto* const change = std::get_if<Change>(&step)) {
    result = run_change(bench, *change);
  } else {
    const auto& await = std::get<Await>(step);
    result = await_value(bench.kernel, bench.tables, await.at, await.expect, await.limit, [&bench] {
      return bench.ends();
    });
  }
  Ran ran;
  ran.duration_us =
      static_cast<std::uint64_t>(std::chrono::microseconds(bench.kernel.now() - begin).count());
  if (!result) {
    ran.outcome =
        result.error().kind == ErrorKind::in_flight ? StepOutcome::in_flight : StepOutcome::failed;
    ran.error = result.error();
  }
  return ran;
}

}  // namespace vfmgr
