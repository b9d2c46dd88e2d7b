// SPDX-License-Identifier: Apache-2.0
#include "sim/model_vgpu.hpp"

#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "sim/kernel_text.hpp"
#include "sim/model_numbers.hpp"
#include "sim/models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

constexpr std::string_view kDigits = "0123456789";

std::vector<std::string> parts_of(std::string_view text, std::string_view between) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(between);
    if (end != 0) {
      parts.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

/// All rows of a key: one table, or a list of them.
Result<std::vector<std::string>> rows_of(Model& model,
                                         const toml::table& table,
                                         const std::string& what,
                                         std::string_view key) {
  std::vector<std::string> rows;
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return rows;
  }
  const std::string name = fmt::format("{} {}", what, key);
  const auto add = [&](const toml::node& group) -> Result<void> {
    TRY(const std::string text, read_rows(model, name, group));
    std::ranges::move(parts_of(text, ";"), std::back_inserter(rows));
    return {};
  };
  if (const toml::array* groups = node->as_array()) {
    for (const toml::node& group : *groups) {
      TRY_VOID(add(group));
    }
  } else {
    TRY_VOID(add(*node));
  }
  return rows;
}

/// "KEY VALUE" rows.
using Words = std::map<std::string, std::string>;

Result<Words> words_of(Model& model,
                       const toml::table& table,
                       const std::string& what,
                       std::string_view key) {
  Words words;
  TRY(const auto rows, rows_of(model, table, what, key));
  for (const std::string& row : rows) {
    const auto fields = parts_of(row, " ");
    if (fields.size() != 2) {
      return wrong_model(model.name, fmt::format("'{} {}': {}", what, key, row));
    }
    words[fields[0]] = fields[1];
  }
  return words;
}

/// The numbers of a table that become facts under `what` and their name.
Result<void> read_switches(Model& model, const toml::table& table, const std::string& what) {
  for (const auto& [key, node] : table) {
    const toml::table* one = node.as_table();
    if (one != nullptr && (*one)["value"].is_integer()) {
      const std::string name = fmt::format("{}_{}", what, key.str());
      TRY(model.numbers[name], read_number(model, name, node));
    }
  }
  return {};
}

/// GiB of a type, from its name (NVIDIA vgpu-device-manager pkg/types: the number before the
/// series): 10 of "1-10CME".
std::string_view gib_of(std::string_view suffix) {
  const std::size_t dash = suffix.rfind('-');
  const std::string_view last = suffix.substr(dash == std::string_view::npos ? 0 : dash + 1);
  return last.substr(0, last.find_first_not_of(kDigits));
}

/// What a table says of a type: of its suffix, of that without the series, of its slices ("1-").
std::string look_up(const Words& words, const std::string& suffix) {
  const std::size_t dash = suffix.find('-');
  const std::string slices = dash == std::string::npos ? "" : suffix.substr(0, dash + 1);
  const std::string bare = slices + std::string(gib_of(suffix));
  for (const std::string& key : {suffix, bare, slices}) {
    if (const auto found = words.find(key); !key.empty() && found != words.end()) {
      return found->second;
    }
  }
  return {};
}

/// "SIZE[/TAKEN] ID ID …" to "GIB:TAKEN:ID,ID".
std::string place_row(const std::string& row) {
  const auto fields = parts_of(row, " ");
  std::string text;
  for (const std::string& field : fields) {
    if (text.empty()) {
      const auto size = parts_of(field, "/");
      text = fmt::format("{}:{}:", size.front(), size.back());
    } else {
      text += (text.ends_with(':') ? "" : ",") + field;
    }
  }
  return text;
}

void add_row(std::string& rows, const std::string& row) {
  rows += (rows.empty() ? "" : "|") + row;
}

/// How many of a type one GPU instance takes: where several share one, the GPU's limit divided by
/// how many such instances it takes (vgpu-device-manager's limits are per GPU).
std::uint64_t most_in_instance(const Model& model,
                               const Words& counts,
                               const std::string& profile,
                               std::uint64_t most) {
  const auto count = counts.find(profile);
  const auto instances = count == counts.end() ? std::nullopt : stored_number(count->second);
  const auto shared = model.numbers.find("mig_time_slices");
  const bool shares = shared != model.numbers.end() && shared->second != 0;
  return shares && instances && *instances != 0 ? std::max<std::uint64_t>(most / *instances, 1) : 1;
}

/// The kinds of GPU instances with how many of each a GPU takes.
Words instance_counts(const Model& model) {
  Words counts;
  const auto rows = model.rows.find("mig_profiles");
  if (rows != model.rows.end()) {
    for (const std::string& row : parts_of(rows->second, "|")) {
      const auto fields = parts_of(row, ":");
      counts[fields[1]] = fields[2];
    }
  }
  return counts;
}

}  // namespace

Result<void> read_mig_profiles(Model& model, const toml::table& root) {
  const toml::table* mig = root["mig"].as_table();
  if (mig == nullptr) {
    return {};
  }
  TRY_VOID(read_switches(model, *mig, "mig"));
  TRY(const auto rows, rows_of(model, *mig, "mig", "profiles"));
  for (const std::string& row : rows) {
    const auto fields = parts_of(row, " ");
    if (fields.size() < 5) {
      return wrong_model(model.name, "a profile needs id, name, most, size and starts: " + row);
    }
    std::string text = fmt::format("{}:{}:{}:{}:", fields[0], fields[1], fields[2], fields[3]);
    for (std::size_t at = 4; at < fields.size(); ++at) {
      text += (at == 4 ? "" : ",") + fields[at];
    }
    add_row(model.rows["mig_profiles"], text);
  }
  return {};
}

Result<void> read_vgpu_types(Model& model, const toml::table& root) {
  const toml::table* vgpu = root["vgpu"].as_table();
  if (vgpu == nullptr) {
    return {};
  }
  TRY_VOID(read_switches(model, *vgpu, "vgpu"));
  const std::string prefix = (*vgpu)["prefix"].value_or(std::string{});
  TRY(const auto most, words_of(model, *vgpu, "vgpu", "most"));
  TRY(const auto hosts, words_of(model, *vgpu, "vgpu", "runs_in"));
  TRY(const auto types, words_of(model, *vgpu, "vgpu", "types"));
  TRY(const auto places, rows_of(model, *vgpu, "vgpu", "placements"));
  const Words counts = instance_counts(model);
  for (const auto& [id, suffix] : types) {
    const auto limit = stored_number(look_up(most, suffix));
    const std::string profile = look_up(hosts, suffix);
    const bool with_mig = suffix.find('-') != std::string::npos;
    if (!stored_number(id) || !limit || gib_of(suffix).empty() ||
        with_mig != counts.contains(profile)) {
      return wrong_model(model.name,
                         fmt::format("vgpu type {} {}: no limit, or no profile", id, suffix));
    }
    add_row(model.rows["vgpu_types"],
            fmt::format("{}:{}:{}:{}:{}:{}{}",
                        id,
                        gib_of(suffix),
                        *limit,
                        most_in_instance(model, counts, profile, *limit),
                        with_mig ? profile : "-",
                        prefix,
                        suffix));
  }
  for (const std::string& row : places) {
    add_row(model.rows["vgpu_placements"], place_row(row));
  }
  return {};
}

}  // namespace vfmgr::sim
