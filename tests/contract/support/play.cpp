// SPDX-License-Identifier: Apache-2.0
#include "contract/support/play.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"
#include "contract/support/names.hpp"
#include "core/try.hpp"
#include "kernel/kernel.hpp"
#include "sim/kernel_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

using Kind = Outcome::Kind;

Outcome of_error(const Error& error) {
  if (error.kind == ErrorKind::in_flight) {
    return {.kind = Kind::in_flight, .text = {}};
  }
  if (error.kind == ErrorKind::unreadable && error.os_error == ETIMEDOUT) {
    return {.kind = Kind::blocks, .text = {}};
  }
  if (error.kind == ErrorKind::not_permitted && (error.os_error == 0 || error.os_error == EPERM) &&
      error.why.find("names this place") != std::string::npos) {
    return {.kind = Kind::unnamed, .text = {}};
  }
  const char* const name = strerrorname_np(error.os_error);
  return {.kind = Kind::os_error,
          .text = name == nullptr || error.os_error == 0 ? to_string(error) : name};
}

Outcome of(const Result<void>& done) {
  return done ? Outcome{} : of_error(done.error());
}

Outcome of(const Result<std::string>& done) {
  return done ? Outcome{.kind = Kind::value, .text = *done} : of_error(done.error());
}

Outcome last_component(Outcome outcome) {
  if (outcome.kind == Kind::value) {
    outcome.text = outcome.text.substr(outcome.text.rfind('/') + 1);
  }
  return outcome;
}

Outcome without_newline(Outcome outcome) {
  outcome.text = std::string(sim::without_newline(outcome.text));
  return outcome;
}

Outcome names_in(const Kernel& kernel, const Place& place) {
  const auto names = kernel.list(place);
  if (!names) {
    return of_error(names.error());
  }
  std::string text;
  for (const std::string& name : *names) {
    text += (text.empty() ? "" : " ") + name;
  }
  return {.kind = Kind::value, .text = text};
}

/// "50ms".
Result<Milliseconds> duration(const Word& word) {
  const std::string_view text = word.text;
  const auto number =
      text.ends_with("ms") ? sim::stored_number(text.substr(0, text.size() - 2)) : std::nullopt;
  if (!number) {
    return fail({.kind = ErrorKind::syntax, .value = word.text, .why = "write a time as '50ms'"});
  }
  return Milliseconds(static_cast<std::int64_t>(*number));
}

void pass_time(const Kernel& kernel, Milliseconds until) {
  const auto watch = kernel.watch({.in = In::sys, .path = "free"});
  while (kernel.now() < until) {
    static_cast<void>(watch->wait(until - kernel.now()));
  }
}

/// One case on its stage.
class Play {
 public:
  explicit Play(Stage& stage) : stage_(&stage), names_(stage) {}

  /// What is wrong with how a step went; empty: nothing.
  std::string step(const Step& step, const std::string& kernel, std::vector<Heard>& heard);

 private:
  Result<Outcome> expected_of(const Step& step, const std::string& kernel);
  Result<Outcome> act_until(const Step& step, const Outcome& expected);
  Result<Outcome> act(const Step& step);
  Result<Outcome> look(const std::string& verb, const Place& place);
  Result<std::string> pass(const Step& step);

  // Of a write that is expected to hang, and of one that must come back, also on a busy machine.
  static constexpr Milliseconds kHangs{2000}, kReturns{20000};
  // The same of a read that may block, and of what comes to be a while later.
  static constexpr Milliseconds kBlocks{300}, kAnswers{10000}, kComesToBe{10000};
  Stage* stage_;
  Names names_;
  Outcome::Kind awaited_ = Outcome::Kind::ok;  ///< what the step is expected to come to
  Milliseconds began_{};
  std::string remembered_;
  std::map<std::string, std::unique_ptr<Hold>> held_;
};

Result<Outcome> Play::look(const std::string& verb, const Place& place) {
  const Kernel& kernel = stage_->kernel();
  if (verb == "read") {
    return without_newline(of(kernel.read(place)));
  }
  if (verb == "bytes") {
    return of(kernel.read(place));
  }
  if (verb == "slow") {
    const std::array places{place};
    const Milliseconds limit = awaited_ == Kind::blocks ? kBlocks : kAnswers;
    return without_newline(of(kernel.read_slowly(places, limit).front()));
  }
  if (verb == "link") {
    return of(kernel.link(place));
  }
  if (verb == "leaf") {
    return last_component(of(kernel.link(place)));
  }
  if (verb == "list") {
    return names_in(kernel, place);
  }
  if (verb == "count" || verb == "vectors") {
    Place counted = place;
    counted.as = verb == "count" ? As::count : As::vectors;
    return Outcome{.kind = Kind::value, .text = observe(kernel, counted).text()};
  }
  return fail({.kind = ErrorKind::invalid, .value = verb, .why = "no such verb"});
}

