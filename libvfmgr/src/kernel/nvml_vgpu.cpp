// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml_vgpu.hpp"

#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_session.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvml {

namespace {

// As many as the driver has for one GPU (NVIDIA/open-gpu-kernel-modules df1c9a3, ctrla081.h,
// NVA081_MAX_VGPU_TYPES_PER_PGPU). One that has more is asked once more, with room for those.
constexpr std::size_t kUsualTypes = 128;

Result<std::vector<std::uint32_t>> supported_types(const Session& session, Device device) {
  std::vector<std::uint32_t> types(kUsualTypes);
  auto count = static_cast<std::uint32_t>(types.size());
  TRY(Status status, session.ask(kSupportedTypes, device, &count, types.data()));
  if (status == Status::insufficient_size && count > types.size()) {
    types.resize(count);
    TRY(status, session.ask(kSupportedTypes, device, &count, types.data()));
  }
  if (status != Status::success) {
    return fail(session.error(kSupportedTypes.name, status));
  }
  types.resize(std::min<std::size_t>(count, types.size()));
  return types;
}

}  // namespace

Result<std::string> read_heterogeneous(const Session& session, Device device) {
  HeterogeneousMode mode{.version = version_word<HeterogeneousMode>(1), .mode = 0};
  TRY_VOID(session.call(kGetHeterogeneous, device, &mode));
  return mode.mode == 0 ? "0\n" : "1\n";
}

Result<void> write_heterogeneous(const Session& session, Device device, std::string_view bytes) {
  if (bytes != "0" && bytes != "1") {
    return fail(session.error(EINVAL, "no order: one is '0' or '1'"));
  }
  const HeterogeneousMode mode{.version = version_word<HeterogeneousMode>(1),
                               .mode = bytes == "1" ? 1U : 0U};
  return session.call(kSetHeterogeneous, device, &mode);
}

Result<std::string> read_vgpu_types(const Session& session, Device device) {
  TRY(std::vector<std::uint32_t> types, supported_types(session, device));
  std::ranges::sort(types);
  std::string text;
  for (const std::uint32_t type : types) {
    TypeName name{};
    auto size = static_cast<std::uint32_t>(name.size());
    TRY_VOID(session.call(kTypeName, type, name.data(), &size));
    text += std::to_string(type) + " ";
    text.append(name.data(), ::strnlen(name.data(), name.size())) += '\n';
  }
  return text;
}

}  // namespace vfmgr::nvml
