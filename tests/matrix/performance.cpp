// SPDX-License-Identifier: Apache-2.0
#include "performance.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "case.hpp"
#include "golden.hpp"
#include "judge.hpp"
#include "ordeal.hpp"
#include "performed.hpp"
#include "sim/tools.hpp"
#include "stage.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::matrix {

namespace {

class Performance {
 public:
  Performance(const Case& story, const Stage& opening, Tally& tally)
      : run_{.story = story,
             .opening = opening,
             .tally = tally,
             .before = {},
             .after = {},
             .turns = {}} {}

  /// The clean run, held against plan.txt; then everything that can go wrong in it.
  void run() {
    run_.before = run_.opening.dump();
    if (has("refused.txt")) {
      refused();
      return;
    }
    if (!clean()) {
      return;
    }
    for (std::size_t at = 0; at < run_.turns.size(); ++at) {
      ++run_.tally.writes;
      suffer(run_, at);
    }
    if (!run_.turns.empty()) {
      undo();
    }
  }

 private:
  /// The way back of the whole run: it ends where the run began but for what had been announced as
  /// lost, and what goes wrong on it leaves the host as the run left it, or there.
  void undo() {
    const Stage performed(run_.opening, run_.story);
    static_cast<void>(performed.perform().has_value());
    const std::size_t so_far = performed.written().size();
    Performed back{.story = run_.story,
                   .opening = performed,
                   .tally = run_.tally,
                   .before = run_.after,
                   .after = {},
                   .turns = {},
                   .go = &Stage::undo};
    const Stage stage(performed, run_.story);
    const auto result = stage.undo();
    back.after = stage.dump();
    if (result && exit_code(*result) == ExitCode::refused && back.after == run_.after) {
      return;  // VFs are on a driver of the host's, and who uses them there can't be seen
    }
    if (!result || exit_code(*result) != ExitCode::ok) {
      run_.complain("undo",
                    result && result->units.front().error ? to_string(*result->units.front().error)
                    : result                              ? "it does not end well"
                                                          : to_string(result.error()));
      return;
    }
    only_lost(back.after);
    std::map<std::string, std::uint32_t> turns;
    const auto written = stage.written();
    for (std::size_t at = so_far; at < written.size(); ++at) {
      back.turns.push_back({.write = written[at], .turn = ++turns[to_string(written[at].place)]});
    }
    for (std::size_t at = 0; at < back.turns.size(); ++at) {
      ++run_.tally.undone;
      suffer_briefly(back, at);
    }
  }

  /// Values of strangers on VFs that are made anew are lost, as the plan says, and a module that
  /// was loaded stays: who else came to rely on it nobody knows. Nothing else is otherwise.
  void only_lost(const std::string& now) {
    const std::vector<std::string> lines = changed_lines(run_.before, now);
    std::vector<std::string> may{std::string(kStranger)};
    for (const std::string& line : lines) {
      if (line.starts_with("module:")) {
        may.push_back(line.substr(7, line.find(' ') - 7));
        may.push_back(may.back());
        std::ranges::replace(may.back(), '_', '-');
      }
    }
    for (const std::string& line : lines) {
      if (std::ranges::none_of(
              may, [&](const std::string& name) { return line.find(name) != std::string::npos; })) {
        run_.complain("undo", "it is not as before: " + line);
      }
    }
  }

  /// The reasons stand in refused.txt, and the host is as it was.
  void refused() {
    const Stage stage(run_.opening, run_.story);
    const auto result = stage.perform();
    if (result) {
      run_.complain("refusal", "it runs");
      return;
    }
    hold_against("refused.txt", told_by(result.error()));
    if (!stage.written().empty() || stage.dump() != run_.before) {
      run_.complain("refusal", "it was refused, and the host moved");
    }
  }

  bool clean() {
    const Stage stage(run_.opening, run_.story);
    const auto planned = stage.plan();
    const auto result = stage.perform();
    run_.after = stage.dump();
    const auto judged = judge(result, run_.before, run_.after, run_.after);
    if (!result || !judged.verdict || *judged.verdict != Verdict::after || !planned) {
      const Error* const error = !result                       ? &result.error()
                                 : result->units.front().error ? &*result->units.front().error
                                                               : nullptr;
      run_.complain("clean run", judged.complaint + (error == nullptr ? "" : to_string(*error)));
      return false;
    }
    std::map<std::string, std::uint32_t> turns;
    std::string text;
    for (const sim::Logged& write : stage.written()) {
      run_.turns.push_back({.write = write, .turn = ++turns[to_string(write.place)]});
      text += to_string(write.place) + " = " + (write.bytes == "\n" ? "\\n" : write.bytes) + "\n";
    }
    hold_against("plan.txt", text);
    if (has("told.txt")) {
      hold_against("told.txt", told_by(*planned));
    }
    writes_are_the_plans(*planned);
    second_run(stage);
    return true;
  }

  void hold_against(const std::string& name, const std::string& text) {
    if (const auto wrong = held_against(run_.story.folder / name, text)) {
      run_.complain(name, *wrong);
    }
  }

  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(run_.story.folder / name);
  }

  /// What nobody can know beforehand, the executor may find done, and then does not write.
  static bool may_be_done(const Change& change) {
    return std::ranges::all_of(change.effects, [](const Effect& effect) {
      return !effect.before && effect.expect.match == Match::exact;
    });
  }

  void writes_are_the_plans(const Plan& plan) {
    std::size_t at = 0;
    for (const UnitPlan& unit : plan.units) {
      for (const Step& step : unit.steps) {
        if (const auto* const change = std::get_if<Change>(&step)) {
          const bool written = at < run_.turns.size() && run_.turns[at].write.place == change->to;
          if (!written && may_be_done(*change)) {
            continue;
          }
          if (!written) {
            run_.complain("plan", "step " + std::to_string(at + 1) + " is not what was written");
            return;
          }
          ++at;
        }
      }
    }
    if (at != run_.turns.size()) {
      run_.complain("plan", "more was written than planned");
    }
  }

  void second_run(const Stage& stage) {
    const auto again = stage.perform();
    if (!again || stage.written().size() != run_.turns.size()) {
      run_.complain("second run", "it writes again, or fails");
    }
  }

  Performed run_;
};

}  // namespace

void perform(const Case& story, const Stage& opening, Tally& tally) {
  Performance(story, opening, tally).run();
}

}  // namespace vfmgr::matrix
