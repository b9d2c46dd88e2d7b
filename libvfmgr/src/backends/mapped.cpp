// SPDX-License-Identifier: Apache-2.0
#include "backends/mapped.hpp"

#include "vfmgr/registers.hpp"

#include "core/attr.hpp"
#include "core/config_space/bytes.hpp"
#include "core/config_space/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr {

MappedRegister decode_mapped(const MappedSpec& spec, std::uint32_t offset, std::string_view bytes) {
  constexpr std::size_t kDword = 4;
  MappedRegister decoded{.name = std::string(spec.attr->name),
                         .offset = offset,
                         .source = std::string(spec.attr->source)};
  config_space::Reader reader(bytes, 0);
  reader.add(spec.fields);
  decoded.fields = reader.take();
  for (RegisterField& field : decoded.fields) {
    field.offset = offset;
  }
  if (const auto raw = config_space::number(bytes, 0, kDword)) {
    const bool silent = config_space::is_unanswered(bytes, 0, kDword);
    decoded.look = silent ? Look::unknown : Look::value;
    decoded.raw = silent ? 0 : static_cast<std::uint32_t>(*raw);
  }
  return decoded;
}

}  // namespace vfmgr
