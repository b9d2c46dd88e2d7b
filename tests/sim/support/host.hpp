// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/driver.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

/// A host file in a folder of its own that goes with it.
class Host {
 public:
  /// One GPU of each of these models, unless a text is given.
  explicit Host(const std::vector<std::string>& models, const std::string& text = {});
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  Host(Host&&) = delete;
  Host& operator=(Host&&) = delete;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// A new Kernel on it: as another process would open it.
  [[nodiscard]] std::unique_ptr<Kernel> open(sim::Drivers also = {}) const;
  /// Its canonical dump.
  [[nodiscard]] std::string dump() const;
  /// The file's text.
  [[nodiscard]] std::string text() const;
  void set_text(const std::string& text) const;

 private:
  std::filesystem::path folder_, file_;
};

/// "0000:03:00.0"
PciAddress address(std::string_view text);
/// The first GPU of every host made by create_host.
PciAddress gpu();
/// A place in a function's directory, by its leaf.
Place in_function(const PciAddress& function, const std::string& leaf);
/// What a write came to: 0, its errno, or EINPROGRESS when it is in flight.
int write(Kernel& kernel,
          const Place& place,
          std::string_view bytes,
          Milliseconds limit = Milliseconds(2000));
int write(Kernel& kernel, const Attr& attr, std::string_view bytes);
/// What reading gives; "errno N" when it fails.
std::string read(const Kernel& kernel, const Place& place);
/// The name of a driver, "" when unbound.
std::string driver_of(const Kernel& kernel, const PciAddress& function);
/// How many virtfnN links the PF has.
std::string vf_count(const Kernel& kernel, const PciAddress& pf);
/// Replaces text that must be there.
std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace vfmgr::test
