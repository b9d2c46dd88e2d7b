// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"

#include "kernel/kernel.hpp"
#include "sim/tools.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace vfmgr::test {

/// A simulated host in a folder of its own, seen as a user of the library sees it. What a test
/// can't go on without ends it.
class Lab {
 public:
  /// One GPU of each of these models, the first at 0000:03:00.0.
  explicit Lab(const std::vector<std::string>& models);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  Lab(Lab&&) = delete;
  Lab& operator=(Lab&&) = delete;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// A new front on it: as another process would open it.
  [[nodiscard]] Manager open() const;
  [[nodiscard]] std::string dump() const;
  /// "PLACE = BYTES" of every write since the last call.
  std::vector<std::string> writes();

  [[nodiscard]] Result<Report> apply(const std::string& toml, const RunOptions& options = {}) const;
  [[nodiscard]] Result<Plan> plan(const std::string& toml, const RunOptions& options = {}) const;
  [[nodiscard]] Result<CheckReport> check(const std::string& toml) const;
  [[nodiscard]] Result<Report> teardown(const RunOptions& options = {}) const;
  /// apply() that must reach its state.
  void reach(const std::string& toml) const;
  /// The VM "web-2", process 4711, takes a VF through vfio.
  void hold(const std::string& vf) const;
  /// The host, as another program on it sees it.
  [[nodiscard]] std::unique_ptr<Kernel> door() const;
  /// What a file there reads; "errno N".
  [[nodiscard]] std::string read(const std::string& place) const;
  /// Another hand on the host writes something, which must work.
  void by_hand(const std::string& place, const std::string& bytes) const;
  /// The same, and whether it worked.
  [[nodiscard]] bool tries(const std::string& place, const std::string& bytes) const;
  void fault(const std::string& place, int os_error, std::uint32_t turn = 1) const;

 private:
  std::filesystem::path folder_, file_;
  std::size_t seen_ = 0;
};

/// A profile named "lab.toml" that must parse.
Profile profile(const std::string& toml);
/// "0000:03:00.0/LEAF" as a place.
std::string gpu_file(const std::string& leaf);

}  // namespace vfmgr::test
