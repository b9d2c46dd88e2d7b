// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"
#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_library.hpp"
#include "kernel/nvml_mig.hpp"
#include "kernel/nvml_session.hpp"
#include "kernel/nvml_turns.hpp"
#include "kernel/nvml_vgpu.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  const std::string_view path = place.path;
  const std::size_t slash = path.find('/');
  const auto* const leaf = std::ranges::find(
      kLeaves, slash == std::string_view::npos ? "" : path.substr(slash + 1), &Leaf::name);
  const auto address = parse_address(path.substr(0, slash));
  if (leaf == kLeaves.end() || !address || to_string(*address) != path.substr(0, slash)) {
    return fail(kernel_error(place, ENOENT));
  }
  return *leaf;
}

/// Copies that share the locks: whoever closes last lets go of them.
Result<std::vector<Fd>> copies_of(std::span<const int> descriptors, const Place& place) {
  std::vector<Fd> copies;
  for (const int descriptor : descriptors) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    copies.emplace_back(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3));
    if (!copies.back()) {
      return fail(kernel_error(place, errno));
    }
  }
  return copies;
}

}  // namespace

Nvml::Nvml(std::string library) : library_(std::make_shared<nvml::Library>(std::move(library))) {}

void Nvml::keep(std::span<const int> descriptors) {
  const std::lock_guard lock(mutex_);
  kept_.assign(descriptors.begin(), descriptors.end());
}

Result<std::string> Nvml::read(const Place& place, Milliseconds limit) const {
  TRY(const Leaf leaf, leaf_of(place));
  auto work = [library = library_, place, leaf](nvml::Progress& progress) -> Result<std::string> {
    TRY_VOID(library->open(place));
    nvml::Session session(*library, progress);
    TRY(nvml::Device const device, session.begin(place));
    return leaf.read(session, device);
  };
  return turns_.run(place, nvml::Turns::As::read, limit, std::move(work));
}

Result<void> Nvml::write(const Place& place, std::string_view bytes, Milliseconds limit) const {
  const auto begin = [&]() -> Result<std::string> {
    TRY(const Leaf leaf, leaf_of(place));
    if (leaf.write == nullptr) {
      return fail(kernel_error(place, EINVAL));
    }
    std::vector<int> kept;
    {
      const std::lock_guard lock(mutex_);
      kept = kept_;
    }
    TRY(std::vector<Fd> locks, copies_of(kept, place));
    auto work =
        [library = library_, place, leaf, order = std::string(bytes), locks = std::move(locks)](
            nvml::Progress& progress) -> Result<std::string> {
      TRY_VOID(library->open(place));
      nvml::Session session(*library, progress);
      TRY(nvml::Device const device, session.begin(place));
      TRY_VOID(leaf.write(session, device, order));
      return "";
    };
    return turns_.run(place, nvml::Turns::As::write, limit, std::move(work));
  };
  auto written = begin();
  if (!written) {
    written.error().value = bytes;
    return fail(std::move(written.error()));
  }
  return {};
}

}  // namespace vfmgr
