// SPDX-License-Identifier: Apache-2.0
// A journal that somebody damaged: what a cut-off run had begun is told exactly, or not at all.
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/json_state.hpp"
#include "core/record.hpp"
#include "engine/journal.hpp"
#include "support/law.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using vfmgr::CutOff;
using vfmgr::fuzz::law;
using vfmgr::fuzz::read_again;

const std::string name = "a.journal";

/// All that recover goes by, as text.
std::string told(const CutOff& run) {
  std::string text = run.boot_id + '\n';
  for (const CutOff::OneUnit& unit : run.units) {
    text += unit_plan_to_json(unit.plan) + (unit.write_open ? "open " : "closed ") +
            std::to_string(unit.writes_done) + (unit.reached ? " reached" : "") +
            (unit.ended ? " ended" : "") + '\n';
    for (const auto& [place, may] : unit.begun.may) {
      text += to_string(place) + (may.any ? " any" : "");
      for (const std::string& value : may.values) {
        text += '|' + value;
      }
      text += '\n';
    }
    for (const vfmgr::Place& wiped : unit.begun.below) {
      text += "below " + to_string(wiped) + '\n';
      law(unit.begun.covers(wiped), "what a run wipes, it covers");
    }
  }
  return text;
}

void read(const std::string& text) {
  const auto run = vfmgr::read_journal(name, text);
  if (!run) {
    law(run.error().kind == vfmgr::ErrorKind::syntax, "a damaged journal is a fault of syntax");
    law(run.error().subject == name && !run.error().why.empty(), "it says which file, and why");
    return;
  }
  const auto records = read_again(vfmgr::decode_records(text, name), "what was read is records");
  const std::string whole = text.substr(0, records.good_bytes);
  law(records.torn == (whole.size() != text.size()), "only what is torn is left over");
  const std::string said = told(*run);
  law(told(read_again(vfmgr::read_journal(name, whole), "torn end cut off")) == said,
      "a torn record says nothing");
  law(told(read_again(vfmgr::read_journal(name, whole + "end\t0"), "torn again")) == said,
      "a record that begins to be written says nothing");
  std::string again;
  for (const auto& record : records.records) {
    again += vfmgr::encode_record(record);
  }
  law(told(read_again(vfmgr::read_journal(name, again), "written anew")) == said,
      "records that are written again say the same");
  for (const CutOff::OneUnit& unit : run->units) {
    const std::string json = unit_plan_to_json(unit.plan);
    law(unit_plan_to_json(read_again(vfmgr::unit_plan_from_json(json), "a unit written")) == json,
        "a unit is read back as it was written");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  read(std::string(text));
  read(vfmgr::fuzz::with_right_checksums(text));
  return 0;
}
