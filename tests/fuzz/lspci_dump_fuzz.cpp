// SPDX-License-Identifier: Apache-2.0
// The text of somebody's lspci: whatever stands there, faults have places, and what was read makes
// a host whose file is read again.
#include "vfmgr/result.hpp"

#include "core/faults.hpp"
#include "core/lspci_dump.hpp"
#include "core/text_tree.hpp"
#include "sim/from_dump.hpp"
#include "sim/host_file.hpp"
#include "sim/models.hpp"
#include "support/law.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using vfmgr::fuzz::law;

const std::vector<vfmgr::sim::Model>& models() {
  static const std::vector<vfmgr::sim::Model> all = vfmgr::sim::shipped_models().value();
  return all;
}

void check(const vfmgr::Error& error) {
  law(error.kind == vfmgr::ErrorKind::syntax, "a fault of a text is one of syntax");
  law(error.spot.has_value() && !error.why.empty(), "a fault says where and why");
  law(error.also.size() <= vfmgr::kMostFaults + 1, "faults have an end");
  for (const vfmgr::Error& other : error.also) {
    law(other.spot.has_value() && !other.why.empty(), "each fault says where and why");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(vfmgr::fuzz::text_of(data, size));
  const auto dump = vfmgr::parse_lspci_dump(vfmgr::SourceText(std::string("dump"), text));
  if (!dump) {
    check(dump.error());
    return 0;
  }
  law(!dump->empty(), "what was read has a device");
  for (const vfmgr::DumpedFunction& function : *dump) {
    law(function.config.size() >= 64 && function.config.size() <= 4096, "a device has its bytes");
  }
  const auto host = vfmgr::sim::machine_of_dump(*dump, models());
  law(host.functions <= dump->size() && host.pfs <= host.functions,
      "no function comes from nowhere");
  const std::string file = vfmgr::sim::host_file_text(host.machine);
  const auto again =
      vfmgr::fuzz::read_again(vfmgr::sim::load_text(file, "host"), "the file is read");
  law(vfmgr::sim::host_file_text(again) == file, "and is the same host");
  return 0;
}
