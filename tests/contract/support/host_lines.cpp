// SPDX-License-Identifier: Apache-2.0
#include "contract/support/host_lines.hpp"

#include "vfmgr/result.hpp"

#include "contract/support/case.hpp"
#include "contract/support/given_writes.hpp"
#include "contract/support/toy_drivers.hpp"
#include "core/record.hpp"
#include "core/try.hpp"
#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/resources.hpp"
#include "sim/tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

constexpr std::string_view kPf = "hidden:functions/0000:03:00.0/";
constexpr std::uint64_t kPfBus = 3;
constexpr std::string_view kPortDir = "sys:devices/pci0000:00/0000:00:01.0/";
constexpr std::string_view kPfDir = "sys:devices/pci0000:00/0000:00:01.0/0000:03:00.0/";

/// The base of a host file, line by line.
class Lines {
 public:
  explicit Lines(std::string_view text) {
    while (!text.empty()) {
      const std::size_t newline = text.find('\n');
      lines_.emplace_back(text.substr(0, newline));
      text.remove_prefix(newline + 1);
    }
    lines_.pop_back();  // "log"
  }
  void add(std::string line) { lines_.push_back(std::move(line)); }
  /// Takes away the lines of this place and of all below it.
  void drop(const std::string& place) {
    std::erase_if(lines_, [&](const std::string& line) {
      return line.starts_with(place) && (line.size() == place.size() || line[place.size()] == ' ' ||
                                         line[place.size()] == '/');
    });
  }
  void set(const std::string& place, const std::string& value) {
    drop(place);
    add(place + " = " + value);
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& line : lines_) {
      all += line + "\n";
    }
    return all + "log\n";
  }

 private:
  std::vector<std::string> lines_;
};

std::string pf(std::string_view fact) {
  return std::string(kPf) + std::string(fact);
}

/// Drivers that are known and not there: their modules can be loaded.
void add_drivers(Lines& lines) {
  for (const sim::SimDriver* toy : toy_drivers()) {
    const std::string name(toy->name());
    std::string module = name;
    std::ranges::replace(module, '-', '_');
    lines.add(fmt::format("rules {} {}", name, name));
    lines.add(fmt::format("hidden:modules/{}/drivers = {}", module, name));
  }
  // Of the same ids as the plain GPU's own driver, and behind it in the alphabet.
  lines.add("rules twin simple");
  lines.add("hidden:drivers/twin/ids = 1234:0d00 1234:0d01");
  lines.add("hidden:modules/twin/drivers = twin");
}

/// No window for VF BAR 0: the kernel could not assign it (setup-bus.c:reset_resource).
void take_window(Lines& lines) {
  std::string text;
  for (int line = 0; line < 13; ++line) {
    text += sim::resource_line(0, 0, 0);
  }
  lines.set(std::string(kPfDir) + "resource", escape_field(text));
}

/// "file sys:PATH BYTES [w|r]", "folder sys:PATH", "link sys:PATH TARGET".
Result<void> add_place(Lines& lines, const Given& given) {
  const std::string& what = given.words[0].text;
  if (given.words.size() < 2) {
    return fail({.kind = ErrorKind::invalid, .value = what, .why = "of which place?"});
  }
  const std::string& place = given.words[1].text;
  const std::string value = given.words.size() > 2 ? given.words[2].text : std::string{};
  if (what == "folder") {
    lines.add(place + "/");
  } else if (what == "link") {
    lines.add(place + " -> " + escape_field(value));
  } else {
    const std::string mode = given.words.size() > 3 ? given.words[3].text : "rw";
    lines.add(place + " [" + mode + "] = " + escape_field(value));
  }
  return {};
}

Result<void> apply(Lines& lines, const Given& given) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kFacts{
      std::pair{std::string_view("offset"), std::string_view("vf_offset")},
      {"stride", "vf_stride"},
      {"initial-vfs", "initial_vfs"}};
  const std::string& what = given.words.front().text;
  for (const auto& [name, fact] : kFacts) {
    if (what == name && given.words.size() == 2) {
      lines.set(pf(fact), given.words[1].text);
      return {};
    }
  }
  if (what == "file" || what == "folder" || what == "link") {
    return add_place(lines, given);
  }
  if (what == "spare-buses" && given.words.size() == 2) {
    const auto spare = sim::stored_number(given.words[1].text);
    lines.set(pf("bus_end"), std::to_string(kPfBus + spare.value_or(0)));
    return {};
  }
  if (what == "groups" && given.words.size() == 2 && given.words[1].text == "shared") {
    // Without ACS there the bridge above is in the group, too (iommu.c:pci_device_group).
    lines.set(pf("vf_groups"), "shared");
    lines.add(std::string(kPortDir) + "iommu_group -> ../../../kernel/iommu_groups/16");
    lines.add(
        "sys:kernel/iommu_groups/16/devices/0000:00:01.0 -> "
        "../../../../devices/pci0000:00/0000:00:01.0");
    return {};
  }
  if (what == "no-iommu") {
    lines.drop(pf("vf_groups"));
    lines.drop(std::string(kPfDir) + "iommu_group");
    lines.drop("sys:kernel/iommu_groups/16");
    return {};
  }
  if (what == "no-window") {
    take_window(lines);
    return {};
  }
  if (is_written(what)) {
    return {};
  }
  return fail({.kind = ErrorKind::invalid, .value = what, .why = "nothing of that kind is given"});
}

}  // namespace

Result<std::string> host_lines_of(const Case& story, const std::string& kernel) {
  const std::array gpus{sim::ModelCount{.model = "plain", .count = 2}};
  TRY(const std::string text, sim::host_text(gpus));
  Lines lines(text);
  lines.drop("kernel");
  lines.add("kernel = " + kernel);
  add_drivers(lines);
  for (const Given& given : story.givens) {
    TRY_VOID(apply(lines, given));
  }
  return lines.text();
}

}  // namespace vfmgr::contract
