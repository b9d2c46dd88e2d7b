// SPDX-License-Identifier: Apache-2.0
// Profiles from anybody's hand, in TOML or JSON, alone and laid over a host that is always the
// same. A line "%%" begins the next text of a set, "%%r" one of installed resources.
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/export_toml.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"
#include "output/error_text.hpp"
#include "support/law.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

using vfmgr::Desired;
using vfmgr::GpuFacts;
using vfmgr::Key;
using vfmgr::fuzz::law;
using vfmgr::fuzz::read_again;

using Texts = std::vector<vfmgr::ProfileText>;

const std::string name = "p.toml";

/// A profile's texts, and those of installed resources.
struct Set {
  Texts profile, installed;

  /// In the order in which they are read.
  [[nodiscard]] Texts all() const {
    Texts texts = profile;
    texts.insert(texts.end(), installed.begin(), installed.end());
    return texts;
  }
};

Set cut_up(std::string_view text) {
  Set set;
  bool installed = false;
  while (true) {
    const std::size_t mark = text.starts_with("%%") ? 0 : text.find("\n%%");
    Texts& into = installed ? set.installed : set.profile;
    into.push_back({.file = (installed ? "r" : "p") + std::to_string(into.size()),
                    .text = std::string(text.substr(0, mark == 0 ? 0 : mark))});
    if (mark == std::string_view::npos) {
      return set;
    }
    const std::size_t begin = mark == 0 ? 0 : mark + 1;
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    installed = text.substr(begin, end - begin) == "%%r";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

GpuFacts gpu(std::uint8_t bus, std::uint16_t vendor, std::string model, std::uint32_t vfs) {
  GpuFacts facts;
  facts.gpu = {.address = {.bus = bus}, .vendor_id = vendor, .device_id = 0xe211};
  facts.gpu.class_code = 0x030000;
  facts.gpu.driver = "xe";
  facts.gpu.numa_node = bus & 1;
  facts.gpu.total_vfs = vfs;
  facts.gpu.model = std::move(model);
  facts.backend = "generic";
  facts.offers = {{.key = Key::vf_driver, .scope = vfmgr::kScopeVf}};
  return facts;
}

std::vector<GpuFacts> fixed_host() {
  std::vector<GpuFacts> host{gpu(3, 0x8086, "Arc Pro B60", 24),
                             gpu(4, 0x8086, "Arc Pro B60", 24),
                             gpu(5, 0x10de, "L40S", 32)};
  for (std::size_t at = 0; at < 2; ++at) {
    constexpr std::uint8_t kBoth = vfmgr::kScopeVf | vfmgr::kScopePf;
    host[at].backend = "intel-xe";
    host[at].offers.push_back({.key = Key::vram, .scope = vfmgr::kScopeVf, .most = 1ULL << 34U});
    host[at].offers.push_back({.key = Key::exec_quantum, .scope = kBoth, .most = 1U << 23U});
    host[at].offers.push_back({.key = Key::preempt_timeout, .scope = kBoth});
  }
  GpuFacts vf = gpu(3, 0x8086, "Arc Pro B60", 0);
  vf.gpu.address.function = 1;
  vf.gpu.total_vfs.reset();
  vf.gpu.physfn = host.front().gpu.address;
  host.insert(host.begin() + 1, std::move(vf));
  GpuFacts network = gpu(6, 0x15b3, "ConnectX", 8);
  network.gpu.class_code = 0x020000;
  host.push_back(std::move(network));
  return host;
}

/// Which of the texts a fault is in.
std::size_t text_with(const vfmgr::Error& fault, const Texts& texts) {
  law(fault.spot.has_value(), "a fault says where");
  const auto found = std::ranges::find(texts, fault.spot->file, &vfmgr::ProfileText::file);
  law(found != texts.end(), "a fault says in which file");
  return static_cast<std::size_t>(found - texts.begin());
}

void at_its_place(const vfmgr::Error& fault, const Texts& texts) {
  law(!fault.why.empty(), "a fault says why");
  const std::string_view text = texts[text_with(fault, texts)].text;
  const vfmgr::Spot& spot = *fault.spot;
  if (spot.line == 0) {
    return law(spot.column == 0 && spot.text.empty(), "the file as a whole has no column");
  }
  law(spot.column >= 1 && spot.length >= 1, "columns count from 1, and a caret is there");
  std::string_view line = text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  for (std::uint32_t number = 1; number < spot.line; ++number) {
    const std::size_t newline = line.find('\n');
    law(newline != std::string_view::npos, "a fault's line is one of the text");
    line.remove_prefix(newline + 1);
  }
  line = line.substr(0, line.find('\n'));
  line = line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0));
  constexpr std::size_t kLongestShown = 4096;
  law(spot.text == line || (spot.text.empty() && line.size() > kLongestShown),
      "a fault shows its line as it is");
  law(spot.column <= line.size() + 1, "a fault's column is on its line");
  law(spot.column - 1 + spot.length <= std::max<std::size_t>(line.size(), spot.column),
      "a caret ends with its line");
}

