// SPDX-License-Identifier: Apache-2.0
#include "engine/users.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/holder.hpp"
#include "core/numbers.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::uint64_t kIsUp = 1;  // include/uapi/linux/if.h: IFF_UP

/// By what a function can be used, before anybody's descriptors are looked at.
struct Ways {
  bool free = false;         ///< nobody can use it: no driver, and no group that has a node
  bool known = false;        ///< its driver is one whose users can be seen
  std::vector<Place> nodes;  ///< who has one of these open uses it
  std::vector<Holder> busy;  ///< uses that need no open node
  std::string blind;         ///< why not all uses can be seen
};

std::vector<std::string> names_in(const Kernel& kernel, const Place& folder) {
  return kernel.list(folder).value_or(std::vector<std::string>{});
}

Place at(const Attr& of_pf, const Attr& of_vf, const Function& function) {
  return function.vf ? pci::of(of_vf, function.pf, *function.vf) : pci::of(of_pf, function.pf);
}

void add_nodes(const Kernel& kernel,
               const Place& folder,
               std::span<const std::string_view> kinds,
               Place (*node)(const std::string&),
               Ways& ways) {
  for (const std::string& name : names_in(kernel, folder)) {
    if (std::ranges::any_of(kinds, [&](std::string_view kind) { return name.starts_with(kind); })) {
      ways.nodes.push_back(node(name));
      ways.known = true;
    }
  }
}

void add_interfaces(const Kernel& kernel, const Function& function, Ways& ways) {
  for (const std::string& name :
       names_in(kernel, pci::of(pci::kVfNet, function.pf, *function.vf))) {
    ways.known = true;
    const Value flags = observe(
        kernel, place_of(pci::kVfNetFlags, {.gpu = function.pf, .vf = function.vf, .name = name}));
    const auto number = prefixed(flags.text(), 10);
    if (!number) {
      ways.blind = "the flags of its network interface " + name + " can't be read";
    } else if ((*number & kIsUp) != 0) {
      ways.busy.push_back({.pid = {},
                           .command = {},
                           .vm = {},
                           .container = {},
                           .node = "network interface " + name,
                           .age = {}});
    }
  }
}

void add_nvme(const Kernel& kernel, const Function& function, Claims claims, Ways& ways) {
  for (const std::string& name :
       names_in(kernel, pci::of(pci::kVfNvme, function.pf, *function.vf))) {
    ways.nodes.push_back({.in = In::dev, .path = name});
    ways.known = true;
  }
  for (Place& node : block_nodes_of(kernel, function)) {
    ways.nodes.push_back(std::move(node));
    if (claims == Claims::not_made) {
      ways.blind = "whether its block devices are mounted shows only to who claims them";
    }
  }
}

/// Whether this kernel gives each vfio device a node of its own (CONFIG_VFIO_DEVICE_CDEV).
bool has_device_nodes(const Kernel& kernel) {
  return kernel.list(pci::named(pci::kVfioGroup, "devices")).has_value();
}

Ways of_vfio(const Kernel& kernel, const Function& function, bool device_nodes) {
  Ways ways{.known = true};
  const std::string group =
      observe(kernel, at(pci::kIommuGroup, pci::kVfIommuGroup, function)).text();
  if (!group.empty()) {
    ways.nodes.push_back(pci::named(pci::kVfioGroup, group));
  }
  if (function.vf && device_nodes) {
    for (const std::string& name :
         names_in(kernel, pci::of(pci::kVfVfioDev, function.pf, *function.vf))) {
      ways.nodes.push_back(pci::vfio_device_node(name));
    }
  }
  ways.free = ways.nodes.empty();
  return ways;
}

