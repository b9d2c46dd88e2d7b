// SPDX-License-Identifier: Apache-2.0
#include "output/lost_text.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "output/style.hpp"
#include "output/values.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

/// What would be lost for one reason: VFs by their names, and places that are none of a VF.
class LostForOneReason {
 public:
  void add(const vfmgr::Place& place) {
    if (const auto holes = match(vfmgr::pci::kVf, place)) {
      vfs_[*holes->gpu].push_back(*holes->vf);
    } else {
      places_.push_back(to_string(place));
    }
  }
  [[nodiscard]] std::string text() const {
    constexpr std::size_t kMostNamed = 3;
    std::string text;
    for (const auto& [gpu, vfs] : vfs_) {
      text += fmt::format("  {} {}\n", to_string(gpu), vf_names(vfs));
    }
    for (std::size_t at = 0; at < std::min(kMostNamed, places_.size()); ++at) {
      text += fmt::format("  {}\n", plain(places_[at]));
    }
    if (places_.size() > kMostNamed) {
      text += fmt::format("  and {} more; --json names them all\n", places_.size() - kMostNamed);
    }
    return text;
  }

 private:
  std::map<vfmgr::PciAddress, std::vector<vfmgr::VfIndex>> vfs_;
  std::vector<std::string> places_;
};

}  // namespace

std::string lost_text(const vfmgr::Plan& plan, const Style& style) {
  std::map<std::string, LostForOneReason> reasons;
  for (const vfmgr::UnitPlan& unit : plan.units) {
    for (const vfmgr::Lost& lost : unit.lost) {
      reasons[lost.why].add(lost.at);
    }
  }
  std::string text;
  for (const auto& [why, all] : reasons) {
    text += fmt::format("{} {}\n", style.paint(Paint::bad, "lost:"), plain(why)) + all.text();
  }
  return text;
}

}  // namespace vgpuctl
