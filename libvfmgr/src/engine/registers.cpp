// SPDX-License-Identifier: Apache-2.0
#include "engine/registers.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/config_space/decode.hpp"
#include "core/settings.hpp"
#include "engine/functions.hpp"
#include "engine/mapped.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

namespace vfmgr {

namespace {

// The kernel keeps readers out for a second while it disables VFs (iov.c:sriov_disable), and longer
// while the function is reset (access.c:pci_wait_cfg).
constexpr std::chrono::seconds kPatience{5};

Result<std::string> read_config(const Kernel& kernel, const PciAddress& gpu) {
  const std::array places{pci::of(pci::kConfig, gpu)};
  Result<std::string> config = std::move(kernel.read_slowly(places, kPatience).front());
  if (config) {
    return config;
  }
  Error error = std::move(config.error());
  if (error.os_error == ENOENT) {
    error.kind = ErrorKind::unreadable;
    error.why = "there is no configuration space to be read: " + error.why;
  } else if (error.kind == ErrorKind::io) {
    error.kind = ErrorKind::unreadable;
  }
  return fail(std::move(error));
}

}  // namespace

Result<Registers> read_registers(const Kernel& kernel, const Host& host, const PciAddress& gpu) {
  const auto facts = std::ranges::find_if(
      host.facts, [&gpu](const GpuFacts& one) { return one.gpu.address == gpu; });
  if (facts == host.facts.end()) {
    return fail({.kind = ErrorKind::no_match,
                 .subject = to_string(gpu),
                 .why = "there is no such function any more"});
  }
  const std::string slept = sleep_of(kernel, gpu);  // reading configuration space wakes it
  auto config = read_config(kernel, gpu);
  if (!config) {
    return fail(std::move(config.error()));
  }
  Registers registers{.simulated = kernel.simulated(),
                      .gpu = facts->gpu,
                      .configuration = config_space::decode(*config),
                      .mapped = read_mapped(kernel, facts->gpu, *config, slept)};
  for (const Vendor& vendor : shipped_vendors()) {
    if (vendor.registers != nullptr) {
      vendor.registers(registers.gpu, *config, registers.configuration);
    }
  }
  return registers;
}

}  // namespace vfmgr