Ways ways_to_use(const Kernel& kernel,
                 const Backend* backend,
                 const Function& function,
                 Claims claims,
                 bool device_nodes) {
  static constexpr std::array<std::string_view, 2> kDrm{"card", "render"};
  static constexpr std::array<std::string_view, 1> kAccel{"accel"};
  const Value driver = observe(kernel, at(pci::kPfDriver, pci::kVfDriver, function));
  if (driver.absent() || pci::is_vfio(driver.text())) {
    // An unbind that waits for a VM has taken the driver's link already: the group tells.
    return of_vfio(kernel, function, device_nodes);
  }
  if (auto nodes = backend == nullptr ? std::nullopt
                                      : backend->user_nodes(kernel, function.pf, function.vf)) {
    return {.free = nodes->empty(), .known = true, .nodes = std::move(*nodes)};
  }
  Ways ways;
  add_nodes(kernel, at(pci::kPfDrm, pci::kVfDrm, function), kDrm, pci::drm_node, ways);
  add_nodes(kernel, at(pci::kPfAccel, pci::kVfAccel, function), kAccel, pci::accel_node, ways);
  if (function.vf) {
    add_interfaces(kernel, function, ways);
    add_nvme(kernel, function, claims, ways);
  }
  if (!ways.known && !function.vf) {
    ways.free = true;  // what else its driver gives its users its backend has to lock
  } else if (!ways.known) {
    ways.blind = "it is bound to '" + driver.text() + "', whose users can't be seen from here";
  }
  return ways;
}

Holder holder_of(const Opener& opener) {
  return {.pid = opener.pid,
          .command = opener.command.empty() ? std::nullopt : std::optional(opener.command),
          .vm = vm_of(opener.arguments),
          .container = container_of(opener.cgroup),
          .node = "/dev/" + opener.node.path,
          .age = opener.age};
}

/// "VM "web-2" (pid 4711) has /dev/vfio/44 open", "network interface eth7 is up".
std::string told(const Holder& holder) {
  if (!holder.pid) {
    return holder.node + " is up";
  }
  const std::string who = holder.vm          ? "VM \"" + *holder.vm + "\""
                          : holder.container ? "container \"" + *holder.container + "\""
                                             : holder.command.value_or("a process");
  return fmt::format("{} (pid {}) has {} open", who, *holder.pid, holder.node);
}

Use use_by(const Ways& ways, const Openers& openers) {
  Use use{.in_use = {}, .holders = ways.busy, .why = {}};
  for (const Opener& opener : openers.seen) {
    if (std::ranges::find(ways.nodes, opener.node) != ways.nodes.end()) {
      use.holders.push_back(holder_of(opener));
    }
  }
  if (!use.holders.empty()) {
    use.in_use = true;
    use.why = told(use.holders.front());
  } else if (!ways.free && !ways.blind.empty()) {
    use.why = ways.blind;
  } else if (!ways.free && !openers.unseen.empty()) {
    use.why = fmt::format("who uses it can't be seen: {}", fmt::join(openers.unseen, "; "));
  } else {
    use.in_use = false;
  }
  return use;
}

}  // namespace

std::vector<Place> block_nodes_of(const Kernel& kernel, const Function& function) {
  std::vector<Place> nodes;
  if (!function.vf) {
    return nodes;
  }
  for (const std::string& controller :
       names_in(kernel, pci::of(pci::kVfNvme, function.pf, *function.vf))) {
    const Place folder =
        place_of(pci::kVfNvmeOne, {.gpu = function.pf, .vf = function.vf, .name = controller});
    for (const std::string& name : names_in(kernel, folder)) {
      if (name.starts_with("nvme") && name.find('n', 1) != std::string::npos) {
        nodes.push_back({.in = In::dev, .path = name});
      }
    }
  }
  return nodes;
}

std::vector<Use> users_of(const Kernel& kernel,
                          std::span<const Function> functions,
                          Claims claims,
                          const BackendOf& backend_of) {
  const bool device_nodes = !functions.empty() && has_device_nodes(kernel);
  std::vector<Ways> ways;
  std::vector<Place> nodes;
  for (const Function& function : functions) {
    ways.push_back(ways_to_use(kernel, backend_of(function.pf), function, claims, device_nodes));
    nodes.insert(nodes.end(), ways.back().nodes.begin(), ways.back().nodes.end());
  }
  const Openers openers = nodes.empty() ? Openers{} : kernel.openers(nodes);
  std::vector<Use> uses;
  uses.reserve(ways.size());
  for (const Ways& one : ways) {
    uses.push_back(use_by(one, openers));
  }
  return uses;
}

}  // namespace vfmgr
