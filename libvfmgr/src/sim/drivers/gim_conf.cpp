// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_conf.hpp"

#include "core/words.hpp"
#include "sim/drivers/gim_parameters.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::sim::gim {

namespace {

constexpr std::string_view kFile = "gim_config";  // below /etc

struct Option {
  std::string_view name;
  std::int64_t least, most, unasked;
  bool array = true;
  bool persistent = false;
};
// gim_config.c:conf_opts with the limits of gim_config.h, in the order of gim_conf_opt_idx.
constexpr std::array kOptions{
    Option{.name = kVfNum, .least = 1, .most = 31, .unasked = 1, .persistent = true},
    Option{.name = "fw_load_type", .least = 1, .most = 3, .unasked = 1},
    Option{.name = "log_level", .least = 0, .most = 4, .unasked = 2},
    Option{.name = "guard", .least = 0, .most = 1, .unasked = 1},
    Option{.name = "sch_policy", .least = 1, .most = 5, .unasked = 0},
    Option{.name = "fullaccess_timeout", .least = 0, .most = 500000, .unasked = 0},
    Option{.name = "perf_mon_enable", .least = 0, .most = 1, .unasked = 0},
    Option{.name = "skip_check_bgpu", .least = 0, .most = 2, .unasked = 0},
    Option{.name = "power_saving_mode", .least = 0, .most = 2, .unasked = 0, .array = false},
    Option{.name = "mm_policy", .least = 0, .most = 1, .unasked = 0},
    Option{.name = "hangdump_timeout", .least = 0, .most = 60000, .unasked = 10000},
    Option{.name = "fb_sharing_mode", .least = 0, .most = 8, .unasked = 0, .array = false},
    Option{.name = kAccelerator,
           .least = 0,
           .most = kNeverSaved,
           .unasked = 0,
           .array = false,
           .persistent = true},
    Option{.name = kMemory,
           .least = 0,
           .most = kNeverSaved,
           .unasked = 0,
           .array = false,
           .persistent = true},
    Option{.name = "per_partition_fullaccess_enable",
           .least = 0,
           .most = 1,
           .unasked = 1,
           .array = false},
    Option{.name = "debug_dump_reserve_size", .least = 0, .most = 256, .unasked = 0},
    Option{.name = "hang_detection_mode", .least = 0, .most = 2, .unasked = 1},
    Option{
        .name = "deferred_full_live_update", .least = 0, .most = 1, .unasked = 0, .array = false},
    Option{.name = "asymmetric_fb_mode", .least = 0, .most = 2, .unasked = 1},
    Option{.name = "bp_mode", .least = 0, .most = 2, .unasked = 0, .array = false},
    Option{.name = "pf_fb_size", .least = 256, .most = 1024, .unasked = 0},
    Option{.name = "bad_page_record_threshold", .least = 10, .most = 256, .unasked = 0},
    Option{.name = "ras_vf_telemetry_policy", .least = 0, .most = 3, .unasked = 0},
    Option{.name = "max_cper_count", .least = -1, .most = 4096, .unasked = 0}};

std::string memory_path() {
  return fmt::format("drivers/{}/conf", kDriver);
}

bool is_valid(const Option& option, std::int64_t value) {
  return value >= option.least && value <= option.most;
}

/// lib/kstrtox.c:kstrtoint with base 10.
std::optional<std::int64_t> decimal(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return std::nullopt;
    }
  }
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size()
             ? std::optional<std::int64_t>(value)
             : std::nullopt;
}

Conf defaults() {
  Conf conf;
  for (const Option& option : kOptions) {
    conf[std::string(option.name)] =
        Setting{.values = std::vector<std::int64_t>(kMostGpus, option.unasked)};
  }
  return conf;
}

/// gim_conf_search_config_key: upper or lower case, and whatever begins with an option's name.
const Option* option_of(std::string_view key) {
  const auto* const found = std::ranges::find_if(kOptions, [key](const Option& option) {
    return key.size() >= option.name.size() &&
           std::ranges::equal(key.substr(0, option.name.size()), option.name, [](char a, char b) {
             return std::tolower(static_cast<unsigned char>(a)) == b;
           });
  });
  return found == kOptions.end() ? nullptr : found;
}

/// gim_handle_array_token: what is out of range or no number becomes the default; the last one is
/// for all GPUs that follow.
Setting read_array(const Option& option, std::string_view text) {
  Setting setting{.values = {}, .given = 0};
  std::int64_t value = option.unasked;
  std::size_t at = 0;
  while (at <= text.size() && setting.given < kMostGpus) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const auto number = decimal(text.substr(at, end - at));
    value = number && is_valid(option, *number) ? *number : option.unasked;
    setting.values.push_back(value);
    ++setting.given;
    at = end + 1;
  }
  setting.values.resize(kMostGpus, value);
  return setting;
}

