// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/report.hpp"

#include "case.hpp"
#include "sim/tools.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr::matrix {

/// A host file for one performance, gone with its folder.
class Stage {
 public:
  /// A copy of another stage's host and state folder.
  explicit Stage(const Stage& other, const Case& story);
  /// The case's host as it stands when the curtain rises: cut up by `before.toml`, with values in
  /// places that no backend reads. Errors: the set-up failed.
  static Result<Stage> set(const Case& story);
  ~Stage();
  Stage(Stage&& other) noexcept;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  Stage& operator=(Stage&&) = delete;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// The case's wish, once. Errors: those before a report.
  [[nodiscard]] Result<Report> perform() const;
  [[nodiscard]] Result<Plan> plan() const;
  [[nodiscard]] Result<Report> recover() const;
  /// Takes the last run back.
  [[nodiscard]] Result<Report> undo() const;
  [[nodiscard]] std::string dump() const;
  [[nodiscard]] std::vector<sim::Logged> written() const;
  /// The writes alone, without the engine: the first `count` of these.
  void replay(const std::vector<sim::Logged>& writes, std::size_t count) const;

 private:
  explicit Stage(const Case& story);
  const Case* story_;
  std::filesystem::path folder_, file_;
};

/// The leaf of the places that hold values which no backend reads.
inline constexpr std::string_view kStranger = "strangers_value";

}  // namespace vfmgr::matrix
