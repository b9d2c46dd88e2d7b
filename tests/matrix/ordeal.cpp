// SPDX-License-Identifier: Apache-2.0
#include "ordeal.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "core/attr.hpp"
#include "engine/tables.hpp"
#include "judge.hpp"
#include "performed.hpp"
#include "sim/tools.hpp"
#include "stage.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace vfmgr::matrix {

namespace {

class Ordeal {
 public:
  explicit Ordeal(const Performed& run) : run_(run) {}

  void briefly(std::size_t at) {
    const AttrTables tables = attr_tables(run_.story.cast.backends);
    const Attr* const attr = find_attr(tables, run_.turns[at].write.place);
    if (attr == nullptr || attr->errnos.empty()) {
      run_.complain(told(at), "its attribute declares no errnos");
      return;
    }
    ++run_.tally.errnos;
    fault(at, attr->errnos.front().os_error, false);
    kill(at, sim::Stop::before);
    kill(at, sim::Stop::after);
  }

  void of(std::size_t at) {
    faults(at);
    kill(at, sim::Stop::before);
    kill(at, sim::Stop::after);
    on_the_way_back(at);
  }

 private:
  /// Arms what must be armed, or complains.
  bool arm(const Stage& stage, const sim::Fault& fault, const std::string& where) {
    const auto armed = sim::arm_fault(stage.file(), fault, run_.story.cast.drivers);
    if (!armed) {
      run_.complain(where, "cannot be armed: " + to_string(armed.error()));
    }
    return armed.has_value();
  }

  std::string told(std::size_t at) const {
    return "write " + std::to_string(at + 1) + " (" + to_string(run_.turns[at].write.place) +
           " = '" + run_.turns[at].write.bytes + "')";
  }

  void faults(std::size_t at) {
    const AttrTables tables = attr_tables(run_.story.cast.backends);
    const Attr* const attr = find_attr(tables, run_.turns[at].write.place);
    if (attr == nullptr || attr->errnos.empty()) {
      run_.complain(told(at), "its attribute declares no errnos");
      return;
    }
    for (const Refusal& refusal : attr->errnos) {
      for (const bool half : {false, true}) {
        ++(half ? run_.tally.halves : run_.tally.errnos);
        fault(at, refusal.os_error, half);
      }
    }
    half_moves_something(at, attr->errnos.front().os_error);
  }

  sim::Fault fault_at(std::size_t at) const {
    return {.place = run_.turns[at].write.place,
            .turn = run_.turns[at].turn,
            .os_error = 0,
            .half = false,
            .stop = sim::Stop::none};
  }

  void fault(std::size_t at, int os_error, bool half) {
    const Stage stage(run_.opening, run_.story);
    sim::Fault fault = fault_at(at);
    fault.os_error = os_error;
    fault.half = half;
    const std::string where =
        told(at) + " fails with " + strerrorname_np(os_error) + (half ? " and half happens" : "");
    if (!arm(stage, fault, where)) {
      return;
    }
    const auto result = (stage.*run_.go)();
    const bool reached =
        result && !result->units.empty() && result->units.front().result == Outcome::applied;
    if (reached) {
      run_.complain(where, "and the run says that all is well");
      return;
    }
    run_.settle(where, judge(result, run_.before, run_.after, stage.dump()));
  }

  void half_moves_something(std::size_t at, int os_error) {
    const Stage stage(run_.opening, run_.story);
    std::vector<sim::Logged> writes;
    writes.reserve(run_.turns.size());
    for (const Turn& turn : run_.turns) {
      writes.push_back(turn.write);
    }
    stage.replay(writes, at);
    const std::string until = stage.dump();
    const sim::Fault fault{.place = writes[at].place,
                           .turn = 1,
                           .os_error = os_error,
                           .half = true,
                           .stop = sim::Stop::none};
    static_cast<void>(sim::arm_fault(stage.file(), fault, run_.story.cast.drivers).has_value());
    stage.replay({writes[at]}, 1);
    if (stage.dump() == until) {
      run_.complain(told(at), "half of it changes nothing");
    }
  }

  void kill(std::size_t at, sim::Stop stop) {
    ++run_.tally.kills;
    const Stage stage(run_.opening, run_.story);
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
      static_cast<void>((stage.*run_.go)().has_value());
      ::_exit(0);  // the stop did not come: the parent sees an exit
    }
    int status = 0;
    ::waitpid(child, &status, WUNTRACED);
    if (!WIFSTOPPED(status)) {
      run_.complain(where, "the run never came there");
      return;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    const auto recovered = stage.recover();
    run_.settle(where, judge(recovered, run_.before, run_.after, stage.dump()));
    const auto again = (stage.*run_.go)();
    if (!again || !changed_lines(stage.dump(), run_.after).empty()) {
      run_.complain(where,
                    "after recover the same run does not reach its target" +
                        (again ? std::string() : ": " + to_string(again.error())));
    }
  }

  /// A write fails, and then each of those that were to take the run back: it fails too, or the run
  /// is killed there.
  void on_the_way_back(std::size_t at) {
    const AttrTables tables = attr_tables(run_.story.cast.backends);
    const Attr* const attr = find_attr(tables, run_.turns[at].write.place);
    if (attr == nullptr || attr->errnos.empty()) {
      return;  // complained of already
    }
    sim::Fault first = fault_at(at);
    first.os_error = attr->errnos.front().os_error;
    const Stage once(run_.opening, run_.story);
    if (!arm(once, first, told(at))) {
      return;
    }
    static_cast<void>((once.*run_.go)().has_value());
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
    ++run_.tally.doubles;
    constexpr std::uint32_t kTries = 4;
    const Stage stage(run_.opening, run_.story);
    bool armed = arm(stage, first, where);
    for (std::uint32_t again = 0; again < kTries; ++again, ++second.turn) {
      armed = armed && arm(stage, second, where);
    }
    if (!armed) {
      return;
    }
    const auto result = (stage.*run_.go)();
    const Judged judged = judge(result, run_.before, run_.after, stage.dump());
    run_.settle(where, judged);
    if (judged.verdict == Verdict::named) {
      // Without the faults what was named is what recover takes back.
      static_cast<void>(sim::disarm_faults(stage.file(), run_.story.cast.drivers).has_value());
      const auto recovered = stage.recover();
      run_.settle(where + ", then recover",
                  judge(recovered, run_.before, run_.after, stage.dump()));
    }
  }

  void double_kill(const sim::Fault& first, sim::Fault second, const std::string& where) {
    ++run_.tally.doubles;
    const Stage stage(run_.opening, run_.story);
    second.os_error = 0;
    second.stop = sim::Stop::before;
    if (arm(stage, first, where) && arm(stage, second, where)) {
      killed_there(stage, where + ": killed before it");
    }
  }

  const Performed& run_;
};

}  // namespace

void suffer(const Performed& performed, std::size_t write) {
  Ordeal(performed).of(write);
}

void suffer_briefly(const Performed& performed, std::size_t write) {
  Ordeal(performed).briefly(write);
}

}  // namespace vfmgr::matrix
