// SPDX-License-Identifier: Apache-2.0
#include "output/left_over_text.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace vgpuctl {

std::string left_over_text(std::span<const vfmgr::LeftOver> all, const Style& style) {
  if (all.empty()) {
    return "";
  }
  std::map<std::tuple<vfmgr::PciAddress, std::string, std::string>, std::vector<vfmgr::VfIndex>>
      alike;
  for (const vfmgr::LeftOver& one : all) {
    auto& vfs = alike[{one.gpu, one.attribute, shown(one.attribute, one.value)}];
    if (one.vf) {
      vfs.push_back(*one.vf);
    }
  }
  Table table({{}, {}, {}, {.shrinks = true}});
  for (const auto& [what, vfs] : alike) {
    const auto& [gpu, attribute, value] = what;
    table.row({{to_string(gpu)}, {vfs.empty() ? "" : vf_names(vfs)}, {plain(attribute)}, {value}});
  }
  return style.paint(Paint::changed, "left over:") +
         " an earlier run set these, and the profile does not name them any more: they stay\n" +
         table.text({.colour = style.colour}, 2);
}

}  // namespace vgpuctl
