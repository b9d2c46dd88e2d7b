// SPDX-License-Identifier: Apache-2.0
// Uses every header that is installed, and calls the library across its border.
// NOLINTBEGIN(misc-include-cleaner)
#include "vfmgr/history.hpp"
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/step_event.hpp"
#include "vfmgr/units.hpp"
// NOLINTEND(misc-include-cleaner)

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    return 2;
  }
  const auto size = vfmgr::parse_bytes("1.5 GiB");
  const auto profile = vfmgr::Profile::parse({{.file = "p.toml", .text = "schema = 1\n"}});
  const auto manager = vfmgr::Manager::for_host_file(argv[1]);
  if (!size || size->count != 1610612736 || !profile || manager) {
    std::puts("the library does not do what its headers say");
    return 1;
  }
  // The file named does not exist: the error crosses the border whole.
  std::puts(vfmgr::to_string(manager.error()).c_str());
  const bool as_json = vfmgr::error_to_json(manager.error()).ends_with("}\n");
  return manager.error().subject.empty() || !as_json ? 1 : 0;
}