Result<Outcome> Play::act(const Step& step) {
  const std::string& first = step.arguments.front().text;
  if (step.verb == "take" || step.verb == "let-go") {
    TRY(const PciAddress function, names_.address(first));
    return of(step.verb == "take" ? stage_->take(function) : stage_->let_go(function));
  }
  TRY(const Place place, names_.place(first));
  if (step.verb == "write") {
    TRY(const std::string bytes, names_.expand(step.arguments[1].text));
    const Milliseconds limit = awaited_ == Kind::in_flight ? kHangs : kReturns;
    return of(stage_->kernel().write(place, bytes, Blocking::can_hang, limit));
  }
  if (step.verb == "open") {
    auto hold = stage_->kernel().hold(place);
    if (!hold) {
      return of_error(hold.error());
    }
    held_[place.path] = std::move(*hold);
    return Outcome{};
  }
  return look(step.verb, place);
}

/// A step that comes to nothing; the sentence says what is wrong.
Result<std::string> Play::pass(const Step& step) {
  if (step.verb == "close") {
    TRY(const Place place, names_.place(step.arguments.front().text));
    return held_.erase(place.path) == 1 ? std::string{} : std::string("it was not open");
  }
  if (step.verb == "vanish") {
    TRY(const PciAddress function, names_.address(step.arguments[0].text));
    TRY(const Milliseconds after, duration(step.arguments[1]));
    TRY_VOID(stage_->vanish(function, after));
    return std::string{};
  }
  if (step.verb == "wait") {
    TRY(const Milliseconds time, duration(step.arguments[0]));
    pass_time(stage_->kernel(), stage_->kernel().now() + time);
    return std::string{};
  }
  if (step.verb == "took") {
    TRY(const Milliseconds time, duration(step.arguments[0]));
    const Milliseconds spent = stage_->kernel().now() - began_;
    return spent >= time ? std::string{} : fmt::format("the step before took {} ms", spent.count());
  }
  TRY(std::string now, stage_->dump());
  if (step.verb == "remember") {
    remembered_ = std::move(now);
    return std::string{};
  }
  if (remembered_.empty()) {
    return std::string("nothing was remembered");
  }
  const bool same = now == remembered_;
  if (step.verb == "as-before") {
    return same ? std::string{} : std::string("the host has changed");
  }
  return same ? std::string("the host has not changed") : std::string{};
}

Result<Outcome> Play::expected_of(const Step& step, const std::string& kernel) {
  const auto exception = step.expected_on.find(kernel);
  Outcome expected = exception == step.expected_on.end() ? *step.expected : exception->second;
  if (expected.kind == Kind::value) {
    TRY(expected.text, names_.expand(expected.text));
  }
  return expected;
}

Result<Outcome> Play::act_until(const Step& step, const Outcome& expected) {
  const Milliseconds until = began_ + kComesToBe;
  while (true) {
    TRY(Outcome met, act(step));
    const Milliseconds now = stage_->kernel().now();
    if (!step.awaited || met == expected || now >= until) {
      return met;
    }
    pass_time(stage_->kernel(), now + Milliseconds(10));
  }
}

std::string Play::step(const Step& step, const std::string& kernel, std::vector<Heard>& heard) {
  if (!step.expected) {
    const auto wrong = pass(step);
    return wrong ? *wrong : to_string(wrong.error());
  }
  began_ = stage_->kernel().now();
  // A name in what is expected can be that of what the step makes: it is looked up afterwards, too.
  auto expected = expected_of(step, kernel);
  awaited_ = expected ? expected->kind : Kind::value;
  const auto met = act_until(step, expected ? *expected : Outcome{});
  if (!expected) {
    expected = expected_of(step, kernel);
  }
  if (!met || !expected) {
    return to_string(met ? expected.error() : met.error());
  }
  const bool same = *met == *expected;
  heard.push_back({.line = step.line, .met = same ? std::string{} : spelled(*met)});
  return same ? std::string{}
              : fmt::format("expected {}, met {}", to_string(*expected), to_string(*met));
}

/// What of a case the bench lacks; empty: nothing.
std::string lacking(const Bench& bench, const Case& story) {
  for (const std::string& need : story.needs) {
    if (!bench.has(need)) {
      return need;
    }
  }
  for (const Given& given : story.givens) {
    if (!bench.has(given.words.front().text)) {
      return "given " + given.words.front().text;
    }
  }
  for (const Step& step : story.steps) {
    if (!bench.has(step.verb)) {
      return step.verb;
    }
  }
  return {};
}

}  // namespace

Played play(const Bench& bench, const Case& story, const std::string& kernel, Then then) {
  Played played{.not_here = lacking(bench, story), .failures = {}, .heard = {}};
  if (!played.not_here.empty()) {
    return played;
  }
  const std::string where = fmt::format("{} '{}' on {}{}{}",
                                        story.file,
                                        story.title,
                                        bench.name(),
                                        kernel.empty() ? "" : " ",
                                        kernel);
  const auto stage = bench.set(story, kernel);
  if (!stage) {
    played.failures.push_back(fmt::format("{}:{} {}: what is given can't be: {}",
                                          story.file,
                                          story.line,
                                          where,
                                          to_string(stage.error())));
    return played;
  }
  Play on(**stage);
  for (const Step& step : story.steps) {
    if (const std::string wrong = on.step(step, kernel, played.heard); !wrong.empty()) {
      played.failures.push_back(fmt::format("{}:{}: {}: {}", story.file, step.line, where, wrong));
      if (then == Then::ends) {
        return played;
      }
    }
  }
  return played;
}

}  // namespace vfmgr::contract
