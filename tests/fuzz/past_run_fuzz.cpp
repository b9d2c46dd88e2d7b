// SPDX-License-Identifier: Apache-2.0
// A past run's file: whatever stands in it, it is refused with the file's name, or read back equal.
#include "vfmgr/result.hpp"

#include "core/json_state.hpp"
#include "engine/history.hpp"
#include "support/law.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using vfmgr::fuzz::law;
using vfmgr::fuzz::read_again;

const std::string name = "history/1";

void read(const std::string& text) {
  const auto run = vfmgr::decode_past_run(text, name);
  if (!run) {
    law(!run.error().why.empty(), "it says why");
    return;
  }
  const std::string written = vfmgr::encode_past_run(*run);
  const auto again = read_again(vfmgr::decode_past_run(written, name), "what was written is read");
  law(vfmgr::encode_past_run(again) == written, "it is written as it was");
  law(again.units.size() == run->units.size(), "no unit is lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  read(std::string(text));
  read(vfmgr::fuzz::with_right_checksums(text));
  return 0;
}
