// SPDX-License-Identifier: Apache-2.0
#include "judge.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "engine/differences.hpp"
#include "engine/tables.hpp"
#include "stage.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::matrix {

namespace {

/// Where in a GPU's memory a VF's part lies is nobody's to choose (amdgv_vfmgr.c takes the first
/// place that is free): hosts that differ in nothing else are alike. "": of a line that tells of
/// nothing else.
std::string without_places(std::string_view line) {
  static constexpr std::string_view kLayout = "/asymmetric_fb [rw] = ";
  static constexpr std::string_view kRow = "\\n";
  if (line.find("/gim_fb = ") != std::string_view::npos) {
    return {};
  }
  const std::size_t at = line.find(kLayout);
  if (at == std::string_view::npos) {
    return std::string(line);
  }
  std::set<std::string> rows;
  for (std::string_view rest = line.substr(at + kLayout.size()); !rest.empty();) {
    const std::size_t end = std::min(rest.find(kRow), rest.size());
    if (rest.starts_with("VF")) {
      rows.emplace(rest.substr(0, end));
    }
    rest.remove_prefix(std::min(rest.size(), end + kRow.size()));
  }
  std::string plain(line.substr(0, at + kLayout.size()));
  for (const std::string& row : rows) {
    plain += row + std::string(kRow);
  }
  return plain;
}

std::set<std::string> lines_of(std::string_view text) {
  std::set<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (std::string line = without_places(text.substr(0, end)); !line.empty()) {
      lines.insert(std::move(line));
    }
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

/// Addresses of a PF's VFs, as any of the dumps tells: "…/PF/virtfn3 -> ../0000:03:00.4".
std::vector<std::string> vf_addresses(std::string_view dump,
                                      const PciAddress& pf,
                                      std::optional<VfIndex> vf) {
  std::vector<std::string> found;
  const std::string prefix =
      "/" + to_string(pf) + "/virtfn" + (vf ? std::to_string(vf->index) + " -> " : std::string());
  for (const std::string& line : lines_of(dump)) {
    const std::size_t arrow = line.rfind('/');
    if (line.find(prefix) != std::string::npos && line.find(" -> ") != std::string::npos) {
      found.push_back(line.substr(arrow + 1));
    }
  }
  return found;
}

/// The IOMMU group of a function, as the dump tells: ".../iommu_groups/17/devices/0000:03:00.1 ->
/// ...".
std::vector<std::string> groups_of(std::string_view dump, const std::string& address) {
  static constexpr std::string_view kGroups = "sys:kernel/iommu_groups/";
  std::vector<std::string> found;
  for (const std::string& line : lines_of(dump)) {
    const std::size_t devices = line.find("/devices/" + address + " -> ");
    if (line.starts_with(kGroups) && devices != std::string::npos) {
      found.push_back(line.substr(0, devices + 1));
    }
  }
  return found;
}

std::string leaf_of(const Place& place) {
  return place.path.substr(place.path.rfind('/') + 1);
}

/// Where a link of the dump leads, for a path below the same root: "…/gt0/vf1 -> ../sriov/vf1/gt0".
std::optional<std::string> link_in(const std::set<std::string>& lines, const std::string& path) {
  const std::string begin = path + " -> ";
  const auto found = lines.lower_bound(begin);
  return found != lines.end() && found->starts_with(begin)
             ? std::optional(found->substr(begin.size()))
             : std::nullopt;
}

/// The path of a place once all links of the dump are followed: a driver's debugfs has its files
/// under several names. At most some links deep.
std::string followed(const std::set<std::string>& lines, std::string path) {
  for (int turns = 0; turns < 8; ++turns) {
    bool moved = false;
    for (std::size_t end = path.find('/'); end != std::string::npos && !moved;) {
      end = path.find('/', end + 1);
      const std::string head = path.substr(0, end);
      if (const auto target = link_in(lines, head)) {
        const std::filesystem::path folder = std::filesystem::path(head).parent_path();
        path = (folder / *target).lexically_normal().string() +
               (end == std::string::npos ? std::string() : path.substr(end));
        moved = true;
      }
    }
    if (!moved) {
      break;
    }
  }
  return path;
}

/// How a dump names what a report named by another of its names: a row stands in its file's line.
std::vector<std::string> other_names(const std::set<std::string>& lines, const Place& place) {
  if (place.as == As::row) {
    const Place file{.in = place.in, .path = place.path.substr(0, place.path.rfind('/'))};
    return {to_string(file) + " ", followed(lines, to_string(file)) + " "};
  }
  return place.in == In::debug ? std::vector{followed(lines, to_string(place))}
                               : std::vector<std::string>{};
}

/// How debugfs shows the same number of the same function once more, where a driver has both: "*"
/// is any folders.
std::string in_debugfs(const Place& place, const PciAddress& gpu) {
  const std::size_t vf = place.path.find("/vf");
  const std::string folder = vf == std::string::npos
                                 ? "/pf/"
                                 : place.path.substr(vf, place.path.find('/', vf + 1) - vf) + "/";
  return "debug:dri/" + to_string(gpu) + "/*" + folder + "*/" + leaf_of(place) + " ";
}

/// "0000:03:00.0/folder/file": as a place ends both for the door and in a dump, where the way there
/// is another.
std::string from_gpu_on(const Place& place, const PciAddress& gpu) {
  return place.path.substr(std::min(place.path.find(to_string(gpu)), place.path.size()));
}

/// What the plan says goes along where this place moves: the files of a driver.
std::vector<std::string> going_with(const UnitPlan& plan, const Difference& difference) {
  std::vector<std::string> words;
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change != nullptr &&
        std::ranges::find(change->effects, difference.at, &Effect::at) != change->effects.end()) {
      for (const Place& wiped : change->wipes) {
        words.push_back(from_gpu_on(wiped, difference.gpu));
      }
    }
  }
  std::erase(words, std::string());
  return words;
}