/// As a terminal gets it: nothing in it moves a cursor.
void is_shown(const vfmgr::Error& error) {
  const std::string shown = vgpuctl::error_text(error, {.colour = false, .width = 80});
  law(shown.ends_with('\n'), "a report ends with its line");
  law(std::ranges::none_of(
          shown,
          [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F; }),
      "a report has no control characters");
}

void faulty(const vfmgr::Error& error, const Texts& texts) {
  law(exit_code(error) == vfmgr::ExitCode::bad_input || error.kind == vfmgr::ErrorKind::unsupported,
      "what is wrong with a text is wrong on any host");
  is_shown(error);
  at_its_place(error, texts);
  auto last = std::tuple(text_with(error, texts), error.spot->line, error.spot->column);
  for (const vfmgr::Error& fault : error.also) {
    at_its_place(fault, texts);
    law(fault.also.empty(), "faults stand in one list");
    const auto place = std::tuple(text_with(fault, texts), fault.spot->line, fault.spot->column);
    law(last <= place, "faults come in the order of their places");
    last = place;
  }
}

/// What is asked for, as a host that has it would be exported; "default" names no value.
vfmgr::ExportedValues values(const vfmgr::Settings& settings) {
  vfmgr::ExportedValues values;
  for (const auto& [key, given] : settings) {
    if (!std::holds_alternative<vfmgr::DriverDefault>(given.value)) {
      values[key] = {.value = given.value};
    }
  }
  return values;
}

std::vector<vfmgr::ExportedGpu> as_host(const std::vector<Desired>& desired,
                                        const std::vector<GpuFacts>& host) {
  std::vector<vfmgr::ExportedGpu> gpus;
  for (const Desired& one : desired) {
    const auto facts =
        std::ranges::find(host, one.gpu, [](const auto& at) { return at.gpu.address; });
    law(facts != host.end() && facts->gpu.total_vfs.has_value(), "what is wished is of a PF here");
    const std::uint32_t count = one.vfs_max ? *facts->gpu.total_vfs : one.vfs.value_or(0);
    law(count <= *facts->gpu.total_vfs, "no more VFs than there can be");
    vfmgr::ExportedGpu exported{.gpu = facts->gpu, .vfs = {}, .pf = values(one.pf)};
    for (std::uint32_t vf = 0; vf < count; ++vf) {
      exported.vfs.push_back(values(one.of(vfmgr::vf_at(vf))));
    }
    gpus.push_back(std::move(exported));
  }
  return gpus;
}

void lay_over(const vfmgr::Profile& profile, const Texts& texts) {
  const std::vector<GpuFacts> host = fixed_host();
  const vfmgr::Resolved resolved = resolve(profile.model(), host);
  for (const auto* const faults : {&resolved.faults, &resolved.missing}) {
    for (const vfmgr::Error& fault : *faults) {
      at_its_place(fault, texts);
      is_shown(fault);
    }
  }
  law(std::ranges::is_sorted(resolved.desired, std::ranges::less_equal{}, &Desired::gpu) ||
          resolved.desired.size() < 2,
      "each GPU once, in address order");
  if (!resolved.faults.empty()) {
    return;
  }
  const auto wished = as_host(resolved.desired, host);
  const std::string written = vfmgr::export_toml(wished, false);
  const auto again = read_again(vfmgr::Profile::parse({{.file = name, .text = written}}),
                                "an export is a profile");
  const vfmgr::Resolved second = resolve(again.model(), host);
  law(second.faults.empty() && second.missing.empty(), "an export fits its host");
  law(vfmgr::export_toml(as_host(second.desired, host), false) == written,
      "an export asks for what was exported");
  const auto json =
      read_again(vfmgr::Profile::parse({{.file = name, .text = vfmgr::export_json(wished)}}),
                 "an export in JSON is a profile");
  law(vfmgr::export_toml(as_host(resolve(json.model(), host).desired, host), false) == written,
      "an export in JSON asks for the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  const Set set = cut_up(text);
  const auto profile = vfmgr::Profile::parse(set.profile, set.installed);
  if (profile) {
    lay_over(*profile, set.all());
    return 0;
  }
  faulty(profile.error(), set.all());
  const auto again = vfmgr::Profile::parse(set.profile, set.installed);
  law(!again && again.error() == profile.error(), "the same text has the same faults");
  return 0;
}
