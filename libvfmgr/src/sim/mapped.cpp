// SPDX-License-Identifier: Apache-2.0
#include "sim/mapped.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "core/config_space/bytes.hpp"
#include "core/mmio_place.hpp"
#include "sim/config_space.hpp"
#include "sim/lockdown.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace vfmgr::sim {

namespace {

constexpr std::size_t kMappedBytes = 4;

std::string bytes_of_register(std::uint64_t value) {
  std::string bytes(kMappedBytes, '\0');
  put_number(bytes, 0, value, kMappedBytes);
  return bytes;
}

/// kernel/resource.c:resource_is_exclusive: with CONFIG_IO_STRICT_DEVMEM what a driver has claimed
/// is nobody else's. That it claims its BARs, which every driver of a GPU does, is assumed.
bool is_exclusive(const Machine& machine, const PciAddress& gpu) {
  const std::string* strict = machine.tree().text(Space::hidden, "io_strict_devmem");
  return strict != nullptr && *strict == "1" && !machine.driver_of(gpu).empty();
}

/// It sleeps, or decodes no memory: reads of its BARs give ones.
bool is_silent(const Machine& machine, const PciAddress& gpu) {
  constexpr std::size_t kCommand = 0x04;
  constexpr std::uint64_t kMemory = 0x02;
  const auto config = config_of(machine, gpu);
  const auto command = config ? config_space::number(*config, kCommand, 2) : std::nullopt;
  return machine.attribute(gpu, "power/runtime_status") == "suspended" ||
         (command && (*command & kMemory) == 0);
}

}  // namespace

MappedRead read_mapped(const Machine& machine, const Place& place) {
  const auto where = parse_mmio(place);
  if (!where || !machine.exists(where->gpu)) {
    return {.error = where ? ENOENT : EINVAL, .bytes = {}};
  }
  if (is_locked_down(machine)) {
    return {.error = EPERM, .bytes = {}};
  }
  if (is_exclusive(machine, where->gpu)) {
    return {.error = EINVAL, .bytes = {}};
  }
  if (is_silent(machine, where->gpu)) {
    return {.error = 0, .bytes = std::string(kMappedBytes, '\xff')};
  }
  if (const Node* const node = machine.tree().find(Space::mmio, place.path)) {
    return {.error = node->read_errno, .bytes = node->text};
  }
  const auto value = register_of(machine, *where);
  return value ? MappedRead{.error = 0, .bytes = bytes_of_register(*value)}
               : MappedRead{.error = ENODATA, .bytes = {}};
}

}  // namespace vfmgr::sim
