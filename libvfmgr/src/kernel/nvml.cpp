// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/errors.hpp"
#include "kernel/gpu_leaf.hpp"
#include "kernel/library_turns.hpp"
#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_library.hpp"
#include "kernel/nvml_mig.hpp"
#include "kernel/nvml_session.hpp"
#include "kernel/nvml_vgpu.hpp"
#include "kernel/shared_library.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

struct Leaf {
  std::string_view name;
  Result<std::string> (*read)(const nvml::Session&, nvml::Device);
  Result<void> (*write)(const nvml::Session&, nvml::Device, std::string_view) = nullptr;
};

constexpr std::array kLeaves{Leaf{.name = "mig", .read = nvml::read_mig, .write = nvml::write_mig},
                             Leaf{.name = "mig_profiles", .read = nvml::read_mig_profiles},
                             Leaf{.name = "instance_ids", .read = nvml::read_instance_ids},
                             Leaf{.name = "heterogeneous",
                                  .read = nvml::read_heterogeneous,
                                  .write = nvml::write_heterogeneous},
                             Leaf{.name = "vgpu_types", .read = nvml::read_vgpu_types}};

Result<Leaf> leaf_of(const Place& place) {
  const auto asked = gpu_leaf_of(place);
  const auto* const leaf =
      asked ? std::ranges::find(kLeaves, asked->leaf, &Leaf::name) : kLeaves.end();
  if (leaf == kLeaves.end()) {
    return fail(kernel_error(place, ENOENT));
  }
  return *leaf;
}

}  // namespace

Nvml::Nvml(std::string library)
    : library_(std::make_shared<SharedLibrary>(nvml::kLibrary, std::move(library))),
      turns_(library_->words()) {}

Result<std::string> Nvml::read(const Place& place, Milliseconds limit) const {
  TRY(const Leaf leaf, leaf_of(place));
  auto work = [library = library_, place, leaf](Progress& progress) -> Result<std::string> {
    TRY_VOID(library->open(place));
    nvml::Session session(*library, progress);
    TRY(nvml::Device const device, session.begin(place));
    return leaf.read(session, device);
  };
  return turns_.run(place, LibraryTurns::As::read, limit, std::move(work));
}

Result<void> Nvml::write(const Place& place, std::string_view bytes, Milliseconds limit) const {
  const auto begin = [&]() -> Result<std::string> {
    TRY(const Leaf leaf, leaf_of(place));
    if (leaf.write == nullptr) {
      return fail(kernel_error(place, EINVAL));
    }
    auto work = [library = library_, place, leaf, order = std::string(bytes)](
                    Progress& progress) -> Result<std::string> {
      TRY_VOID(library->open(place));
      nvml::Session session(*library, progress);
      TRY(nvml::Device const device, session.begin(place));
      TRY_VOID(leaf.write(session, device, order));
      return "";
    };
    return turns_.run(place, LibraryTurns::As::write, limit, std::move(work));
  };
  auto written = begin();
  if (!written) {
    written.error().value = bytes;
    return fail(std::move(written.error()));
  }
  return {};
}

}  // namespace vfmgr
