// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "sim/command.hpp"
#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim {

/// Reads a whole host file's text: base, then a replay of the log. A torn last record is left out.
/// Errors: syntax, with file and line. Pure.
Result<Machine> load_text(std::string_view text, const std::string& file, Drivers also = {});

/// The text of a machine as a new host file with an empty log.
std::string host_file_text(const Machine& machine);

/// A host file held open. Thread-safe; any number of processes may have the same file open: each
/// catches up with what the others appended before it does anything, and appends under flock.
class HostFile {
 public:
  /// Errors: syntax (with the line), missing, not_permitted, io.
  static Result<std::unique_ptr<HostFile>> open(const std::filesystem::path& file, Drivers also);
  ~HostFile();
  HostFile(const HostFile&) = delete;
  HostFile& operator=(const HostFile&) = delete;
  HostFile(HostFile&&) = delete;
  HostFile& operator=(HostFile&&) = delete;

  /// Looks at the machine as it is now.
  Result<void> look(const std::function<void(const Machine&)>& at);
  /// Asks `decide` for a command, under the lock and of the machine as it is now, carries it out
  /// and appends it. No command: nothing is done, and the result is Done{}.
  Result<Done> change(const std::function<std::optional<Command>(const Machine&)>& decide);
  /// The records since the last fold, as they stand in the file.
  Result<std::string> log();
  /// Writes the log into the base: a new file in the place of the old one.
  Result<void> fold();

 private:
  HostFile(std::filesystem::path file, Drivers also);
  Result<void> reopen();
  Result<void> catch_up();
  Result<void> lock();
  void unlock() const;
  Result<void> append(const std::string& record);
  Result<void> fold_locked();
  [[nodiscard]] std::unexpected<Error> failure(int os_error, const char* what) const;

  std::filesystem::path file_;
  Drivers also_;
  std::mutex mutex_;
  std::optional<Machine> machine_;
  int descriptor_ = -1;
  bool writable_ = false;
  std::uint64_t device_ = 0, inode_ = 0;
  std::size_t base_bytes_ = 0;
  std::size_t good_bytes_ = 0;  ///< up to here the file is in the machine
  std::uint32_t lines_ = 0;     ///< how many lines that are
  std::uint64_t opened_ = 0;    ///< how often: a lock is of the descriptor that took it
  bool stale_ = false;          ///< the machine in memory is not what the file says
  bool torn_ = false;           ///< behind good_bytes_ stands part of a record
};

}  // namespace vfmgr::sim
