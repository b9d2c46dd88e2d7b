// SPDX-License-Identifier: Apache-2.0
// Configuration space as a device might have it: whatever stands there, decoding ends, stays within
// the bytes, takes nothing that was not read for a value, and tells the same of more bytes.
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/registers.hpp"

#include "backends/amd/gpuiov.hpp"
#include "core/config_space/decode.hpp"
#include "pci/config_space.hpp"
#include "sim/config_space.hpp"
#include "support/law.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace {

using vfmgr::Capability;
using vfmgr::ConfigSpace;
using vfmgr::Look;
using vfmgr::RegisterField;
using vfmgr::fuzz::law;

constexpr std::size_t kMostBytes = 4096;

void check(const std::vector<RegisterField>& fields, std::size_t bytes) {
  for (const RegisterField& field : fields) {
    law(field.bits > 0 && field.low_bit + field.bits <= 8 * field.bytes,
        "a field is in its register");
    const bool there = field.offset + std::size_t{field.bytes} <= bytes;
    law((field.look != Look::not_read) == there, "what was read is known, what was not is not");
    law(field.look == Look::value || (field.raw == 0 && field.meaning.empty() && !field.in_bytes),
        "what is not known says nothing");
    law(field.look != Look::value || !field.meaning.empty(), "what is known means something");
    law(field.bits >= 64 || field.raw >> field.bits == 0, "a field has no more bits than it has");
  }
}

void check(const ConfigSpace& space) {
  check(space.header, space.bytes);
  law(space.capabilities.size() <= kMostBytes / 4, "each place is visited once");
  for (const Capability& capability : space.capabilities) {
    law(capability.offset < space.bytes, "a capability is within the bytes");
    law(capability.decoded || capability.fields.empty(), "what is only named has no fields");
    check(capability.fields, space.bytes);
    check(capability.vendor_fields, space.bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view config = vfmgr::fuzz::text_of(data, size).substr(0, kMostBytes);
  vfmgr::Registers registers;
  registers.gpu.vendor_id = 0x1002;
  for (const std::uint16_t device : std::array<std::uint16_t, 4>{0x6929, 0x74a1, 0x7460, 0x1234}) {
    registers.gpu.device_id = device;
    registers.configuration = vfmgr::config_space::decode(config);
    vfmgr::amd::read_gpuiov(registers.gpu, config, registers.configuration);
    check(registers.configuration);
  }
  law(!registers_to_json(registers).empty(), "it can be printed");
  const auto sriov = vfmgr::sriov_registers(config);
  law(!sriov || config.size() > 0x100, "SR-IOV is behind the first 256 bytes");
  (void)vfmgr::device_serial(config);
  const auto vectors = vfmgr::msix_vectors(config);
  law(!vectors || *vectors <= vfmgr::kMostVectors, "a table has no more vectors than that");
  law(vfmgr::sim::parse_config(vfmgr::sim::spell_config(config)) == config,
      "what was spelled is read again");
  (void)vfmgr::sim::parse_config(config);
  return 0;
}
