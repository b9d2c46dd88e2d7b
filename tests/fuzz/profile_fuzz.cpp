// SPDX-License-Identifier: Apache-2.0
// Profiles from anybody's hand, alone and laid over a host that is always the same.
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/export_toml.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"
#include "support/law.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using vfmgr::Desired;
using vfmgr::GpuFacts;
using vfmgr::Key;
using vfmgr::fuzz::law;
using vfmgr::fuzz::read_again;

const std::string name = "p.toml";

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

void at_its_place(const vfmgr::Error& fault, std::string_view text) {
  law(!fault.why.empty(), "a fault says why");
  law(fault.spot && fault.spot->file == name, "a fault says in which file");
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  law(fault.spot->line <= lines, "a fault's line is one of the text");
  law(fault.spot->column <= fault.spot->text.size() + 1, "a fault's column is on its line");
  law(text.find(fault.spot->text) != std::string_view::npos, "a fault shows the text as it is");
}

void faulty(const vfmgr::Error& error, std::string_view text) {
  law(exit_code(error) == vfmgr::ExitCode::bad_input || error.kind == vfmgr::ErrorKind::unsupported,
      "what is wrong with a text is wrong on any host");
  at_its_place(error, text);
  auto last = std::pair(error.spot->line, error.spot->column);
  for (const vfmgr::Error& fault : error.also) {
    at_its_place(fault, text);
    law(fault.also.empty(), "faults stand in one list");
    const auto place = std::pair(fault.spot->line, fault.spot->column);
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

void lay_over(const vfmgr::Profile& profile, std::string_view text) {
  const std::vector<GpuFacts> host = fixed_host();
  const vfmgr::Resolved resolved = resolve(profile.model(), host);
  for (const vfmgr::Error& fault : resolved.faults) {
    at_its_place(fault, text);
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
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  const auto profile = vfmgr::Profile::parse({{.file = name, .text = std::string(text)}});
  if (profile) {
    lay_over(*profile, text);
  } else {
    faulty(profile.error(), text);
  }
  return 0;
}
