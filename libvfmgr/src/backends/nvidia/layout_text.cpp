// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/layout_text.hpp"

#include "vfmgr/setting.hpp"

#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/fit.hpp"
#include "core/numbers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

namespace {

constexpr std::string_view kBare = "/bare";

std::optional<Cut> parse_cut(std::string_view word) {
  Cut cut;
  if (word.ends_with(kBare)) {
    cut.bare = true;
    word.remove_suffix(kBare.size());
  }
  const std::size_t at = word.rfind('@');
  const auto start =
      at == std::string_view::npos || at == 0 ? std::nullopt : decimal(word.substr(at + 1));
  if (!start || *start > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  cut.instance = {.profile = std::string(word.substr(0, at)),
                  .start = static_cast<std::uint32_t>(*start)};
  return cut;
}

}  // namespace

std::optional<std::vector<Cut>> parse_layout(std::string_view text) {
  std::vector<Cut> cuts;
  if (text == kMigOn) {
    return cuts;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    const auto cut = parse_cut(word);
    if (!cut) {
      return std::nullopt;
    }
    cuts.push_back(*cut);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return cuts;
}

std::string layout_text(std::vector<Cut> cuts) {
  std::ranges::sort(cuts, {}, [](const Cut& cut) { return cut.instance.start; });
  std::string text;
  for (const Cut& cut : cuts) {
    text += text.empty() ? "" : " ";
    text += cut.instance.profile + "@" + std::to_string(cut.instance.start);
    text += cut.bare ? kBare : "";
  }
  return text.empty() ? std::string(kMigOn) : text;
}

std::vector<Instance> instances_of(std::span<const Cut> cuts) {
  std::vector<Instance> instances;
  for (const Cut& cut : cuts) {
    if (!cut.bare) {
      instances.push_back(cut.instance);
    }
  }
  return instances;
}

Setting spell_layout(std::string_view text) {
  const auto cuts = parse_layout(text);
  if (!cuts) {
    return std::string(text);
  }
  std::vector<std::string> names;
  for (const Cut& cut : *cuts) {
    names.push_back(cut.instance.profile + (cut.bare ? " (no compute instance)" : ""));
  }
  return names;
}

Setting spell_switch(std::string_view text) {
  if (text == "0" || text == "1") {
    return text == "1";
  }
  return std::string(text);
}

}  // namespace vfmgr::nvidia
