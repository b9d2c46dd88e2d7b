// SPDX-License-Identifier: Apache-2.0
#include "core/explain.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::string_view name_of(Layer layer) {
  switch (layer) {
    case Layer::defaults:
      return "[defaults]";
    case Layer::resources:
      return "[resources]";
    case Layer::gpu:
      return "[[gpu]]";
    case Layer::vf:
      return "[[gpu.vf]]";
    case Layer::pf:
      return "[gpu.pf]";
  }
  return {};
}

Explained explained(const Desired& desired, Key key, const Given& given) {
  return {.gpu = desired.gpu,
          .vfs = {},
          .attribute = std::string(row_of(key).name),
          .value = given.value,
          .layer = std::string(name_of(given.layer)),
          .source = to_string(given.where)};
}

/// One entry for all VFs that have a value from the same place.
void explain_vfs(const Desired& desired, std::uint32_t count, std::vector<Explained>& all) {
  std::map<std::tuple<Key, std::string, std::uint32_t, std::uint32_t>, std::size_t> by_place;
  std::vector<Explained> values;
  for (std::uint32_t index = 0; index < count; ++index) {
    for (const auto& [key, given] : desired.of(vf_at(index))) {
      const auto [place, is_new] = by_place.emplace(
          std::tuple(key, given.where.file, given.where.line, given.where.column), values.size());
      if (is_new) {
        values.push_back(explained(desired, key, given));
      }
      values[place->second].vfs.push_back(vf_at(index));
    }
  }
  for (const auto& [place, at] : by_place) {  // by attribute, then in the order of the text
    all.push_back(std::move(values[at]));
  }
}

}  // namespace

std::vector<Explained> explain(const Desired& desired, std::uint32_t count) {
  std::vector<Explained> all;
  if (desired.vfs || desired.vfs_max) {
    all.push_back({.gpu = desired.gpu,
                   .of_gpu = true,
                   .vfs = {},
                   .attribute = "vfs",
                   .value = desired.vfs_max ? Setting(std::string("max"))
                                            : Setting(std::uint64_t{desired.vfs.value_or(0)}),
                   .layer = desired.teardown ? "unlisted" : "[[gpu]]",
                   .source = to_string(desired.vfs_where)});
  }
  for (const auto& [key, given] : desired.pf) {
    all.push_back(explained(desired, key, given));
    all.back().of_gpu = true;
  }
  explain_vfs(desired, count, all);
  for (const Skipped& skipped : desired.skipped) {
    all.push_back(explained(
        desired, skipped.key, {.value = {}, .where = skipped.where, .layer = Layer::defaults}));
    all.back().skipped = true;
  }
  return all;
}

}  // namespace vfmgr
