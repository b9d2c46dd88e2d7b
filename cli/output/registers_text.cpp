// SPDX-License-Identifier: Apache-2.0
#include "output/registers_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"
#include "output/wrap.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::Capability;
using vfmgr::Look;
using vfmgr::RegisterField;

/// "[7:4]", "[3]"; nothing of a whole register.
std::string bits_text(const RegisterField& field) {
  if (field.bits == 8 * field.bytes) {
    return "";
  }
  return field.bits == 1 ? fmt::format("[{}]", field.low_bit)
                         : fmt::format("[{}:{}]", field.low_bit + field.bits - 1, field.low_bit);
}

Cell value_cell(const RegisterField& field) {
  switch (field.look) {
    case Look::value:
      return {plain(field.meaning)};
    case Look::not_read:
      return {"not read", Paint::changed};
    case Look::unknown:
      return {"unknown: it reads all ones", Paint::changed};
  }
  return {};
}

/// The bits as they are, in as many digits as there is room for; none where they say no more than
/// what they mean.
std::string raw_text(const RegisterField& field) {
  if (field.look != Look::value || field.bits == 1) {
    return "";
  }
  const std::string raw = fmt::format("{:#0{}x}", field.raw, 2 + ((field.bits + 3) / 4));
  return raw == field.meaning ? "" : raw;
}

std::string fields_text(const std::vector<RegisterField>& fields, const Style& style) {
  Table table({{}, {}, {}, {.shrinks = true}, {.drop = 1}});
  for (const RegisterField& field : fields) {
    table.row({{fmt::format("{:#05x}", field.offset), Paint::faint},
               {bits_text(field), Paint::faint},
               {plain(field.name)},
               value_cell(field),
               {raw_text(field), Paint::faint}});
  }
  return table.text(style, 4);
}

std::string capability_text(const Capability& capability, const Style& style) {
  const std::string name = capability.name.empty()
                               ? fmt::format("capability {:#06x}", capability.id)
                               : plain(capability.name);
  std::string text =
      fmt::format("  {}  {}{}{}\n",
                  style.paint(Paint::faint, fmt::format("{:#05x}", capability.offset)),
                  style.paint(Paint::bold, name),
                  capability.version ? fmt::format(", version {}", *capability.version) : "",
                  capability.decoded ? "" : style.paint(Paint::faint, "  not decoded"));
  text += fields_text(capability.fields, style);
  if (!capability.vendor_layout.empty()) {
    constexpr std::size_t kIndent = 4;
    text += std::string(kIndent, ' ') +
            wrapped(plain(capability.vendor_layout), style.width, kIndent, kIndent) +
            fields_text(capability.vendor_fields, style);
  }
  return text;
}

/// Fields of one mapped register, which has its offset on a line of its own.
std::string parts_text(const vfmgr::MappedRegister& one, const Style& style) {
  Table table({{}, {}, {.shrinks = true}, {.drop = 1}});
  for (const RegisterField& field : one.fields) {
    table.row({{bits_text(field), Paint::faint},
               {plain(field.name)},
               value_cell(field),
               {raw_text(field), Paint::faint}});
  }
  return table.text(style, 6);
}

std::string mapped_register_text(const vfmgr::MappedRegister& one, const Style& style) {
  std::string head = fmt::format("    {}  {}  ",
                                 style.paint(Paint::faint, fmt::format("{:#08x}", one.offset)),
                                 style.paint(Paint::bold, plain(one.name)));
  switch (one.look) {
    case Look::value:
      return head + style.paint(Paint::faint, fmt::format("{:#010x}", one.raw)) + "\n" +
             parts_text(one, style);
    case Look::not_read:
      return head + style.paint(Paint::changed, "not read") + "\n";
    case Look::unknown:
      return head + style.paint(Paint::changed, "unknown: it reads all ones") + "\n";
  }
  return head;
}

std::string mapped_text(const vfmgr::MappedRegisters& mapped, const Style& style) {
  if (mapped.chosen.empty()) {
    return "";
  }
  constexpr std::string_view kHead = "  Mapped registers  ";
  std::string text = style.paint(Paint::bold, std::string(kHead)) +
                     wrapped(plain(mapped.chosen), style.width, kHead.size(), kHead.size());
  for (const vfmgr::Finding& finding : mapped.findings) {
    text += noted(finding, style.width, style);
  }
  for (const vfmgr::MappedBar& bar : mapped.bars) {
    text += "  " + style.paint(Paint::bold, fmt::format("BAR {}", bar.bar)) + "\n";
    for (const vfmgr::MappedRegister& one : bar.registers) {
      text += mapped_register_text(one, style);
    }
  }
  return text;
}

}  // namespace

std::string registers_text(const vfmgr::Registers& registers, const Style& style) {
  const vfmgr::ConfigSpace& space = registers.configuration;
  std::string text = fmt::format("{}  {}  {}\n",
                                 style.paint(Paint::bold, to_string(registers.gpu.address)),
                                 style.paint(Paint::bold, name_of(registers.gpu)),
                                 counted(space.bytes, "byte") + " of configuration space");
  for (const vfmgr::Finding& finding : space.findings) {
    text += noted(finding, style.width, style);
  }
  text += fmt::format(
      "  {}  {}\n", style.paint(Paint::faint, "0x000"), style.paint(Paint::bold, "Header"));
  text += fields_text(space.header, style);
  for (const Capability& capability : space.capabilities) {
    text += capability_text(capability, style);
  }
  return text + mapped_text(registers.mapped, style);
}

}  // namespace vgpuctl
