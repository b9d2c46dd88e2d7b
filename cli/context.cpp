// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "output/error_text.hpp"
#include "output/json.hpp"
#include "output/style.hpp"
#include "streams.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

spdlog::level::level_enum level_of(const Globals& globals) {
  if (globals.quiet) {
    return spdlog::level::off;
  }
  return globals.verbose == 0   ? spdlog::level::warn
         : globals.verbose == 1 ? spdlog::level::info
                                : spdlog::level::debug;
}

}  // namespace

Context::Context(Globals globals)
    : globals_(std::move(globals)),
      out_(STDOUT_FILENO),
      errors_(STDERR_FILENO),
      out_style_(out_.style(globals_.color)),
      error_style_(errors_.style(globals_.color)),
      log_(std::make_shared<spdlog::logger>("vgpuctl",
                                            std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  log_->set_level(level_of(globals_));
  log_->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
}

vfmgr::Result<vfmgr::Manager> Context::manager() const {
  log_->info("working on {}", globals_.sim.empty() ? "this machine" : plain(globals_.sim));
  return globals_.sim.empty() ? vfmgr::Manager::for_this_host()
                              : vfmgr::Manager::for_host_file(globals_.sim);
}

vfmgr::Scope Context::scope(std::vector<std::string> gpus) const {
  return {.all_classes = globals_.all_classes, .gpus = std::move(gpus)};
}

std::filesystem::path Context::root() const {
  return globals_.sim.empty() ? "/" : globals_.sim + ".root";
}

std::string Context::program() const {
  return globals_.sim.empty() ? "vgpuctl" : "vgpuctl --sim " + plain(globals_.sim);
}

std::string Context::banner(const Style& style) {
  if (globals_.sim.empty() || std::exchange(said_simulated_, true)) {
    return "";
  }
  return style.paint(Paint::faint, "simulated: " + plain(globals_.sim)) + "\n";
}

void Context::print_text(std::string_view text) {
  out_.write(globals_.json ? text_to_json(text, !globals_.sim.empty()) : std::string(text));
}

void Context::tell(std::string_view text) {
  if (!text.empty()) {
    out_.write(banner(out_style_) + std::string(text));
  }
}

void Context::complain(std::string_view text) {
  if (!text.empty()) {
    errors_.write(banner(error_style_) + std::string(text));
  }
}

void Context::fail(const vfmgr::Error& error) {
  if (globals_.json) {
    print(error_to_json(error, !globals_.sim.empty()));
  } else {
    complain(error_text(error, error_style_));
  }
}

int Context::end(vfmgr::ExitCode code) {
  // Whoever closes a pipe has read enough: the code still says how it went.
  const bool lost = out_.failure() != 0 && out_.failure() != EPIPE;
  if (lost) {
    errors_.write(
        fmt::format("{} standard output: it cannot be written: {}; what was done stays "
                    "done, and would have ended with code {}\n",
                    error_style_.paint(Paint::bad, "error:"),
                    std::generic_category().message(out_.failure()),
                    static_cast<int>(code)));
  }
  return lost && code == vfmgr::ExitCode::ok ? static_cast<int>(vfmgr::ExitCode::failed)
                                             : static_cast<int>(code);
}

}  // namespace vgpuctl