/// The words between blanks, tabs, newlines and equals signs, up to a NUL.
std::vector<std::string_view> tokens_of(std::string_view text) {
  constexpr std::string_view kBetween = " =\n\t";
  text = text.substr(0, text.find('\0'));
  std::vector<std::string_view> tokens;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
    if (text.empty()) {
      return tokens;
    }
    const std::size_t end = std::min(text.find_first_of(kBetween), text.size());
    tokens.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// Whether the file is kept; else it has a key that does not belong there. Options for each GPU may
/// stand there although they are never written.
bool parse(Conf& conf, std::string_view text) {
  const auto tokens = tokens_of(text);
  for (std::size_t at = 0; at < tokens.size(); at += 2) {
    const Option* option = option_of(tokens[at]);
    if (option == nullptr) {
      return false;
    }
    if (at + 1 == tokens.size()) {
      return true;
    }
    Setting& setting = conf.find(option->name)->second;
    if (option->array) {
      setting = read_array(*option, tokens[at + 1]);
      continue;
    }
    if (!option->persistent) {
      return false;
    }
    const auto number = decimal(tokens[at + 1]);
    if (number && is_valid(*option, *number)) {
      setting.values[0] = *number;
    }
  }
  return true;
}

/// The file's text, or nothing: it is not there. True beside it: it has just been made.
bool read_file(Machine& machine, Conf& conf) {
  const std::string* text = machine.tree().text(Space::etc, kFile);
  if (text == nullptr) {
    machine.tree().put(Space::etc, kFile, "", Mode::read_write);  // 0444, which does not stop root
    for (const std::string_view mode : {kAccelerator, kMemory}) {
      conf.find(mode)->second.values[0] = kNeverSaved;
    }
    return true;
  }
  if (!parse(conf, *text)) {
    clear_file(machine);
    Conf fresh = defaults();
    for (auto& [name, setting] : conf) {
      setting.values = fresh[name].values;  // how many were given stays
    }
  }
  return false;
}

/// set_array_value. Whether it made a difference for one of the GPUs named.
bool put_parameter(const Option& option, std::span<const std::uint32_t> numbers, Conf& conf) {
  Setting& setting = conf.find(option.name)->second;
  bool changed = false;
  std::int64_t value = 0;
  setting.given = std::min(numbers.size(), kMostGpus);
  for (std::size_t at = 0; at < setting.given; ++at) {
    value = static_cast<std::int32_t>(numbers[at]);
    value = is_valid(option, value) ? value : option.unasked;
    changed = changed || setting.values[at] != value;
    setting.values[at] = value;
  }
  std::fill(setting.values.begin() + static_cast<std::ptrdiff_t>(setting.given),
            setting.values.end(),
            value);
  return changed;
}

std::string line_of(std::string_view name, const Setting& setting, bool array) {
  const auto end = setting.values.begin() + static_cast<std::ptrdiff_t>(array ? setting.given : 1);
  return fmt::format("{}={}\n", name, fmt::join(setting.values.begin(), end, ","));
}

/// gim_conf_save, gim_conf_write_conf_file: opened without O_TRUNC and written at 0, so the rest of
/// a longer text stays behind it. A file that has gone is not made.
void write_file(Machine& machine, const Conf& conf) {
  std::string text;
  for (const Option& option : kOptions) {
    if (option.persistent) {
      text += line_of(option.name, conf.find(option.name)->second, option.array);
    }
  }
  if (const std::string* before = machine.tree().text(Space::etc, kFile)) {
    if (before->size() > text.size()) {
      text += before->substr(text.size());
    }
    machine.tree().put(Space::etc, kFile, std::move(text));
  }
}

/// Only what is not as unasked, so that a host file stays short.
void remember(Machine& machine, const Conf& conf) {
  const Conf fresh = defaults();
  std::string text;
  for (const auto& [name, setting] : conf) {
    if (setting != fresh.find(name)->second) {
      text += line_of(name, setting, true);
    }
  }
  machine.tree().put(Space::hidden, memory_path(), std::move(text));
}

}  // namespace

void load_conf(Machine& machine) {
  Conf conf = defaults();
  const bool made = read_file(machine, conf);
  bool vfs_changed = false;
  for (const Option& option : kOptions) {
    const auto numbers = option.array ? given(machine, option.name) : std::vector<std::uint32_t>{};
    if (!numbers.empty()) {
      const bool changed = put_parameter(option, numbers, conf);
      vfs_changed = vfs_changed || (changed && option.name == kVfNum);
    }
  }
  if (vfs_changed && !made) {  // gim_conf_clear_saved_persist_config
    for (const std::string_view mode : {kAccelerator, kMemory}) {
      conf.find(mode)->second.values[0] = 0;
    }
  }
  write_file(machine, conf);
  remember(machine, conf);
}

Conf conf_of(const Machine& machine) {
  Conf conf = defaults();
  const std::string* text = machine.tree().text(Space::hidden, memory_path());
  const std::string_view all = text == nullptr ? std::string_view{} : std::string_view(*text);
  for (const std::string_view line : split(all, '\n')) {
    const std::size_t equals = line.find('=');
    const auto found = conf.find(line.substr(0, equals));
    if (equals == std::string_view::npos || found == conf.end()) {
      continue;
    }
    Setting setting{.values = {}, .given = 0};
    for (const std::string_view value : split(line.substr(equals + 1), ',')) {
      setting.values.push_back(decimal(value).value_or(0));
    }
    if (!setting.values.empty()) {
      setting.given = std::min(setting.values.size(), kMostGpus);
      setting.values.resize(kMostGpus, setting.values.back());
      found->second = setting;
    }
  }
  return conf;
}

std::int64_t option(const Conf& conf, std::string_view name, std::size_t gpu) {
  const auto found = conf.find(name);
  return found == conf.end() ? 0 : found->second.values[std::min(gpu, kMostGpus - 1)];
}

void save_option(Machine& machine, std::string_view name, std::int64_t value) {
  const Option* which = option_of(name);
  if (which == nullptr || !is_valid(*which, value)) {
    return;
  }
  Conf conf = conf_of(machine);
  conf.find(name)->second.values[0] = value;
  write_file(machine, conf);
  remember(machine, conf);
}

void clear_file(Machine& machine) {
  if (machine.tree().text(Space::etc, kFile) != nullptr) {
    machine.tree().put(Space::etc, kFile, "");
  }
}

void forget_conf(Machine& machine) {
  machine.tree().erase(Space::hidden, memory_path());
}

}  // namespace vfmgr::sim::gim
