// SPDX-License-Identifier: Apache-2.0
#include "sim/replay.hpp"

#include "vfmgr/result.hpp"

#include "core/record.hpp"
#include "core/try.hpp"
#include "sim/base_text.hpp"
#include "sim/command.hpp"
#include "sim/driver.hpp"
#include "sim/host_file.hpp"
#include "sim/machine.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

namespace {

std::string line_at(std::string_view text, std::uint32_t number) {
  for (std::uint32_t skipped = 0; skipped < number; ++skipped) {
    text.remove_prefix(text.find('\n') + 1);
  }
  return std::string(text.substr(0, text.find('\n')));
}

Result<void> replay_one(Machine& machine, const std::vector<std::string>& record) {
  if (record.size() < 2) {
    return fail({.kind = ErrorKind::syntax, .why = "the record is too short"});
  }
  const Command command(record.begin(), record.end() - 1);
  TRY(const Done done, carry_out(machine, command));
  if (std::to_string(done.error) != record.back()) {
    return fail({.kind = ErrorKind::syntax,
                 .value = record.back(),
                 .why = fmt::format("done again, this ends with errno {}, not with the one noted",
                                    done.error),
                 .help = "the file was changed by hand, or needs drivers that are not known here"});
  }
  return {};
}

}  // namespace

Result<Replayed> replay(Machine& machine,
                        std::string_view log,
                        const std::string& file,
                        std::uint32_t first_line) {
  TRY(const Records records, decode_records(log, file, first_line));
  Replayed replayed{.good_bytes = records.good_bytes, .lines = 0, .torn = records.torn};
  for (const auto& record : records.records) {
    if (auto done = replay_one(machine, record); !done) {
      Error error = std::move(done.error());
      error.subject = file;
      error.spot = Spot{.file = file,
                        .line = first_line + replayed.lines,
                        .column = 1,
                        .length = 1,
                        .text = line_at(log, replayed.lines)};
      return fail(std::move(error));
    }
    ++replayed.lines;
  }
  return replayed;
}

Result<Machine> load_text(std::string_view text, const std::string& file, Drivers also) {
  Machine machine(also);
  TRY(const Base base, read_base(machine, text, file));
  TRY_VOID(replay(machine, text.substr(base.bytes), file, base.lines + 1));
  return machine;
}

std::string host_file_text(const Machine& machine) {
  return write_base(machine);
}

}  // namespace vfmgr::sim
