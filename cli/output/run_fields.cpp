// SPDX-License-Identifier: Apache-2.0
#include "output/run_fields.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

// sd_journal_print(3): each kind of entry has an id of its own; made with systemd-id128(1).
constexpr std::string_view kRunEnded = "MESSAGE_ID=f5f320fc4dcd4b0e9bfce69021fbdf0a";
// syslog(3).
constexpr int kInfo = 6;
constexpr int kError = 3;

std::vector<std::string> common(const vfmgr::RunOptions& options, vfmgr::ExitCode code) {
  std::vector<std::string> fields{
      std::string(kRunEnded),
      "SYSLOG_IDENTIFIER=vgpuctl",
      fmt::format("PRIORITY={}", code == vfmgr::ExitCode::ok ? kInfo : kError),
      fmt::format("VGPUCTL_CODE={}", static_cast<int>(code))};
  if (!options.what.empty()) {
    fields.push_back("VGPUCTL_WHAT=" + plain(options.what));
  }
  if (!options.by.empty()) {
    fields.push_back("VGPUCTL_BY=" + plain(options.by));
  }
  return fields;
}

/// "0000:03:00.0 applied 0 8": address, how it ended, VFs before and after where both are known.
std::string unit_field(const vfmgr::UnitReport& unit, std::size_t at) {
  std::string field = fmt::format(
      "VGPUCTL_UNIT={} {}", to_string(unit.plan.unit.gpus[at].address), to_string(unit.result));
  const auto& before = unit.plan.view_before;
  const auto& after = unit.plan.view_after;
  if (unit.result == vfmgr::Outcome::applied && at < before.size() && at < after.size()) {
    field += fmt::format(" {} {}", before[at].num_vfs, after[at].num_vfs);
  }
  return field;
}

std::string title_of(const vfmgr::RunOptions& options) {
  return options.what.empty() ? "a run" : plain(options.what);
}

}  // namespace

std::vector<std::string> run_fields(const vfmgr::RunOptions& options, const vfmgr::Report& report) {
  const vfmgr::ExitCode code = exit_code(report);
  if (!report.changed && code == vfmgr::ExitCode::ok) {
    return {};
  }
  std::vector<std::string> fields = common(options, code);
  std::size_t arrived = 0;
  for (const vfmgr::UnitReport& unit : report.units) {
    arrived += unit.result == vfmgr::Outcome::applied ? unit.plan.unit.gpus.size() : 0;
    for (std::size_t at = 0; at < unit.plan.unit.gpus.size(); ++at) {
      fields.push_back(unit_field(unit, at));
    }
  }
  std::string message = fmt::format("{}: {} changed", title_of(options), counted(arrived, "GPU"));
  if (report.run) {
    fields.push_back(fmt::format("VGPUCTL_RUN={}", *report.run));
    message += fmt::format(" (run {})", *report.run);
  }
  if (!report.plan.empty()) {
    fields.push_back("VGPUCTL_PLAN=" + report.plan);
  }
  if (!report.confirm_by.empty()) {
    fields.push_back("VGPUCTL_CONFIRM_BY=" + report.confirm_by);
    message += ", to be confirmed by " + report.confirm_by;
  }
  const auto unhappy = std::ranges::find_if(
      report.units, [](const vfmgr::UnitReport& unit) { return unit.error.has_value(); });
  if (unhappy != report.units.end()) {
    message += "; " + plain(to_string(*unhappy->error));
  }
  fields.push_back("MESSAGE=" + message);
  return fields;
}

std::vector<std::string> error_fields(const vfmgr::RunOptions& options, const vfmgr::Error& error) {
  std::vector<std::string> fields = common(options, exit_code(error));
  fields.push_back(fmt::format("VGPUCTL_KIND={}", to_string(error.kind)));
  fields.push_back(fmt::format("MESSAGE={}: {}", title_of(options), plain(to_string(error))));
  return fields;
}

}  // namespace vgpuctl
