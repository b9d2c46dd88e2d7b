// SPDX-License-Identifier: Apache-2.0
#include "performance.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "case.hpp"
#include "core/attr.hpp"
#include "engine/tables.hpp"
#include "golden.hpp"
#include "judge.hpp"
#include "sim/tools.hpp"
#include "stage.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::matrix {

namespace {

/// One write of a case's clean run.
struct Turn {
  sim::Logged write;
  std::uint32_t turn = 1;
};

class Performance {
 public:
  Performance(const Case& story, const Stage& opening, Tally& tally)
      : story_(story), opening_(opening), tally_(tally) {}

  /// The clean run, held against plan.txt; then everything that can go wrong in it.
  void run() {
    before_ = opening_.dump();
    if (has("refused.txt")) {
      refused();
      return;
    }
    if (!clean()) {
      return;
    }
    for (std::size_t at = 0; at < turns_.size(); ++at) {
      ++tally_.writes;
      faults(at);
      kill(at, sim::Stop::before);
      kill(at, sim::Stop::after);
      on_the_way_back(at);
    }
  }

 private:
  void complain(const std::string& where, const std::string& what) {
    ++tally_.complaints;
    std::cout << "FAILED " << story_.name << ": " << where << "\n    " << what << '\n';
  }

  void settle(const std::string& where, const Judged& judged) {
    if (!judged.verdict) {
      complain(where, judged.complaint);
    } else if (*judged.verdict == Verdict::named) {
      ++tally_.named;
    }
  }

  /// Arms what must be armed, or complains.
  bool arm(const Stage& stage, const sim::Fault& fault, const std::string& where) {
    const auto armed = sim::arm_fault(stage.file(), fault, story_.cast.drivers);
    if (!armed) {
      complain(where, "cannot be armed: " + to_string(armed.error()));
    }
    return armed.has_value();
  }

  std::string told(std::size_t at) const {
    return "write " + std::to_string(at + 1) + " (" + to_string(turns_[at].write.place) + " = '" +
           turns_[at].write.bytes + "')";
  }

  /// The reasons stand in refused.txt, and the host is as it was.
  void refused() {
    const Stage stage(opening_, story_);
    const auto result = stage.perform();
    if (result) {
      complain("refusal", "it runs");
      return;
    }
    hold_against("refused.txt", told_by(result.error()));
    if (!stage.written().empty() || stage.dump() != before_) {
      complain("refusal", "it was refused, and the host moved");
    }
  }

  bool clean() {
    const Stage stage(opening_, story_);
    const auto planned = stage.plan();
    const auto result = stage.perform();
    after_ = stage.dump();
    const auto judged = judge(result, before_, after_, after_);
    if (!result || !judged.verdict || *judged.verdict != Verdict::after || !planned) {
      const Error* const error = !result                       ? &result.error()
                                 : result->units.front().error ? &*result->units.front().error
                                                               : nullptr;
      complain("clean run", judged.complaint + (error == nullptr ? "" : to_string(*error)));
      return false;
    }
    std::map<std::string, std::uint32_t> turns;
    std::string text;
    for (const sim::Logged& write : stage.written()) {
      turns_.push_back({.write = write, .turn = ++turns[to_string(write.place)]});
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
    if (const auto wrong = held_against(story_.folder / name, text)) {
      complain(name, *wrong);
    }
  }

  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(story_.folder / name);
  }

  void writes_are_the_plans(const Plan& plan) {
    std::size_t at = 0;
    for (const UnitPlan& unit : plan.units) {
      for (const Step& step : unit.steps) {
        if (const auto* const change = std::get_if<Change>(&step)) {
          if (at >= turns_.size() || !(turns_[at].write.place == change->to)) {
            complain("plan", "step " + std::to_string(at + 1) + " is not what was written");
            return;
          }
          ++at;
        }
      }
    }
    if (at != turns_.size()) {
      complain("plan", "more was written than planned");
    }
  }

  void second_run(const Stage& stage) {
    const auto again = stage.perform();
    if (!again || stage.written().size() != turns_.size()) {
      complain("second run", "it writes again, or fails");
    }
  }

  void faults(std::size_t at) {
    const AttrTables tables = attr_tables(story_.cast.backends);
    const Attr* const attr = find_attr(tables, turns_[at].write.place);
    if (attr == nullptr || attr->errnos.empty()) {
      complain(told(at), "its attribute declares no errnos");
      return;
    }
    for (const int os_error : attr->errnos) {
      for (const bool half : {false, true}) {
        ++(half ? tally_.halves : tally_.errnos);
        fault(at, os_error, half);
      }
    }
    half_moves_something(at, attr->errnos.front());
  }

  sim::Fault fault_at(std::size_t at) const {
    return {.place = turns_[at].write.place,
            .turn = turns_[at].turn,
            .os_error = 0,
            .half = false,
            .stop = sim::Stop::none};
  }

