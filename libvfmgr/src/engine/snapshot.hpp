// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/kernel.hpp"

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vfmgr {

/// A door that opens each place once and remembers what it read: one look at the host, in which
/// nothing changes between two questions. It cannot write.
class Snapshot final : public Kernel {
 public:
  explicit Snapshot(const Kernel& kernel) : kernel_(&kernel) {}

  [[nodiscard]] Result<std::string> read(const Place& place) const override;
  [[nodiscard]] std::vector<Result<std::string>> read_slowly(std::span<const Place> places,
                                                             Milliseconds limit) const override;
  [[nodiscard]] Result<std::vector<std::string>> list(const Place& place) const override;
  [[nodiscard]] Result<std::string> link(const Place& place) const override;
  Result<void> write(const Place& place,
                     std::string_view bytes,
                     Blocking blocking,
                     Milliseconds limit) override;
  [[nodiscard]] std::unique_ptr<Watch> watch(const Place& place) const override {
    return kernel_->watch(place);
  }
  [[nodiscard]] Milliseconds now() const override { return kernel_->now(); }
  Result<std::unique_ptr<Hold>> hold(const Place& node) override;
  [[nodiscard]] Openers openers(std::span<const Place> nodes) const override {
    return kernel_->openers(nodes);
  }
  [[nodiscard]] PciName name_of(const Gpu& ids) const override { return kernel_->name_of(ids); }
  [[nodiscard]] const StateDir& state() const override { return kernel_->state(); }
  [[nodiscard]] bool simulated() const override { return kernel_->simulated(); }
  [[nodiscard]] std::string boot_id() const override { return kernel_->boot_id(); }
  void keep_locks(std::span<const int> /*descriptors*/) override {}

 private:
  // Paths of one host are alike for long: held against each other in a tree they cost more than
  // read.
  struct PlaceHash {
    // Not noexcept: libstdc++ then keeps the hash beside the place, and need not make it again.
    std::size_t operator()(const Place& place) const {
      return std::hash<std::string>{}(place.path) ^ static_cast<std::size_t>(place.as);
    }
  };

  // An Error has room for much, and of thousands of answers few are one: it lies elsewhere.
  template <class T>
  class Answer {
   public:
    explicit Answer(Result<T> result) {
      if (result) {
        answer_ = std::move(*result);
      } else {
        answer_ = std::unexpected(std::make_unique<Error>(std::move(result.error())));
      }
    }
    [[nodiscard]] Result<T> result() const {
      return answer_ ? Result<T>(*answer_) : Result<T>(fail(*answer_.error()));
    }

   private:
    std::expected<T, std::unique_ptr<Error>> answer_;
  };
  template <class T>
  using Answers = std::unordered_map<Place, Answer<T>, PlaceHash>;

  template <class T, class Look>
  Result<T> remembered(Answers<T>& answers, const Place& place, const Look& look) const;

  const Kernel* kernel_;
  mutable std::mutex mutex_;
  mutable Answers<std::string> texts_;
  mutable Answers<std::vector<std::string>> lists_;
};

}  // namespace vfmgr
