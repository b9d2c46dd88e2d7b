// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_parameters.hpp"

#include "vfmgr/units.hpp"

#include "core/words.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::gim {

namespace {

enum class Kind : std::uint8_t { numbers, number, text };
struct Parameter {
  std::string_view name;
  Kind kind;
};
constexpr std::array kParameters{
    Parameter{.name = "vf_num", .kind = Kind::numbers},
    Parameter{.name = "skip_check_bgpu", .kind = Kind::numbers},
    Parameter{.name = "fw_load_type", .kind = Kind::numbers},
    Parameter{.name = "guard", .kind = Kind::numbers},
    Parameter{.name = "fullaccess_timeout", .kind = Kind::numbers},
    Parameter{.name = "sch_policy", .kind = Kind::numbers},
    Parameter{.name = "log_level", .kind = Kind::numbers},
    Parameter{.name = "mm_policy", .kind = Kind::numbers},
    Parameter{.name = "power_saving_mode", .kind = Kind::number},
    Parameter{.name = "gpu_data_addr_hi", .kind = Kind::number},
    Parameter{.name = "gpu_data_addr_lo", .kind = Kind::number},
    Parameter{.name = "gpu_data_size", .kind = Kind::number},
    Parameter{.name = "enabled_devices", .kind = Kind::text},
    Parameter{.name = "hangdump_timeout", .kind = Kind::numbers},
    Parameter{.name = "fb_sharing_mode", .kind = Kind::numbers},
    Parameter{.name = "partition_full_access_enable", .kind = Kind::numbers},
    Parameter{.name = "hang_detection_mode", .kind = Kind::numbers},
    Parameter{.name = "debug_dump_reserved_size", .kind = Kind::numbers},
    Parameter{.name = "deferred_full_live_update", .kind = Kind::number},
    Parameter{.name = "asymmetric_fb_mode", .kind = Kind::numbers},
    Parameter{.name = "bp_mode", .kind = Kind::number},
    Parameter{.name = "pf_fb_size", .kind = Kind::numbers},
    Parameter{.name = "bad_page_threshold", .kind = Kind::numbers},
    Parameter{.name = "ras_vf_telemetry_policy", .kind = Kind::numbers},
    Parameter{.name = "max_cper_count", .kind = Kind::numbers}};

/// The words of the host's command line, then those of who loads it.
std::string all_words(const Machine& machine, std::string_view arguments) {
  const std::string* options =
      machine.tree().text(Space::hidden, fmt::format("modules/{}/options", kModule));
  return fmt::format("{} {}", options == nullptr ? "" : *options, arguments);
}

std::string words_of_loaded(const Machine& machine) {
  const std::string* state = machine.tree().text(Space::module, kModule);
  return all_words(machine, state == nullptr ? "" : *state);
}

/// What the last word says of a parameter.
std::optional<std::string_view> value_of(std::string_view words, std::string_view name) {
  std::optional<std::string_view> value;
  for (const std::string_view word : split(words, ' ')) {
    if (word.substr(0, word.find('=')) == name && word.size() > name.size()) {
      value = word.substr(name.size() + 1);
    }
  }
  return value;
}

/// kernel/params.c:param_set_uint; an int of max_cper_count may be -1.
int number_error(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  return kernel_number(text, UINT32_MAX).error;
}

/// kernel/params.c:param_array: as many as there are GPUs at most, and each must be a number.
int array_error(std::string_view text) {
  const auto parts = split(text, ',');
  if (parts.empty() || text.ends_with(',') || parts.size() > kMostGpus) {
    return EINVAL;
  }
  for (const std::string_view part : parts) {
    if (const int error = number_error(part); error != 0) {
      return error;
    }
  }
  return 0;
}

std::string shown(std::string_view words, const Parameter& parameter) {
  const auto value = value_of(words, parameter.name);
  if (parameter.kind == Kind::text) {
    return fmt::format("{}\n", value.value_or("(null)"));  // kernel/params.c:param_get_charp
  }
  if (!value) {
    // An array shows as many elements as were given, so none at all: no byte, no newline
    // (kernel/params.c:param_array_get).
    return parameter.kind == Kind::numbers ? "" : "0\n";
  }
  std::vector<std::string> numbers;
  for (const std::string_view part : split(*value, ',')) {
    const bool minus = part.starts_with('-');
    numbers.push_back(fmt::format(
        "{}{}", minus ? "-" : "", kernel_number(part.substr(minus ? 1 : 0), UINT32_MAX).value));
  }
  return fmt::format("{}\n", fmt::join(numbers, ","));
}

}  // namespace

int load_error(const Machine& machine, std::string_view arguments) {
  const std::string words = all_words(machine, arguments);
  for (const std::string_view word : split(words, ' ')) {
    const std::string_view name = word.substr(0, word.find('='));
    const auto* const known = std::ranges::find(kParameters, name, &Parameter::name);
    if (known == kParameters.end() || known->kind == Kind::text) {
      continue;  // kernel/module/main.c: of unknown parameters it warns
    }
    const std::string_view value =
        word.size() > name.size() ? word.substr(name.size() + 1) : std::string_view{};
    const int error = known->kind == Kind::numbers ? array_error(value) : number_error(value);
    if (error != 0) {
      return error;
    }
  }
  return 0;
}

std::vector<std::uint32_t> given(const Machine& machine, std::string_view name) {
  const std::string words = words_of_loaded(machine);
  std::vector<std::uint32_t> numbers;
  for (const std::string_view part : split(value_of(words, name).value_or(""), ',')) {
    numbers.push_back(static_cast<std::uint32_t>(kernel_number(part, UINT32_MAX).value));
  }
  return numbers;
}

bool is_enabled(const Machine& machine, const PciAddress& function) {
  const std::string words = words_of_loaded(machine);
  const auto value = value_of(words, "enabled_devices");
  if (!value) {
    return true;
  }
  const auto named = split(*value, ';');
  return std::ranges::find(named, vfmgr::to_string(function)) != named.end();
}

void show_parameters(Machine& machine) {
  const std::string words = words_of_loaded(machine);
  for (const Parameter& parameter : kParameters) {
    machine.tree().put(Space::sys,
                       fmt::format("module/{}/parameters/{}", kModule, parameter.name),
                       shown(words, parameter),
                       Mode::read_only);
  }
}

}  // namespace vfmgr::sim::gim