  void fault(std::size_t at, int os_error, bool half) {
    const Stage stage(opening_, story_);
    sim::Fault fault = fault_at(at);
    fault.os_error = os_error;
    fault.half = half;
    const std::string where =
        told(at) + " fails with " + strerrorname_np(os_error) + (half ? " and half happens" : "");
    if (!arm(stage, fault, where)) {
      return;
    }
    const auto result = stage.perform();
    const bool reached =
        result && !result->units.empty() && result->units.front().result == Outcome::applied;
    if (reached) {
      complain(where, "and the run says that all is well");
      return;
    }
    settle(where, judge(result, before_, after_, stage.dump()));
  }

  void half_moves_something(std::size_t at, int os_error) {
    const Stage stage(opening_, story_);
    std::vector<sim::Logged> writes;
    writes.reserve(turns_.size());
    for (const Turn& turn : turns_) {
      writes.push_back(turn.write);
    }
    stage.replay(writes, at);
    const std::string until = stage.dump();
    const sim::Fault fault{.place = writes[at].place,
                           .turn = 1,
                           .os_error = os_error,
                           .half = true,
                           .stop = sim::Stop::none};
    static_cast<void>(sim::arm_fault(stage.file(), fault, story_.cast.drivers).has_value());
    stage.replay({writes[at]}, 1);
    if (stage.dump() == until) {
      complain(told(at), "half of it changes nothing");
    }
  }

  void kill(std::size_t at, sim::Stop stop) {
    ++tally_.kills;
    const Stage stage(opening_, story_);
    sim::Fault fault = fault_at(at);
    fault.stop = stop;
    const std::string where =
        std::string("killed ") + (stop == sim::Stop::before ? "before " : "after ") + told(at);
    if (arm(stage, fault, where)) {
      killed_there(stage, where);
    }
  }

  /// Runs until the armed stop, kills, recovers; then the same run must reach its target.
  void killed_there(const Stage& stage, const std::string& where) {
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) {
      static_cast<void>(stage.perform().has_value());
      ::_exit(0);  // the stop did not come: the parent sees an exit
    }
    int status = 0;
    ::waitpid(child, &status, WUNTRACED);
    if (!WIFSTOPPED(status)) {
      complain(where, "the run never came there");
      return;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    const auto recovered = stage.recover();
    settle(where, judge(recovered, before_, after_, stage.dump()));
    const auto again = stage.perform();
    if (!again || stage.dump() != after_) {
      complain(where,
               "after recover the same run does not reach its target" +
                   (again ? std::string() : ": " + to_string(again.error())));
    }
  }

  /// A write fails, and then each of those that were to take the run back: it fails too, or the run
  /// is killed there.
  void on_the_way_back(std::size_t at) {
    const AttrTables tables = attr_tables(story_.cast.backends);
    const Attr* const attr = find_attr(tables, turns_[at].write.place);
    if (attr == nullptr || attr->errnos.empty()) {
      return;  // complained of already
    }
    sim::Fault first = fault_at(at);
    first.os_error = attr->errnos.front();
    const Stage once(opening_, story_);
    if (!arm(once, first, told(at))) {
      return;
    }
    static_cast<void>(once.perform().has_value());
    std::map<std::string, std::uint32_t> turns;
    const std::vector<sim::Logged> writes = once.written();
    for (std::size_t back = 0; back < writes.size(); ++back) {
      const std::uint32_t turn = ++turns[to_string(writes[back].place)];
      if (back > at) {
        const sim::Fault second{.place = writes[back].place,
                                .turn = turn,
                                .os_error = EIO,
                                .half = false,
                                .stop = sim::Stop::none};
        const std::string where = told(at) + " fails, and on the way back " +
                                  to_string(second.place) + " turn " + std::to_string(turn);
        double_fault(first, second, where);
        double_kill(first, second, where);
      }
    }
  }

  /// The second fault stays: whoever tries that place again fails again, until it is given up and
  /// named.
  void double_fault(const sim::Fault& first, sim::Fault second, const std::string& where) {
    ++tally_.doubles;
    constexpr std::uint32_t kTries = 4;
    const Stage stage(opening_, story_);
    bool armed = arm(stage, first, where);
    for (std::uint32_t again = 0; again < kTries; ++again, ++second.turn) {
      armed = armed && arm(stage, second, where);
    }
    if (!armed) {
      return;
    }
    const auto result = stage.perform();
    const Judged judged = judge(result, before_, after_, stage.dump());
    settle(where, judged);
    if (judged.verdict == Verdict::named) {
      // Without the faults what was named is what recover takes back.
      static_cast<void>(sim::disarm_faults(stage.file(), story_.cast.drivers).has_value());
      const auto recovered = stage.recover();
      settle(where + ", then recover", judge(recovered, before_, after_, stage.dump()));
    }
  }

  void double_kill(const sim::Fault& first, sim::Fault second, const std::string& where) {
    ++tally_.doubles;
    const Stage stage(opening_, story_);
    second.os_error = 0;
    second.stop = sim::Stop::before;
    if (arm(stage, first, where) && arm(stage, second, where)) {
      killed_there(stage, where + ": killed before it");
    }
  }

  const Case& story_;
  const Stage& opening_;
  Tally& tally_;
  std::string before_, after_;
  std::vector<Turn> turns_;
};

}  // namespace

void perform(const Case& story, const Stage& opening, Tally& tally) {
  Performance(story, opening, tally).run();
}

}  // namespace vfmgr::matrix
