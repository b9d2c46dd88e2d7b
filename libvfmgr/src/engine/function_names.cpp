// SPDX-License-Identifier: Apache-2.0
#include "engine/function_names.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/faults.hpp"
#include "core/letters.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "engine/functions.hpp"
#include "pci/attrs.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

struct VfOf {
  PciAddress pf;
  VfIndex vf;
};

std::optional<VfOf> vf_at(const Host& host, std::string_view name) {
  const auto address = parse_address(name);
  for (const auto& [pf, vfs] : host.vfs) {
    for (const VfName& vf : vfs) {
      if (address && vf.address == *address) {
        return VfOf{.pf = pf, .vf = vf.index};
      }
    }
  }
  return std::nullopt;
}

/// "GPU/N": what stands before the last slash is a GPU's name.
std::optional<std::pair<std::string, std::uint64_t>> cut_at_slash(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  const auto index =
      slash == std::string::npos ? std::nullopt : decimal(std::string_view(name).substr(slash + 1));
  return index ? std::optional(std::pair(name.substr(0, slash), *index)) : std::nullopt;
}

/// By its model, or by what is its alone.
bool is_called(const Gpu& gpu, const std::string& name) {
  const auto is = [folded = fold_case(name)](const std::optional<std::string>& identity) {
    return identity && fold_case(*identity) == folded;
  };
  return gpu.model == name || is(gpu.serial) || is(gpu.uuid);
}

}  // namespace

Result<std::vector<PciAddress>> find_gpus(const Host& host, const std::vector<std::string>& names) {
  std::vector<PciAddress> found;
  std::vector<Error> faults;
  for (const std::string& name : names) {
    const auto address = parse_address(name);
    std::vector<const GpuFacts*> fits;
    for (const GpuFacts& facts : host.facts) {
      if (address ? facts.gpu.address == *address
                  : !facts.gpu.physfn && is_called(facts.gpu, name)) {
        fits.push_back(&facts);
      }
    }
    if (fits.size() > 1) {
      std::string list;
      for (const GpuFacts* const one : fits) {
        list += (list.empty() ? "" : ", ") + to_string(one->gpu.address);
      }
      faults.push_back({.kind = ErrorKind::no_match,
                        .subject = name,
                        .why = "several GPUs are of this model: " + list,
                        .help = "name it by its address"});
    } else if (fits.empty()) {
      faults.push_back(
          {.kind = ErrorKind::no_match,
           .subject = name,
           .why = "no such GPU here",
           .help =
               "`vgpuctl list` shows those that are; --all-classes looks at other devices, too"});
    } else if (fits.front()->gpu.physfn) {
      faults.push_back({.kind = ErrorKind::not_a_pf,
                        .subject = name,
                        .why = "it is a VF of " + to_string(*fits.front()->gpu.physfn),
                        .help = "name the GPU itself"});
    } else {
      found.push_back(fits.front()->gpu.address);
    }
  }
  if (!faults.empty()) {
    return fail(joined(std::move(faults)));
  }
  return found;
}

Result<std::vector<Place>> find_functions(const Host& host, const std::vector<std::string>& names) {
  std::vector<Place> found;
  std::vector<Error> faults;
  for (const std::string& name : names) {
    if (const auto vf = vf_at(host, name)) {
      found.push_back(pci::of(pci::kVf, vf->pf, vf->vf));
      continue;
    }
    const auto indexed = cut_at_slash(name);
    const auto gpus = find_gpus(host, {indexed ? indexed->first : name});
    if (!gpus) {
      faults.push_back(gpus.error());
      continue;
    }
    const std::vector<VfName>& vfs =
        host.vfs.contains(gpus->front()) ? host.vfs.at(gpus->front()) : std::vector<VfName>{};
    if (indexed && indexed->second >= vfs.size()) {
      faults.push_back({.kind = ErrorKind::no_match,
                        .subject = name,
                        .why = "it has " + std::to_string(vfs.size()) + " VFs now, counted from 0",
                        .help = "`vgpuctl list --vfs` shows them"});
      continue;
    }
    if (!indexed) {
      found.push_back(pci::of(pci::kFunctionDir, gpus->front()));
    }
    for (const VfName& vf : vfs) {
      if (!indexed || vf.index.index == indexed->second) {
        found.push_back(pci::of(pci::kVf, gpus->front(), vf.index));
      }
    }
  }
  if (!faults.empty()) {
    return fail(joined(std::move(faults)));
  }
  return found;
}

}  // namespace vfmgr
