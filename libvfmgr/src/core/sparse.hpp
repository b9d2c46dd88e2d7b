// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace vfmgr {

/// An optional value that takes no place where there is none: for what a few of many have. It is
/// used as std::optional is.
template <class T>
class Sparse {
 public:
  Sparse() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): as std::optional
  Sparse(T value) : value_(std::make_unique<T>(std::move(value))) {}
  // NOLINTNEXTLINE(google-explicit-constructor): it is the same, for less
  Sparse(std::optional<T> value)
      : value_(value ? std::make_unique<T>(std::move(*value)) : nullptr) {}
  Sparse(const Sparse& other)
      : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Sparse(Sparse&&) noexcept = default;
  Sparse& operator=(const Sparse& other) {
    *this = Sparse(other);
    return *this;
  }
  Sparse& operator=(Sparse&&) noexcept = default;
  /// Takes `{.member = …}`, too, as std::optional does.
  template <class U = T>
    requires std::is_constructible_v<T, U&&> && (!std::is_same_v<std::remove_cvref_t<U>, Sparse>)
  Sparse& operator=(U&& value) {
    value_ = std::make_unique<T>(std::forward<U>(value));
    return *this;
  }
  ~Sparse() = default;

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }
  void reset() { value_.reset(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace vfmgr
