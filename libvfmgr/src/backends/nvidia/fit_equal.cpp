// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/fit_rooms.hpp"
#include "backends/nvidia/type_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

namespace vfmgr::nvidia {

EqualRoom::EqualRoom(const Card& card,
                     std::span<const Instance> /*layout*/,
                     std::span<const Standing> standing)
    : card_(&card) {
  for (const Standing& one : standing) {
    if (one.type == nullptr) {
      continue;
    }
    if (inside_.empty()) {
      first_vf_ = one.vf;
      first_stands_ = true;
    }
    inside_.push_back(one.type);
  }
}

/// Where no source tells it, as many as memory has room for.
std::uint32_t EqualRoom::most_of(const VgpuType& type) const {
  if (type.most > 0) {
    return type.most;
  }
  const bool known = card_->gib > 0 && type.gib > 0;
  return known ? std::min(kMostTimeSliced, card_->gib / type.gib) : kMostTimeSliced;
}

std::string EqualRoom::why_not(const Ask& ask) const {
  if (ask.placement) {
    return fmt::format("vf{} asks for placement {}, and no public table tells those of equal sizes",
                       ask.vf,
                       *ask.placement);
  }
  if (inside_.empty()) {
    return {};
  }
  if (inside_.front()->bytes != ask.type->bytes) {
    return fmt::format("vf{} asks for {} while vf{} {} {}: one size at a time",
                       ask.vf,
                       size_words(*ask.type),
                       first_vf_,
                       first_stands_ ? "has" : "asks for",
                       size_words(*inside_.front()));
  }
  const std::uint32_t most = most_of(*ask.type);
  if (inside_.size() >= most) {
    return fmt::format("vf{} is one too many: a GPU holds at most {} of {}",
                       ask.vf,
                       most,
                       short_name(ask.type->name));
  }
  return {};
}

void EqualRoom::take(const Ask& ask) {
  if (inside_.empty()) {
    first_vf_ = ask.vf;
  }
  inside_.push_back(ask.type);
  seats_.push_back({.vf = ask.vf});
}

}  // namespace vfmgr::nvidia
