// SPDX-License-Identifier: Apache-2.0
#include "kernel/amdsmi.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "core/try.hpp"
#include "kernel/amdsmi_abi.hpp"
#include "kernel/amdsmi_library.hpp"
#include "kernel/amdsmi_session.hpp"
#include "kernel/errors.hpp"
#include "kernel/gpu_leaf.hpp"
#include "kernel/library_turns.hpp"
#include "kernel/shared_library.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

Result<PciAddress> gpu_of(const Place& place) {
  const auto asked = gpu_leaf_of(place);
  if (!asked || asked->leaf != "num_vf") {
    return fail(kernel_error(place, ENOENT));
  }
  return asked->gpu;
}

Result<std::uint32_t> count_in(const Place& place, std::string_view bytes) {
  const auto number = decimal(bytes);
  if (!number || *number == 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    return fail(kernel_error(place, EINVAL));
  }
  return static_cast<std::uint32_t>(*number);
}

}  // namespace

Amdsmi::Amdsmi(std::string library, std::filesystem::path node)
    : library_(std::make_shared<SharedLibrary>(amdsmi::kLibrary, std::move(library))),
      node_(std::move(node)),
      turns_(library_->words()) {}

Result<void> Amdsmi::may_ask(const Place& place) const {
  if (::access(node_.c_str(), F_OK) == 0) {
    return {};
  }
  Error error = kernel_error(place, errno);
  if (errno == ENOENT) {
    error.why = "the driver is not loaded: " + node_.string() + " is not there";
  }
  return fail(std::move(error));
}

Result<std::string> Amdsmi::read(const Place& place, Milliseconds limit) const {
  TRY(const PciAddress gpu, gpu_of(place));
  TRY_VOID(may_ask(place));
  auto work = [library = library_, place, gpu](Progress& progress) -> Result<std::string> {
    TRY_VOID(library->open(place));
    amdsmi::Session session(*library, progress);
    TRY(amdsmi::Processor const processor, session.begin(place, gpu));
    std::uint32_t enabled = 0;
    std::uint32_t possible = 0;
    TRY_VOID(session.call(amdsmi::kGetCount, processor, &enabled, &possible));
    return std::to_string(enabled) + "\n";
  };
  return turns_.run(place, LibraryTurns::As::read, limit, std::move(work));
}

Result<void> Amdsmi::write(const Place& place, std::string_view bytes, Milliseconds limit) const {
  const auto begin = [&]() -> Result<std::string> {
    TRY(const PciAddress gpu, gpu_of(place));
    TRY(const std::uint32_t count, count_in(place, bytes));
    TRY_VOID(may_ask(place));
    auto work = [library = library_, place, gpu, count](Progress& progress) -> Result<std::string> {
      TRY_VOID(library->open(place));
      amdsmi::Session session(*library, progress);
      TRY(amdsmi::Processor const processor, session.begin(place, gpu));
      TRY_VOID(session.call(amdsmi::kSetCount, processor, count));
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
