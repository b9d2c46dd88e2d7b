// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attributes.hpp"

#include <span>
#include <string>

namespace vgpuctl {

/// `help attributes`: each row's name, what its value looks like, whose it is, what it means.
std::string attributes_text(std::span<const vfmgr::AttributeRow> rows);

}  // namespace vgpuctl
