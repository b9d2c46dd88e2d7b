// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/together.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim_s7150/config_text.hpp"
#include "backends/amd_gim_s7150/framebuffer.hpp"
#include "backends/amd_gim_s7150/reload.hpp"
#include "backends/pci_record.hpp"
#include "core/settings.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::amd_gim_s7150 {

namespace {

/// Where the count of a GPU is asked for; of one that is in no profile where the first is.
Error fault(std::string subject,
            std::optional<PciAddress> gpu,
            std::span<const Desired> desired,
            std::string why,
            std::string help) {
  Error error{.kind = ErrorKind::does_not_fit,
              .subject = std::move(subject),
              .why = std::move(why),
              .help = std::move(help)};
  const auto wish =
      std::ranges::find_if(desired, [&gpu](const Desired& one) { return gpu && one.gpu == *gpu; });
  const Spot& spot = wish != desired.end() ? wish->vfs_where : desired.front().where;
  if (spot.line != 0) {
    error.spot = spot;
  }
  return error;
}

/// One number is for all of them.
std::vector<Error> counts_differ(const Unit& unit,
                                 const State& target,
                                 std::span<const Desired> desired) {
  const auto with =
      std::ranges::find_if(unit.gpus, [&](const Gpu& gpu) { return count_in(target, gpu) > 0; });
  std::vector<Error> faults;
  for (const Gpu& gpu : unit.gpus) {
    if (count_in(target, gpu) == count_in(target, *with)) {
      continue;
    }
    const bool named = std::ranges::find(desired, gpu.address, &Desired::gpu) != desired.end();
    Error error = fault(to_string(gpu.address),
                        gpu.address,
                        desired,
                        fmt::format("this gim makes as many VFs on each of its GPUs, and {} is to "
                                    "have {}",
                                    to_string(with->address),
                                    count_in(target, *with)),
                        named ? "give all GPUs of gim the same 'vfs', or take all VFs away"
                              : "name it in the profile, too, with as many");
    error.value = std::to_string(count_in(target, gpu));
    faults.push_back(std::move(error));
  }
  return faults;
}

/// Which GPUs the module can't take, or must not.
std::vector<Error> cannot_be_taken(const Unit& unit,
                                   const State& now,
                                   std::span<const Desired> desired) {
  std::vector<Error> faults;
  for (std::size_t index = 0; index < unit.gpus.size(); ++index) {
    const Gpu& gpu = unit.gpus[index];
    const std::string driver = recorded_text(now, pci::of(pci::kPfDriver, gpu.address));
    if (index >= kMostGpus) {
      faults.push_back(
          fault(to_string(gpu.address),
                gpu.address,
                desired,
                fmt::format("gim takes {} GPUs, and it is not one of these", kMostGpus),
                "take its VFs out of the profile, and it out of the host"));
    }
    // gim_pci.c:enumerate_all_pfs asks for no driver, and no device lock keeps it away.
    if (!driver.empty()) {
      faults.push_back(fault(to_string(gpu.address),
                             gpu.address,
                             desired,
                             fmt::format("{} has it, and gim takes every S7150 whatever driver it "
                                         "has",
                                         driver),
                             "unbind it first, and keep that driver from it for good (blacklist)"));
      faults.back().kind = ErrorKind::unsupported;
    }
  }
  return faults;
}

std::optional<Error> file_fault(const State& now,
                                const State& target,
                                std::span<const Desired> desired) {
  const auto file = now.find(config_place());
  const std::string subject = to_string(config_place());
  if (file != now.end() && file->second.unreadable()) {
    Error error = fault(subject, {}, desired, "what stands in it could not be kept", {});
    error.kind = ErrorKind::unreadable;
    error.os_error = std::get<Unreadable>(file->second.is).os_error;
    return error;
  }
  if (const auto word = word_of_other_gim(recorded_text(now, config_place()))) {
    Error error = fault(subject,
                        {},
                        desired,
                        "it is the other gim's, for later GPUs, which has the same name: each of "
                        "the two destroys the other's file",
                        "move it away if that driver is not used on this host");
    error.value = *word;
    return error;
  }
  if (recorded_text(target, config_place()).size() >= kLongestConfig) {
    return fault(
        subject,
        {},
        desired,
        fmt::format("with what this gim writes it would be longer than {} bytes", kLongestConfig),
        "take out of it what no gim knows");
  }
  return std::nullopt;
}

}  // namespace

std::vector<Error> faults_together(const Unit& unit,
                                   const State& now,
                                   const State& target,
                                   std::span<const Desired> desired) {
  const bool makes_vfs =
      std::ranges::any_of(unit.gpus, [&](const Gpu& gpu) { return count_in(target, gpu) > 0; });
  if (!makes_vfs || desired.empty() || !recounts(unit, now, target)) {
    return {};
  }
  std::vector<Error> faults = counts_differ(unit, target, desired);
  std::ranges::move(cannot_be_taken(unit, now, desired), std::back_inserter(faults));
  if (auto error = file_fault(now, target, desired)) {
    faults.push_back(std::move(*error));
  }
  return faults;
}

}  // namespace vfmgr::amd_gim_s7150
