// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/virtio_pci.hpp"

#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "sim/driver.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim {

namespace {

constexpr std::uint32_t kGpu = 16;      // include/uapi/linux/virtio_ids.h: VIRTIO_ID_GPU
constexpr std::uint32_t kSrIov = 37;    // include/uapi/linux/virtio_config.h: VIRTIO_F_SR_IOV
constexpr std::uint64_t kDriverOk = 4;  // VIRTIO_CONFIG_S_DRIVER_OK
constexpr std::uint32_t kFirstRender = 128;

/// The `virtioN` of a function; empty: it has none.
std::string child_of(const Machine& machine, const PciAddress& function) {
  for (std::string& name : machine.tree().names(Space::sys, machine.directory(function))) {
    if (name.starts_with("virtio")) {
      return std::move(name);
    }
  }
  return {};
}

/// virtio.c:register_virtio_device numbers them over all of the host.
std::string free_child(const Machine& machine) {
  const auto functions = machine.functions();
  for (std::uint32_t number = 0;; ++number) {
    std::string name = fmt::format("virtio{}", number);
    if (std::ranges::none_of(functions, [&](const PciAddress& function) {
          return child_of(machine, function) == name;
        })) {
      return name;
    }
  }
}

std::string child_file(const Machine& machine, const PciAddress& function, std::string_view leaf) {
  return machine.path_in(function, fmt::format("{}/{}", child_of(machine, function), leaf));
}

std::string child_text(const Machine& machine, const PciAddress& function, std::string_view leaf) {
  const std::string* const text =
      machine.tree().text(Space::sys, child_file(machine, function, leaf));
  return text == nullptr ? std::string{} : text->substr(0, text->find('\n'));
}

std::uint64_t number_of(const Machine& machine, const PciAddress& function, std::string_view name) {
  const PciAddress pf = machine.pf_of(function).value_or(function);
  return machine.fact(pf, name).value_or(0);
}

/// virtio.c:features_show: a character for each bit, the lowest first; 64 up to 6.16, 128 since.
std::string feature_bits(const Machine& machine, const PciAddress& function) {
  std::uint64_t bits = number_of(machine, function, "virtio_features");
  if (machine.pf_of(function)) {
    bits &= ~(std::uint64_t{1} << kSrIov);  // virtio_pci_modern.c: only what has the capability
  }
  std::string text(machine.kernel_before(6, 17) ? 64 : 128, '0');
  for (std::uint32_t bit = 0; bit < 64; ++bit) {
    if ((bits >> bit & 1U) != 0) {
      text[bit] = '1';
    }
  }
  return text;
}

/// Where a GPU's nodes are (virtgpu_drv.c:virtio_gpu_probe): since 6.1 below the PCI function.
std::string drm_directory(const Machine& machine, const PciAddress& function) {
  return machine.kernel_before(6, 1) ? child_file(machine, function, "drm")
                                     : machine.path_in(function, "drm");
}

std::string card_number(const Machine& machine, const PciAddress& function) {
  for (const std::string& name :
       machine.tree().names(Space::sys, drm_directory(machine, function))) {
    if (name.starts_with("card")) {
      return name.substr(4);
    }
  }
  return {};
}

std::uint32_t free_card(const Machine& machine) {
  const auto functions = machine.functions();
  for (std::uint32_t number = 0;; ++number) {
    const std::string card = fmt::format("card{}", number);
    if (std::ranges::none_of(functions, [&](const PciAddress& function) {
          return machine.tree().find(Space::sys, machine.path_in(function, "drm/" + card)) !=
                     nullptr ||
                 card_number(machine, function) == std::to_string(number);
        })) {
      return number;
    }
  }
}

/// virtgpu_debugfs.c:virtio_gpu_features
std::string told_features(const std::string& bits, std::uint64_t capsets) {
  const auto row = [&bits](std::string_view name, std::uint32_t bit) {
    return fmt::format("{:<16} : {}\n", name, bits[bit] == '1' ? "yes" : "no");
  };
  return row("virgl", 0) + row("edid", 1) + row("indirect", 28) + row("resource uuid", 2) +
         row("blob resources", 3) + row("context init", 4) +
         fmt::format("{:<16} : {}\n{:<16} : 1\n", "cap sets", capsets, "scanouts");
}

void add_gpu(Machine& machine, const PciAddress& function) {
  const std::uint32_t card = free_card(machine);
  const std::string home = drm_directory(machine, function);
  machine.tree().put_directory(Space::sys, fmt::format("{}/card{}", home, card));
  machine.tree().put_directory(Space::sys, fmt::format("{}/renderD{}", home, kFirstRender + card));
  // Of VFs there is no such file here: nobody reads it.
  const auto capsets = machine.fact(function, "virtio_capsets");
  if (capsets) {
    machine.tree().put(Space::debug,
                       fmt::format("dri/{}/virtio-gpu-features", card),
                       told_features(feature_bits(machine, function), *capsets));
  }
}

class VirtioPci final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "virtio-pci"; }

  /// virtio_pci_common.c:virtio_pci_sriov_configure, and iov.c:pci_sriov_configure_simple, which
  /// refuses alike whether VFs are to come or to go.
  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    if ((prefixed(child_text(machine, pf, "status"), 16).value_or(0) & kDriverOk) == 0) {
      return EBUSY;
    }
    const std::string bits = child_text(machine, pf, "features");
    if (bits.size() <= kSrIov || bits[kSrIov] != '1') {
      return EINVAL;
    }
    if (std::ranges::any_of(machine.vfs_of(pf), [&machine](const PciAddress& vf) {
          return machine.fact(vf, "assigned").value_or(0) == 1;
        })) {
      return EPERM;
    }
    if (vfs == 0) {
      disable_vfs(machine, pf);
      return 0;
    }
    return enable_vfs(machine, pf, vfs);
  }

  void bound(Machine& machine, const PciAddress& function) const override {
    const std::string home = machine.path_in(function, free_child(machine));
    const auto file = [&](std::string_view leaf, std::string text) {
      machine.tree().put(
          Space::sys, home + "/" + std::string(leaf), std::move(text) + "\n", Mode::read_only);
    };
    const std::uint64_t kind = number_of(machine, function, "virtio_device");
    file("device", fmt::format("0x{:04x}", kind));
    file("vendor", machine.attribute(function, "subsystem_vendor"));
    file("status", "0x0000000f");  // acknowledged, driver, features and driver are fine
    file("features", feature_bits(machine, function));
    if (kind == kGpu) {
      add_gpu(machine, function);
    }
  }

  void unbound(Machine& machine, const PciAddress& function) const override {
    // virtio_pci_common.c:virtio_pci_remove takes VFs away whatever set_vfs says.
    disable_vfs(machine, function);
    if (const std::string card = card_number(machine, function); !card.empty()) {
      machine.tree().erase(Space::debug, "dri/" + card + "/virtio-gpu-features");
      machine.tree().erase(Space::sys, drm_directory(machine, function));
    }
    if (const std::string child = child_of(machine, function); !child.empty()) {
      machine.tree().erase(Space::sys, machine.path_in(function, child));
    }
  }
};

}  // namespace

const SimDriver& virtio_pci_driver() {
  static const VirtioPci driver;
  return driver;
}

}  // namespace vfmgr::sim