/// Whether a line is of a file that no backend records, in a PF's folder, or a node of a driver's:
/// both come and go with the module. What only answers is recorded by none.
bool comes_with_module(const std::string& line, const PciAddress& gpu, TableSpan tables) {
  static constexpr std::string_view kNodes = "dev:";
  if (line.starts_with(kNodes) && line.find('/') > line.find(' ')) {
    return true;
  }
  if (line.starts_with("amdsmi:" + to_string(gpu) + "/") ||
      line.starts_with("debug:gim/" + to_string(gpu) + "/")) {
    return true;
  }
  const std::string folder = "/" + to_string(gpu) + "/";
  const std::size_t at = line.find(folder);
  if (at == std::string::npos || !line.starts_with("sys:devices/")) {
    return false;
  }
  const std::string path = line.substr(at + folder.size(), line.find(' ', at) - at - folder.size());
  const Attr* const attr =
      find_attr(tables, {.in = In::sys, .path = "bus/pci/devices/" + to_string(gpu) + "/" + path});
  return attr == nullptr || attr->errno_in != nullptr;
}

/// A module brings its folder, its driver and the driver's files. In its own name the kernel makes
/// every "-" a "_"; a driver's name keeps them.
std::vector<std::string> names_of_module(const std::string& module) {
  std::string plain = module;
  std::ranges::replace(plain, '-', '_');
  std::string dashed = module;
  std::ranges::replace(dashed, '_', '-');
  return {"module:" + plain,
          "module/" + plain,
          "/drivers/" + plain,
          "/drivers/" + dashed,
          "hidden:drivers/" + plain};
}

/// What a line must hold to be excused by the report.
std::vector<std::string> excuses(const Report& report,
                                 std::string_view before,
                                 std::string_view after) {
  std::vector<std::string> words;
  const auto add_vfs = [&](const PciAddress& pf, std::optional<VfIndex> vf) {
    for (const std::string_view dump : {before, after}) {
      for (const std::string& address : vf_addresses(dump, pf, vf)) {
        words.push_back(address);
        std::ranges::copy(groups_of(dump, address), std::back_inserter(words));
      }
    }
  };
  const std::set<std::string> lines = lines_of(before);
  for (const UnitReport& unit : report.units) {
    for (const auto* const list : {&unit.not_restored, &unit.outside}) {
      for (const Difference& difference : *list) {
        std::ranges::move(other_names(lines, difference.at), std::back_inserter(words));
        if (difference.at.in == In::module) {
          std::ranges::move(names_of_module(difference.at.path), std::back_inserter(words));
        } else if (difference.vf || difference.at.as == As::count) {
          add_vfs(difference.gpu, difference.vf);
          words.emplace_back("vfio/");
          words.push_back(to_string(difference.gpu) + "/" + leaf_of(difference.at));
          words.push_back(to_string(difference.gpu) + "/sriov_numvfs");
          words.push_back(to_string(difference.gpu) + "/num_vfs");
          words.push_back(in_debugfs(difference.at, difference.gpu));
          words.push_back(from_gpu_on(difference.at, difference.gpu));
        } else {
          words.push_back(to_string(difference.gpu) + "/" + leaf_of(difference.at));
          words.push_back(from_gpu_on(difference.at, difference.gpu));
          words.push_back(in_debugfs(difference.at, difference.gpu));
          words.push_back("/" + to_string(difference.gpu) + " -> ");
          std::ranges::move(going_with(unit.plan, difference), std::back_inserter(words));
        }
      }
    }
    for (const Lost& lost : unit.plan.lost) {
      // Of what dies with a VF only the values that no backend reads.
      if (lost.at.path.find("/virtfn") != std::string::npos) {
        words.emplace_back("/" + std::string(kStranger));
      }
    }
  }
  return words;
}

/// Whether a line has this in it; "*" stands for anything.
bool has(std::string_view line, std::string_view word) {
  const std::size_t star = std::min(word.find('*'), word.size());
  const std::size_t found = line.find(word.substr(0, star));
  return found != std::string_view::npos &&
         (star == word.size() || has(line.substr(found + star), word.substr(star + 1)));
}

