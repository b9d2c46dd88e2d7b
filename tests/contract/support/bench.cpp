// SPDX-License-Identifier: Apache-2.0
#include "contract/support/bench.hpp"

#include "vfmgr/place.hpp"

#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace vfmgr::contract {

namespace {

constexpr std::array kAnyErrno{Refusal{EINVAL, "not taken", ""}};
constexpr std::string_view kOurs = "tests/contract";
constexpr Attr named(std::string_view pattern, In in = In::sys) {
  return {.in = in, .pattern = pattern, .name = "any", .errnos = kAnyErrno, .source = kOurs};
}
constexpr std::array kMore{named("free"),
                           named("free/{name}"),
                           named("free/{name}/{name}"),
                           named("free/{name}", In::dev),
                           named("free/{name}", In::debug),
                           named("free/{name}", In::proc),
                           named("free/{name}", In::etc),
                           named("bus/pci/{name}"),
                           named("bus/pci/devices/{gpu}/{name}"),
                           named("bus/pci/devices/{gpu}/virtfn{vf}/{name}"),
                           named("bus/pci/devices/{gpu}/virtfn{vf}/{name}/{name}"),
                           named("bus/pci/drivers/{name}/{name}"),
                           named("kernel/iommu_groups"),
                           named("kernel/iommu_groups/{name}"),
                           named("kernel/iommu_groups/{name}/{name}"),
                           named("kernel/iommu_groups/{name}/devices/{gpu}"),
                           named("module/{name}/{name}"),
                           named("module/{name}/drivers/{name}")};
constexpr std::array<std::span<const Attr>, 2> kNamed{pci::kAttrs, kMore};

}  // namespace

std::span<const std::span<const Attr>> named_places() {
  return kNamed;
}

Folder::Folder() {
  path_ = (std::filesystem::temp_directory_path() / "vfmgr-contract-XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) {
    std::cerr << "cannot make a folder: " << path_ << '\n';
    std::abort();
  }
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace vfmgr::contract
