// SPDX-License-Identifier: Apache-2.0
#include "core/export_layout.hpp"

#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// Runs of three and more stand as a range, others one by one.
std::vector<IndexRange> ranges_of(const std::vector<std::size_t>& indexes) {
  std::vector<IndexRange> ranges;
  for (std::size_t at = 0; at < indexes.size();) {
    std::size_t end = at;
    while (end + 1 < indexes.size() && indexes[end + 1] == indexes[end] + 1) {
      ++end;
    }
    if (end - at < 2) {
      end = at;
    }
    ranges.push_back({.first = indexes[at], .last = indexes[end]});
    at = end + 1;
  }
  return ranges;
}

/// The value that most VFs have.
Setting most_frequent(const std::vector<ExportedValues>& vfs, Key key) {
  std::map<Setting, std::size_t> votes;
  for (const ExportedValues& vf : vfs) {
    ++votes[vf.at(key).value];
  }
  return std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->first;
}

void lay_out_own(const std::vector<ExportedValues>& vfs, Key key, std::vector<OwnValue>& own) {
  std::map<Setting, std::vector<std::size_t>> by_value;
  for (std::size_t at = 0; at < vfs.size(); ++at) {
    if (const auto found = vfs[at].find(key); found != vfs[at].end()) {
      by_value[found->second.value].push_back(at);
    }
  }
  for (const auto& [value, indexes] : by_value) {
    own.push_back(
        {.key = key,
         .value = value,
         .vfs = indexes.size() == vfs.size() ? std::vector<IndexRange>() : ranges_of(indexes)});
  }
}

using OfVf = std::map<std::size_t, ExportedTable>;

void lay_out_key(const std::vector<ExportedValues>& vfs,
                 Key key,
                 ExportLayout& layout,
                 OfVf& of_vf) {
  const auto has = [key](const ExportedValues& vf) { return vf.contains(key); };
  if (std::ranges::none_of(vfs, has)) {
    return;
  }
  const bool everywhere = std::ranges::all_of(vfs, has);
  const bool own = std::ranges::all_of(
      vfs, [&](const ExportedValues& vf) { return !has(vf) || vf.at(key).drivers_own; });
  if (own) {
    lay_out_own(vfs, key, layout.own);
    return;
  }
  if (everywhere) {
    layout.common[key] = most_frequent(vfs, key);
  }
  for (std::size_t at = 0; at < vfs.size(); ++at) {
    const auto found = vfs[at].find(key);
    if (found != vfs[at].end() && (!everywhere || found->second.value != layout.common[key])) {
      of_vf[at][key] = found->second.value;
    }
  }
}

std::vector<VfGroup> grouped(const OfVf& of_vf) {
  std::map<ExportedTable, std::vector<std::size_t>> alike;
  for (const auto& [index, table] : of_vf) {
    alike[table].push_back(index);
  }
  std::vector<VfGroup> groups;
  groups.reserve(alike.size());
  for (const auto& [table, indexes] : alike) {
    groups.push_back({.vfs = ranges_of(indexes), .values = table});
  }
  std::ranges::sort(groups, {}, [](const VfGroup& group) { return group.vfs.front().first; });
  return groups;
}

}  // namespace

ExportLayout lay_out(const ExportedGpu& gpu) {
  ExportLayout layout;
  OfVf of_vf;
  for (const AttributeRow& row : kAttributes) {
    lay_out_key(gpu.vfs, row.key, layout, of_vf);
  }
  layout.groups = grouped(of_vf);
  for (const auto& [key, value] : gpu.pf) {
    layout.pf.emplace(key, value.value);
  }
  return layout;
}

}  // namespace vfmgr
