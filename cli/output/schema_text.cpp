// SPDX-License-Identifier: Apache-2.0
#include "output/schema_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

/// "1 ms to 2 s", else the words that may stand there.
std::string values_of(const vfmgr::OfferView& offer, const vfmgr::AttributeRow& row) {
  std::string range = range_of(offer);
  if (!range.empty() || row.words.empty()) {
    return range;
  }
  std::string words(row.words);
  for (std::size_t at = words.find(' '); at != std::string::npos; at = words.find(' ', at + 2)) {
    words.replace(at, 1, ", ");
  }
  const bool named = row.type == vfmgr::Type::driver || row.type == vfmgr::Type::name;
  return named ? words + ", or a name" : words;
}

std::string attributes_of_one(const vfmgr::GpuView& gpu, const Style& style) {
  std::string text = fmt::format("{}  {}\n",
                                 style.paint(Paint::bold, to_string(gpu.gpu.address)),
                                 style.paint(Paint::bold, name_of(gpu.gpu)));
  Table table({{.head = "ATTRIBUTE"},
               {.head = "OF"},
               {.head = "TYPE"},
               {.head = "WRITTEN", .drop = 2},
               {.head = "VALUES", .drop = 3},
               {.head = "READ FROM", .drop = 1, .shrinks = true}});
  for (const vfmgr::OfferView& offer : gpu.offers) {
    const vfmgr::AttributeRow* const row = vfmgr::find_attribute(offer.name);
    if (row != nullptr) {
      table.row({{offer.name},
                 {offer.pf ? "the GPU" : "each VF"},
                 {std::string(vfmgr::type_word(row->type))},
                 {offer.pf || offer.before_vfs ? std::string(phase_of(offer)) : "not known"},
                 {values_of(offer, *row)},
                 {plain(offer.read_from), Paint::faint}});
    }
  }
  if (table.empty()) {
    text += "  a profile can give it nothing\n";
  }
  text += table.text(style, 2);
  for (const vfmgr::Finding& finding : gpu.findings) {
    text += fmt::format("  {}  {}\n", style.paint(Paint::changed, "note"), plain(finding.what));
  }
  return text;
}

}  // namespace

std::string attributes_text(const vfmgr::Inventory& inventory, const Style& style) {
  std::string text;
  for (const vfmgr::GpuView& gpu : inventory.gpus) {
    text += (text.empty() ? "" : "\n") + attributes_of_one(gpu, style);
  }
  return text;
}

std::string resources_text(const std::vector<vfmgr::NamedResources>& resources,
                           const Style& style) {
  if (resources.empty()) {
    return "No resources are installed in vgpuctl/resources.d of /etc, /run or /usr/lib.\n";
  }
  Table table(
      {{.head = "RESOURCES"}, {.head = "VALUES", .shrinks = true}, {.head = "FILE", .drop = 1}});
  for (const vfmgr::NamedResources& one : resources) {
    std::string values;
    for (const auto& [name, value] : one.values) {
      values += fmt::format("{}{} = {}", values.empty() ? "" : ", ", name, shown(name, value));
    }
    std::string files;
    for (const std::string& file : one.files) {
      files += (files.empty() ? "" : ", ") + plain(file);
    }
    table.row({{plain(one.name)}, {values}, {files, Paint::faint}});
  }
  return table.text(style);
}

}  // namespace vgpuctl
