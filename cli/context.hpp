// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "output/style.hpp"
#include "streams.hpp"

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

/// Options that every command has.
struct Globals {
  std::string sim;  ///< host file; empty: this machine
  bool json = false;
  bool all_classes = false;
  std::string color = "auto";
  int verbose = 0;
  bool quiet = false;
};

/// What a command works with: the options of all commands, and the three ways to say something.
class Context {
 public:
  explicit Context(Globals globals);

  [[nodiscard]] const Globals& globals() const { return globals_; }
  /// The host that is worked on. Errors: those of the Manager's makers.
  [[nodiscard]] vfmgr::Result<vfmgr::Manager> manager() const;
  [[nodiscard]] vfmgr::Scope scope(std::vector<std::string> gpus) const;

  /// The folder that stands for "/" where profiles are installed: a simulated host has its own
  /// beside it, FILE.root.
  [[nodiscard]] std::filesystem::path root() const;

  /// How this program is called for the same host: "vgpuctl", "vgpuctl --sim lab.vfhost".
  [[nodiscard]] std::string program() const;

  /// Machine text, as it is, on standard output.
  void print(std::string_view text) { out_.write(text); }
  /// The same, of what is no document by itself: one string of a document under --json.
  void print_text(std::string_view text);
  /// Text for people on standard output; on a simulated host it begins by saying so.
  void tell(std::string_view text);
  /// Text for people on standard error.
  void complain(std::string_view text);
  /// An error: a document on standard output under --json, else text on standard error.
  void fail(const vfmgr::Error& error);
  /// Something worth knowing that -q leaves out.
  [[nodiscard]] bool notes() const { return !globals_.quiet; }

  [[nodiscard]] const Style& style() const { return out_style_; }
  [[nodiscard]] const Style& error_style() const { return error_style_; }
  spdlog::logger& log() { return *log_; }

  /// The process's exit status: the code, unless the output could not be written.
  [[nodiscard]] int end(vfmgr::ExitCode code);

 private:
  [[nodiscard]] std::string banner(const Style& style);

  Globals globals_;
  Stream out_;
  Stream errors_;
  Style out_style_, error_style_;
  bool said_simulated_ = false;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace vgpuctl
