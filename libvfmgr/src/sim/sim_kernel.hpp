// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "sim/driver.hpp"

#include <filesystem>
#include <memory>
#include <span>

namespace vfmgr::sim {

/// Opens the host in a host file as a Kernel. Places that no Attr of `named` matches are refused.
/// `also` are drivers beside the shipped ones. Its state folder is FILE.state/{run,lib}. Each call
/// opens the file anew; any number of processes and threads may share it. Errors: syntax (a damaged
/// file, with its line), missing, not_permitted, io.
Result<std::unique_ptr<Kernel>> open_host_file(const std::filesystem::path& file,
                                               std::span<const std::span<const Attr>> named,
                                               Drivers also = {});

}  // namespace vfmgr::sim