bool excused(const std::string& line, const std::vector<std::string>& words) {
  return std::ranges::any_of(words, [&](const std::string& word) { return has(line, word); });
}

/// What the report's named differences bring with them: what hardware and driver know of these
/// functions, and files that nobody can write.
bool follows(const std::string& line, const std::vector<std::string>& functions) {
  const std::size_t mark = line.find(" [");
  const bool can_be_written = mark != std::string::npos && mark < line.find(" = ");
  const bool inside = line.starts_with("hidden:functions/");
  // What shows all VFs of a GPU in one file.
  const bool of_all = line.starts_with("debug:gim/") && line.find("/asymmetric_") < line.find(' ');
  return (inside || of_all || !can_be_written) &&
         std::ranges::any_of(functions, [&](const std::string& function) {
           return line.find("/" + function + "/") != std::string::npos;
         });
}

/// The functions of GPUs of which something is named.
std::vector<std::string> functions_named(const Report& report,
                                         std::string_view before,
                                         std::string_view after) {
  std::vector<std::string> functions;
  for (const UnitReport& unit : report.units) {
    for (const Difference& difference : unit.not_restored) {
      functions.push_back(to_string(difference.gpu));
      for (const std::string_view dump : {before, after}) {
        std::ranges::move(vf_addresses(dump, difference.gpu, std::nullopt),
                          std::back_inserter(functions));
      }
    }
  }
  return functions;
}

/// The GPUs of units whose module is named.
std::vector<PciAddress> gpus_of_modules_named(const Report& report) {
  std::vector<PciAddress> gpus;
  for (const UnitReport& unit : report.units) {
    const bool named = std::ranges::any_of(
        unit.not_restored, [](const Difference& one) { return one.at.in == In::module; });
    for (const Gpu& gpu : unit.plan.unit.gpus) {
      if (named) {
        gpus.push_back(gpu.address);
      }
    }
  }
  return gpus;
}

std::vector<std::string> unexcused(std::string_view want,
                                   std::string_view now,
                                   const std::vector<std::string>& words,
                                   const std::vector<std::string>& functions,
                                   const std::vector<PciAddress>& without_module) {
  static const AttrTables tables = attr_tables(shipped_backends());
  std::vector<std::string> lines = changed_lines(want, now);
  std::erase_if(lines, [&](const std::string& line) {
    return std::ranges::any_of(without_module, [&](const PciAddress& gpu) {
      return comes_with_module(line, gpu, tables);
    });
  });
  std::erase_if(lines, [&](const std::string& line) {
    return excused(line, words) || follows(line, functions);
  });
  return lines;
}

std::string told(const std::string& what, const std::vector<std::string>& lines) {
  std::string text = what;
  for (const std::string& line : lines) {
    text += "\n      " + line;
  }
  return text;
}

}  // namespace

std::vector<std::string> changed_lines(std::string_view one, std::string_view other) {
  const std::set<std::string> left = lines_of(one);
  const std::set<std::string> right = lines_of(other);
  std::vector<std::string> changed;
  std::ranges::set_symmetric_difference(left, right, std::back_inserter(changed));
  return changed;
}

Judged judge(const Result<Report>& result,
             std::string_view before,
             std::string_view after,
             std::string_view now) {
  if (!result) {
    const auto lines = changed_lines(before, now);
    return lines.empty()
               ? Judged{.verdict = Verdict::before, .complaint = {}}
               : Judged{.verdict = {},
                        .complaint = told("an error without a report (" +
                                              to_string(result.error()) + "), and the host moved:",
                                          lines)};
  }
  const std::vector<std::string> words = excuses(*result, before, after);
  const std::vector<std::string> functions = functions_named(*result, before, after);
  const std::vector<PciAddress> without_module = gpus_of_modules_named(*result);
  Verdict verdict = Verdict::before;
  for (const UnitReport& unit : result->units) {
    const bool reached = unit.result == Outcome::applied;
    if (unit.result == Outcome::in_flight) {
      return {.verdict = {},
              .complaint = "a write is said to be in flight, and nobody holds anything"};
    }
    const auto lines = unexcused(reached ? after : before, now, words, functions, without_module);
    if (!lines.empty()) {
      return {.verdict = {},
              .complaint = told(
                  "reported " + std::string(to_string(unit.result)) + ", but differs:", lines)};
    }
    if (unit.result == Outcome::failed && unit.not_restored.empty()) {
      return {.verdict = {}, .complaint = "reported failed, and names nothing that differs"};
    }
    if (reached) {
      verdict = Verdict::after;
    } else if (unit.result == Outcome::failed) {
      verdict = Verdict::named;
    }
  }
  if (result->units.empty() &&
      changed_lines(before, now).empty() == changed_lines(after, now).empty()) {
    return {.verdict = {},
            .complaint = told("nothing is reported, and it is neither as before nor as after:",
                              changed_lines(before, now))};
  }
  if (result->units.empty() && changed_lines(after, now).empty()) {
    verdict = Verdict::after;
  }
  return {.verdict = verdict, .complaint = {}};
}

}  // namespace vfmgr::matrix
