// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nvml.hpp"
#include "state.hpp"

#include <bit>
#include <cstdint>
#include <functional>

namespace fake_nvml {

/// Handles of GPU instances and compute instances: their GPU's number, and their ids.
struct Handle {
  std::uint16_t gpu = 0, instance = 0, compute = 0, kind = 1;
};

template <class T>
T handle(const Handle& parts) {
  return std::bit_cast<T>(parts);
}

/// What the library does for a GPU instance's handle, which is INVALID_ARGUMENT once it is gone.
nvmlReturn_t answer_in(const char* function,
                       Handle handle,
                       const std::function<nvmlReturn_t(State&, Gpu&, Instance&)>& act);

}  // namespace fake_nvml
