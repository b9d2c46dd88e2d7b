// SPDX-License-Identifier: Apache-2.0
// What no amount of trying would make room for, found before the first write.
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "backends/pci_room.hpp"
#include "backends/pci_vectors.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

/// The drivers that VFs shall end on, each with the first place that asks for it.
std::vector<std::pair<std::string, Spot>> drivers_asked_for(const Desired& desired,
                                                            std::uint32_t count,
                                                            bool made) {
  std::vector<std::pair<std::string, Spot>> asked;
  std::set<std::string> seen;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Settings& settings = desired.of(vf_at(index));
    const auto given = settings.find(Key::vf_driver);
    std::string name = made ? "auto" : "host";
    Spot where = desired.vfs_where;
    if (given != settings.end()) {
      const auto* const text = std::get_if<std::string>(&given->second.value);
      name = text == nullptr ? "host" : *text;
      where = given->second.where;
    }
    if (name != "host" && name != "none" && seen.insert(name).second) {
      asked.emplace_back(name, where);
    }
  }
  return asked;
}

std::optional<Error> driver_problem(const Kernel& kernel, const Gpu& pf, const std::string& name) {
  const std::string driver = name == "auto" ? std::string(pci::kVfio) : name;
  if (pci::is_vfio(driver) && !pf.iommu_group) {
    // vfio/group.c:vfio_group_find_or_alloc: the probe ends in EINVAL
    return Error{.kind = ErrorKind::unsupported,
                 .subject = to_string(pf.address),
                 .value = driver,
                 .why = "it is behind no IOMMU, and without one no VM can take a VF",
                 .help = std::string(kTurnIommuOn) + R"(; or say vf_driver = "host" or "none")"};
  }
  const Place directory = pci::named(pci::kDriverDir, driver);
  if (driver == pci::kVfio || kernel.list(directory)) {
    return std::nullopt;
  }
  return Error{.kind = ErrorKind::unsupported,
               .subject = to_string(pf.address),
               .value = driver,
               .why = "no driver of that name is loaded",
               .help = "load it (modprobe " + driver + R"(), or use "auto", "host" or "none")"};
}

}  // namespace

std::vector<Error> fits_pci(const Kernel& kernel,
                            const GpuFacts& facts,
                            const State& now,
                            const Desired& desired) {
  std::vector<Error> faults;
  const Gpu& pf = facts.gpu;
  const std::uint32_t before = recorded_count(now, pf.address).value_or(0);
  const std::uint32_t count = desired_count(desired, now, pf);
  const auto add = [&](std::optional<Error> fault, const Spot& where) {
    if (fault) {
      if (where.line != 0) {
        fault->spot = where;
      }
      faults.push_back(std::move(*fault));
    }
  };
  if (facts.cannot && count != before) {
    add(facts.cannot, desired.vfs_where.line != 0 ? desired.vfs_where : desired.where);
    return faults;
  }
  if (count != before) {
    for (Error& fault : room_for_vfs(kernel, pf, count)) {
      add(std::move(fault), desired.vfs_where);
    }
  }
  for (const auto& [name, where] : drivers_asked_for(desired, count, count != before)) {
    add(driver_problem(kernel, pf, name), where);
  }
  for (Error& fault : fits_vectors(pf.address, now, desired, count, count != before)) {
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace vfmgr
