// SPDX-License-Identifier: Apache-2.0
#include "sim/registers.hpp"

#include "vfmgr/units.hpp"

#include "core/config_space/bytes.hpp"
#include "core/numbers.hpp"
#include "sim/config_space.hpp"
#include "sim/gpuiov_config.hpp"
#include "sim/lockdown.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim {

namespace {

constexpr std::size_t kRegisterBytes = 4;

std::string written_folder(const PciAddress& function) {
  return vfmgr::to_string(function);
}

/// A file that a host has goes before what is made, as where it is read as a whole.
std::optional<std::string> whole_config(const Machine& machine, const PciAddress& function) {
  const std::string* const file =
      machine.tree().text(Space::sys, machine.path_in(function, "config"));
  return file != nullptr ? std::optional(*file) : config_of(machine, function);
}

std::optional<std::uint64_t> register_of(const std::optional<std::string>& config, std::size_t at) {
  return config ? config_space::number(*config, at, kRegisterBytes) : std::nullopt;
}

std::string spell_register(std::uint64_t value) {
  return fmt::format("{:08x}", value);
}

}  // namespace

std::optional<RegisterAt> register_at(const Machine& machine, std::string_view path) {
  const std::size_t slash = path.find('/');
  const auto function = parse_address(path.substr(0, slash));
  const auto at =
      slash == std::string_view::npos ? std::nullopt : hexadecimal(path.substr(slash + 1));
  if (!function || !at || *at % kRegisterBytes != 0 || !machine.exists(*function)) {
    return std::nullopt;
  }
  return RegisterAt{.function = *function, .at = *at};
}

std::optional<std::string> read_register(const Machine& machine, const RegisterAt& where) {
  const auto value = register_of(whole_config(machine, where.function), where.at);
  return value ? std::optional(spell_register(*value)) : std::nullopt;
}

int write_register(Machine& machine, const RegisterAt& where, std::string_view bytes, bool half) {
  constexpr std::size_t kRegisterDigits = 2 * kRegisterBytes;
  constexpr std::uint64_t kLowHalf = 0xffff;
  const auto value = bytes.size() == kRegisterDigits ? hexadecimal(bytes) : std::nullopt;
  if (!value) {
    return EINVAL;
  }
  if (is_locked_down(machine)) {
    return EPERM;
  }
  const auto now = register_of(config_of(machine, where.function), where.at);
  if (!now) {
    return EIO;
  }
  std::uint64_t taken = writable_bits(machine, where.function, where.at);
  if (half) {
    const bool low_moves = ((*now ^ *value) & taken & kLowHalf) != 0;
    taken &= low_moves ? kLowHalf : ~kLowHalf;
  }
  const std::string path = fmt::format("{}/{:x}", written_folder(where.function), where.at);
  machine.tree().erase(Space::config, path);
  const auto unwritten = register_of(config_of(machine, where.function), where.at);
  const std::uint64_t then = (*now & ~taken) | (*value & taken);
  if (then != unwritten) {
    machine.tree().put(Space::config, path, spell_register(then), Mode::read_write);
  }
  return 0;
}

void put_written(const Machine& machine, const PciAddress& function, std::string& config) {
  const std::string folder = written_folder(function);
  for (const std::string& name : machine.tree().names(Space::config, folder)) {
    const auto at = hexadecimal(name);
    const std::string* const text =
        machine.tree().text(Space::config, fmt::format("{}/{}", folder, name));
    const auto value = text == nullptr ? std::nullopt : hexadecimal(*text);
    if (at && value) {
      put_number(config, *at, *value, kRegisterBytes);
    }
  }
}

}  // namespace vfmgr::sim
