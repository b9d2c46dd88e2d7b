// SPDX-License-Identifier: Apache-2.0
#include "output/alike.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"
#include "output/values.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::VfView;

bool alike(const VfView& one, const VfView& other) {
  return one.driver == other.driver && one.attributes == other.attributes &&
         use_of(one) == use_of(other) &&
         one.iommu_group.has_value() == other.iommu_group.has_value();
}

}  // namespace

std::vector<std::vector<const VfView*>> neighbours_alike(const std::vector<const VfView*>& vfs) {
  std::vector<std::vector<const VfView*>> groups;
  for (const VfView* const vf : vfs) {
    if (groups.empty() || !alike(*groups.back().front(), *vf)) {
      groups.emplace_back();
    }
    groups.back().push_back(vf);
  }
  return groups;
}

std::vector<const VfView*> spare_vfs(const vfmgr::GpuView& gpu) {
  std::vector<const VfView*> spare;
  const std::string type = "vgpu_type";
  if (gpu.num_vfs != gpu.gpu.total_vfs ||
      std::ranges::find(gpu.offers, type, &vfmgr::OfferView::name) == gpu.offers.end()) {
    return spare;
  }
  for (const VfView& vf : gpu.vfs) {
    const auto has = vf.attributes.find(type);
    if (has == vf.attributes.end() || has->second == vfmgr::Setting(std::string("none"))) {
      spare.push_back(&vf);
    }
  }
  return spare;
}

std::string use_of(const VfView& vf) {
  std::string names;
  for (const vfmgr::Holder& holder : vf.holders) {
    names += (names.empty() ? "" : ", ") + (holder.vm ? plain(*holder.vm) : holder_name(holder));
  }
  if (!names.empty()) {
    return names;
  }
  return !vf.in_use ? "unknown" : *vf.in_use ? "yes" : "no";
}

std::string span(const std::string& first, const std::string& last) {
  return first == last ? first : first + " … " + last;
}

std::string addresses(const VfView& first, const VfView& last) {
  if (!first.address || !last.address) {
    return "unknown";
  }
  const std::string to = to_string(*last.address);
  return first.address == last.address
             ? to
             : to_string(*first.address) + " … " + to.substr(to.find(':') + 1);
}

}  // namespace vgpuctl
