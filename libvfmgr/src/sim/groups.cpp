// SPDX-License-Identifier: Apache-2.0
#include "sim/groups.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/pending.hpp"
#include "sim/tree.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace vfmgr::sim {

namespace {
std::string group_directory(const std::string& group) {
  return "kernel/iommu_groups/" + group;
}
}  // namespace

std::string group_of(const Machine& machine, const PciAddress& function) {
  const Node* link = machine.tree().find(Space::sys, machine.path_in(function, "iommu_group"));
  return link == nullptr || link->kind != Node::Kind::link ? std::string{}
                                                           : std::string(leaf_of(link->text));
}

std::vector<PciAddress> members_of(const Machine& machine, const std::string& group) {
  std::vector<PciAddress> members;
  for (const std::string& name :
       machine.tree().names(Space::sys, group_directory(group) + "/devices")) {
    if (const auto address = stored_address(name)) {
      members.push_back(*address);
    } else if (const auto parent = machine.owner_of(
                   machine.tree()
                       .resolve(Space::sys, group_directory(group) + "/devices/" + name, true)
                       .path)) {
      members.push_back(*parent);  // of a mediated device
    }
  }
  return members;
}

void put_in_group(Machine& machine, const PciAddress& function, const std::string& group) {
  Tree& tree = machine.tree();
  const std::string directory = group_directory(group);
  const std::string devices = directory + "/devices";
  tree.put(Space::sys, directory + "/type", "DMA-FQ\n", Mode::read_write);
  tree.put_link(Space::sys,
                devices + "/" + vfmgr::to_string(function),
                relative_link(devices, machine.directory(function)));
  tree.put_link(Space::sys,
                machine.path_in(function, "iommu_group"),
                relative_link(machine.directory(function), directory));
}

void join_group(Machine& machine, const PciAddress& vf) {
  const auto pf = machine.pf_of(vf);
  if (!pf) {
    return;
  }
  const std::string rule = machine.fact_text(*pf, "vf_groups");
  if (rule == "shared") {
    if (const std::string group = group_of(machine, *pf); !group.empty()) {
      put_in_group(machine, vf, group);
    }
  } else if (const auto first = stored_number(rule)) {
    put_in_group(machine, vf, std::to_string(*first + machine.fact(vf, "index").value_or(0)));
  }
}

void leave_group(Machine& machine, const PciAddress& function) {
  const std::string group = group_of(machine, function);
  if (group.empty()) {
    return;
  }
  Tree& tree = machine.tree();
  tree.erase(Space::sys, group_directory(group) + "/devices/" + vfmgr::to_string(function));
  tree.erase(Space::sys, machine.path_in(function, "iommu_group"));
  if (members_of(machine, group).empty()) {
    tree.erase(Space::sys, group_directory(group));
  }
  update_vfio_node(machine, group);
}

bool user_owns_group(const Machine& machine, const PciAddress& function) {
  const auto members = members_of(machine, group_of(machine, function));
  return !machine.kernel_before(6, 0) &&
         std::ranges::any_of(members, [&machine](const PciAddress& member) {
           return user_of(machine, member).has_value();
         });
}

bool host_owns_group(const Machine& machine, const PciAddress& function) {
  const auto members = members_of(machine, group_of(machine, function));
  return std::ranges::any_of(members, [&machine](const PciAddress& member) {
    const SimDriver* rules = machine.rules_of(member);
    return !machine.driver_of(member).empty() &&
           (rules == nullptr || !rules->serves_vfio(machine, member));
  });
}

void update_vfio_node(Machine& machine, const std::string& group) {
  if (group.empty()) {
    return;
  }
  const auto members = members_of(machine, group);
  const bool wanted = std::ranges::any_of(members, [&machine](const PciAddress& member) {
    const SimDriver* rules = machine.rules_of(member);
    return rules != nullptr && rules->serves_vfio(machine, member);
  });
  const std::string node = "vfio/" + group;
  if (wanted) {
    machine.tree().put(Space::dev, node, "", Mode::read_write);
  } else {
    machine.tree().erase(Space::dev, node);
  }
}

}  // namespace vfmgr::sim
