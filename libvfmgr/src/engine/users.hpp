// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"
#include "kernel/kernel.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfmgr {

/// Who uses a function, as far as a look from here can tell.
struct Use {
  std::optional<bool> in_use;   ///< none: it can't be told, which counts as in use
  std::vector<Holder> holders;  ///< those that were seen
  std::string why;              ///< by what it is in use, or why that can't be told; else empty
};

/// Whether the caller has claimed a function's block devices itself: a mount has no descriptor to
/// be seen by.
enum class Claims { made, not_made };

/// The backend of a PF and its VFs; nullptr: none that is known here.
using BackendOf = std::function<const Backend*(const PciAddress& pf)>;

/// Looks at functions, one look for all of them: nodes of vfio, DRM and accelerators by who has
/// them open, network interfaces by whether they are up, NVMe by its nodes. Nothing is opened that
/// would keep others off. A driver that gives its function none of these has users that can't be
/// seen, unless the backend of the functions knows the nodes.
std::vector<Use> users_of(const Kernel& kernel,
                          std::span<const Function> functions,
                          Claims claims,
                          const BackendOf& backend_of);

/// The block devices of a function.
std::vector<Place> block_nodes_of(const Kernel& kernel, const Function& function);

}  // namespace vfmgr
