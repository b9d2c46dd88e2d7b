// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::virtio {

/// VIRTIO_F_SR_IOV (virtio specification 1.1, "Reserved Feature Bits"; Linux
/// include/uapi/linux/virtio_config.h): the device has the capability, and the driver may use it.
inline constexpr std::size_t kSrIov = 37;

/// The feature bits of a virtio device, as its file `features` has them.
class Features {
 public:
  /// The file's text, without its newline: 64 characters or more, each 0 or 1. Anything else:
  /// nothing, since a bit that isn't there is not one that is off.
  static std::optional<Features> parse(std::string_view text);

  /// Whether it has been agreed on; a bit beyond what the kernel knows never is.
  [[nodiscard]] bool has(std::size_t bit) const { return bit < bits_.size() && bits_[bit] == '1'; }

 private:
  explicit Features(std::string_view bits) : bits_(bits) {}
  std::string bits_;
};

/// What of a virtio-gpu's own features is on, by the names of virtio_gpu.h without their beginning:
/// "VIRGL", "EDID", …; "bit 7" where it has none here.
std::vector<std::string> gpu_features(const Features& features);

/// How many capsets virtio-gpu-features in debugfs tells of.
std::optional<std::uint64_t> capsets_in(std::string_view text);

}  // namespace vfmgr::virtio
