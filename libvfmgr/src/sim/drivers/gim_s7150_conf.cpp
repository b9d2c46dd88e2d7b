// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_s7150_conf.hpp"

#include "core/words.hpp"
#include "sim/drivers/gim_scan.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim::s7150 {

namespace {

constexpr std::string_view kConfFile = "gim_config";  // below /etc

struct Key {
  std::string_view name;
  std::int64_t most;
};
// gim_command.h, in the order in which they are written; each begins at 0, which is also its
// default.
constexpr std::array kKeys{Key{.name = "fb_option", .most = 1},
                           Key{.name = "sched_option", .most = 2},
                           Key{.name = "vf_num", .most = 16},
                           Key{.name = "pf_fb", .most = 65536},
                           Key{.name = "vf_fb", .most = 65536},
                           Key{.name = "sched_interval", .most = 2000},
                           Key{.name = "sched_interval_us", .most = 999},
                           Key{.name = "fb_clear", .most = 1}};

const Key* key_named(std::string_view name) {
  const auto* const found = std::ranges::find(kKeys, name, &Key::name);
  return found == kKeys.end() ? nullptr : found;
}

std::string words_given(const Machine& machine, std::string_view arguments) {
  const std::string* options = machine.tree().text(Space::hidden, "modules/gim/options");
  return fmt::format("{} {}", options == nullptr ? "" : *options, arguments);
}

/// The last that is said of a parameter.
std::optional<std::uint32_t> parameter(const Machine& machine, std::string_view name) {
  const std::string* state = machine.tree().text(Space::module, "gim");
  const std::string words = words_given(machine, state == nullptr ? "" : *state);
  std::optional<std::uint32_t> value;
  for (const std::string_view word : split(words, ' ')) {
    if (word.substr(0, word.find('=')) == name && word.size() > name.size()) {
      value =
          static_cast<std::uint32_t>(kernel_number(word.substr(name.size() + 1), UINT32_MAX).value);
    }
  }
  return value;
}

void set(Conf& conf, const Key& key, std::int64_t value) {
  if (value >= 0 && value <= key.most) {
    conf[std::string(key.name)] = value;
  }
}

/// parse_config_file: words between blanks, tabs, newlines and equals signs.
void parse_conf(Conf& conf, std::string_view text) {
  constexpr std::string_view kBetween = " =\n\t";
  std::vector<std::string_view> words;
  text = text.substr(0, text.find('\0'));
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
    if (text.empty()) {
      break;
    }
    words.push_back(text.substr(0, text.find_first_of(kBetween)));
    text.remove_prefix(words.back().size());
  }
  for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
    const Key* key = key_named(words[at]);
    if (key == nullptr) {
      return;
    }
    std::string_view rest = words[at + 1];
    const auto value = gim::scan_signed(rest);
    if (value && rest.empty()) {
      set(conf, *key, *value);
    }
  }
}

}  // namespace

Conf load_conf(Machine& machine) {
  Conf conf;
  for (const Key& key : kKeys) {
    conf[std::string(key.name)] = 0;
  }
  const std::string* before = machine.tree().text(Space::etc, kConfFile);
  if (before != nullptr) {
    parse_conf(conf, *before);
  }
  std::string text;
  for (const Key& key : kKeys) {
    if (const auto given = parameter(machine, key.name)) {
      set(conf, key, static_cast<std::int32_t>(*given));
    }
    text += fmt::format("{}={}\n", key.name, conf[std::string(key.name)]);
  }
  // write_config_file: at the beginning and without O_TRUNC.
  if (before != nullptr && before->size() > text.size()) {
    text += before->substr(text.size());
  }
  machine.tree().put(Space::etc, kConfFile, std::move(text), Mode::read_write);
  return conf;
}

int load_error(const Machine& machine, std::string_view arguments) {
  const std::string words = words_given(machine, arguments);
  for (const std::string_view word : split(words, ' ')) {
    const std::string_view name = word.substr(0, word.find('='));
    if (key_named(name) == nullptr) {
      continue;
    }
    const int error = word.size() > name.size()
                          ? kernel_number(word.substr(name.size() + 1), UINT32_MAX).error
                          : EINVAL;
    if (error != 0) {
      return error;
    }
  }
  return 0;
}

void show_parameters(Machine& machine) {
  for (const Key& key : kKeys) {
    machine.tree().put(Space::sys,
                       fmt::format("module/gim/parameters/{}", key.name),
                       fmt::format("{}\n", parameter(machine, key.name).value_or(UINT32_MAX)),
                       Mode::read_only);
  }
}

}  // namespace vfmgr::sim::s7150
