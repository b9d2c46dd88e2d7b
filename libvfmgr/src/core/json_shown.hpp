// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

namespace vfmgr {

// Parts of the documents that scripts read: unknown is null, bytes that are no UTF-8 are U+FFFD.

inline constexpr std::string_view kJsonFormat = "1.0";

nlohmann::ordered_json shown_text(std::string_view bytes);
/// As `show` has it: sizes in bytes, durations in microseconds or "infinite".
nlohmann::ordered_json shown_setting(const Setting& setting);
nlohmann::ordered_json shown_findings(const std::vector<Finding>& findings);
nlohmann::ordered_json shown_holder(const Holder& holder);
nlohmann::ordered_json shown_gpu(const GpuView& view);
/// One fault without the further ones.
nlohmann::ordered_json shown_fault(const Error& error);
/// {"code", "kind", "message", "details"}.
nlohmann::ordered_json shown_error(const Error& error);
nlohmann::ordered_json shown_left_over(const std::vector<LeftOver>& all);
nlohmann::ordered_json shown_difference(const Difference& difference);

}  // namespace vfmgr
