// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

/// A door before another one: a test overrides what it wants to see, or to be otherwise.
class Forwarding : public Kernel {
 public:
  explicit Forwarding(Kernel& kernel) : kernel_(&kernel) {}

  [[nodiscard]] Result<std::string> read(const Place& place) const override {
    return kernel_->read(place);
  }
  [[nodiscard]] std::vector<Result<std::string>> read_slowly(std::span<const Place> places,
                                                             Milliseconds limit) const override {
    return kernel_->read_slowly(places, limit);
  }
  [[nodiscard]] Result<std::vector<std::string>> list(const Place& place) const override {
    return kernel_->list(place);
  }
  [[nodiscard]] Result<std::string> link(const Place& place) const override {
    return kernel_->link(place);
  }
  Result<void> write(const Place& place,
                     std::string_view bytes,
                     Blocking blocking,
                     Milliseconds limit) override {
    return kernel_->write(place, bytes, blocking, limit);
  }
  [[nodiscard]] std::unique_ptr<Watch> watch(const Place& place) const override {
    return kernel_->watch(place);
  }
  [[nodiscard]] Milliseconds now() const override { return kernel_->now(); }
  Result<std::unique_ptr<Hold>> hold(const Place& node) override { return kernel_->hold(node); }
  [[nodiscard]] Openers openers(std::span<const Place> nodes) const override {
    return kernel_->openers(nodes);
  }
  [[nodiscard]] PciName name_of(const Gpu& ids) const override { return kernel_->name_of(ids); }
  [[nodiscard]] const StateDir& state() const override { return kernel_->state(); }
  [[nodiscard]] bool simulated() const override { return kernel_->simulated(); }
  [[nodiscard]] std::string boot_id() const override { return kernel_->boot_id(); }
  void keep_locks(std::span<const int> descriptors) override { kernel_->keep_locks(descriptors); }

 private:
  Kernel* kernel_;
};

}  // namespace vfmgr::test
