// SPDX-License-Identifier: Apache-2.0
// Host files from anybody's hand: a text, its base and its log.
#include "vfmgr/result.hpp"

#include "core/record.hpp"
#include "sim/base_text.hpp"
#include "sim/command.hpp"
#include "sim/host_file.hpp"
#include "sim/machine.hpp"
#include "support/law.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using vfmgr::fuzz::law;
using vfmgr::fuzz::read_again;
using vfmgr::sim::host_file_text;
using vfmgr::sim::load_text;
using vfmgr::sim::Machine;

const std::string name = "a.vfhost";
constexpr std::string_view kLog = "\nlog\n";

void same(const Machine& one, const Machine& other, std::string_view which) {
  law(host_file_text(one) == host_file_text(other), which);
  law(dump_text(one) == dump_text(other), which);
}

void explained(const vfmgr::Error& error) {
  law(error.kind == vfmgr::ErrorKind::syntax, "a damaged host file is a fault of syntax");
  law(!error.why.empty(), "it says why");
  law(error.spot && error.spot->file == name, "it says where");
}

void read(std::string_view text) {
  const auto machine = load_text(text, name);
  if (!machine) {
    explained(machine.error());
    return;
  }
  const std::string folded = host_file_text(*machine);
  const Machine again = read_again(load_text(folded, name), "a folded host is read");
  same(*machine, again, "folding changes nothing");
  if (text.ends_with('\n')) {
    const auto torn = read_again(load_text(std::string(text) + "w\tsys:a", name), "a torn log");
    same(*machine, torn, "a torn record never happened");
  }
}

/// Does what a log's records say as if it happened now, and holds the replay against it.
void live(std::string_view text) {
  const std::size_t end = text.find(kLog);
  if (end == std::string_view::npos) {
    return;
  }
  const std::string_view base = text.substr(0, end + kLog.size());
  auto machine = load_text(base, name);
  if (!machine) {
    return;
  }
  const auto records =
      vfmgr::decode_records(vfmgr::fuzz::with_right_checksums(text.substr(base.size())), name);
  if (!records) {
    return;
  }
  std::string log;
  for (const auto& record : records->records) {
    vfmgr::sim::Command command(record.begin(), record.end() - 1);
    const auto done = carry_out(*machine, command);
    if (!done) {
      return;  // a command that no log can hold
    }
    command.push_back(std::to_string(done->error));
    log += vfmgr::encode_record(command);
  }
  const std::string whole = std::string(base) + log;
  same(*machine, read_again(load_text(whole, name), "what happened is read"), "a replay is exact");
  read(whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  read(text);
  live(text);
  return 0;
}
