// SPDX-License-Identifier: Apache-2.0
#include "sim/machine.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/kernel_text.hpp"
#include "sim/tree.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::sim {

std::string fact_path(const PciAddress& function, std::string_view name) {
  return "functions/" + vfmgr::to_string(function) + "/" + std::string(name);
}

bool Machine::kernel_before(std::uint32_t major, std::uint32_t minor) const {
  const std::string* text = tree_.text(Space::hidden, "kernel");
  if (text == nullptr) {
    return false;
  }
  const std::string_view version = *text;
  const std::size_t dot = version.find('.');
  const auto has_major = stored_number(version.substr(0, dot));
  const std::string_view rest =
      dot == std::string_view::npos ? std::string_view{} : version.substr(dot + 1);
  const auto has_minor = stored_number(rest.substr(0, rest.find_first_not_of("0123456789")));
  return has_major && std::pair(*has_major, has_minor.value_or(0)) <
                          std::pair<std::uint64_t, std::uint64_t>(major, minor);
}

std::vector<PciAddress> Machine::functions() const {
  std::vector<PciAddress> found;
  for (const std::string& name : tree_.names(Space::hidden, "functions")) {
    if (const auto address = stored_address(name); address && exists(*address)) {
      found.push_back(*address);
    }
  }
  std::ranges::sort(found);
  return found;
}

bool Machine::exists(const PciAddress& function) const {
  return tree_.text(Space::hidden, fact_path(function, "dir")) != nullptr;
}

std::string Machine::directory(const PciAddress& function) const {
  return fact_text(function, "dir");
}

std::string Machine::path_in(const PciAddress& function, std::string_view leaf) const {
  return directory(function) + "/" + std::string(leaf);
}

std::optional<PciAddress> Machine::owner_of(std::string_view path) const {
  for (std::string_view at = path; !at.empty(); at = parent_of(at)) {
    if (const auto address = stored_address(leaf_of(at)); address && directory(*address) == at) {
      return address;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Machine::fact(const PciAddress& function,
                                           std::string_view name) const {
  const std::string* text = tree_.text(Space::hidden, fact_path(function, name));
  return text == nullptr ? std::nullopt : stored_number(*text);
}

std::string Machine::fact_text(const PciAddress& function, std::string_view name) const {
  const std::string* text = tree_.text(Space::hidden, fact_path(function, name));
  return text == nullptr ? std::string{} : *text;
}

void Machine::set_fact(const PciAddress& function, std::string_view name, std::string text) {
  tree_.put(Space::hidden, fact_path(function, name), std::move(text));
}

std::string Machine::attribute(const PciAddress& function, std::string_view leaf) const {
  const std::string* text = tree_.text(Space::sys, path_in(function, leaf));
  return text == nullptr ? std::string{} : std::string(without_newline(*text));
}

std::optional<PciAddress> Machine::pf_of(const PciAddress& function) const {
  return stored_address(fact_text(function, "pf"));
}

std::uint32_t Machine::enabled_vfs(const PciAddress& pf) const {
  constexpr std::uint64_t kMost = 0xFFFF;  // NumVFs is 16 bits wide
  return static_cast<std::uint32_t>(std::min(fact(pf, "num_vfs").value_or(0), kMost));
}

std::optional<PciAddress> Machine::vf_address(const PciAddress& pf, std::uint32_t index) const {
  const std::uint64_t routing_id =
      (std::uint64_t{pf.bus} << 8U) | (std::uint64_t{pf.device} << 3U) | pf.function;
  const std::uint64_t offset = fact(pf, "vf_offset").value_or(0) & 0xFFFFU;
  const std::uint64_t stride = fact(pf, "vf_stride").value_or(0) & 0xFFFFU;
  const std::uint64_t id = routing_id + offset + (index * stride);
  if (id > 0xFFFFU) {
    return std::nullopt;
  }
  return PciAddress{.domain = pf.domain,
                    .bus = static_cast<std::uint8_t>(id >> 8U),
                    .device = static_cast<std::uint8_t>((id >> 3U) & 0x1FU),
                    .function = static_cast<std::uint8_t>(id & 7U)};
}

std::vector<PciAddress> Machine::vfs_of(const PciAddress& pf) const {
  std::vector<PciAddress> vfs;
  const std::uint32_t enabled = enabled_vfs(pf);
  for (std::uint32_t index = 0; index < enabled; ++index) {
    if (const auto vf = vf_address(pf, index); vf && pf_of(*vf) == pf) {
      vfs.push_back(*vf);
    }
  }
  return vfs;
}

std::string Machine::leaving_path(const PciAddress& function) {
  return "volatile/leaving/" + vfmgr::to_string(function);
}

namespace {

std::string acting_path(std::string_view path) {
  return "volatile/acts_when_read/" + std::string(path);
}

std::string answer_path(std::string_view path) {
  return "volatile/answers/" + std::string(path);
}

}  // namespace

void Machine::acts_when_read(std::string_view path, std::string_view rules) {
  tree_.put(Space::hidden, acting_path(path), std::string(rules));
}

void Machine::only_shows_when_read(std::string_view path) {
  tree_.erase(Space::hidden, acting_path(path));
}

const SimDriver* Machine::acting_when_read(std::string_view path) const {
  const std::string* name = tree_.text(Space::hidden, acting_path(path));
  if (name == nullptr) {
    return nullptr;
  }
  for (const SimDriver* known : rules()) {
    if (known->name() == *name) {
      return known;
    }
  }
  return nullptr;
}

void Machine::answer(std::string_view path, std::string said) {
  tree_.put(Space::hidden, answer_path(path), std::move(said));
}

const std::string* Machine::answer_in(std::string_view path) const {
  return tree_.text(Space::hidden, answer_path(path));
}

void Machine::forget_answers(std::string_view directory) {
  tree_.erase(Space::hidden, answer_path(directory));
}

std::string Machine::driver_of(const PciAddress& function) const {
  const Node* link = tree_.find(Space::sys, path_in(function, "driver"));
  if (link != nullptr && link->kind == Node::Kind::link) {
    return std::string(leaf_of(link->text));
  }
  const std::string* leaving = tree_.text(Space::hidden, leaving_path(function));
  return leaving == nullptr ? std::string{} : *leaving;
}

const SimDriver* Machine::rules_of(std::string_view driver) const {
  const std::string* name = tree_.text(Space::hidden, "drivers/" + std::string(driver) + "/rules");
  if (name == nullptr) {
    return nullptr;
  }
  for (const Drivers known : {also_, shipped_drivers()}) {
    for (const SimDriver* rules : known) {
      if (rules->name() == *name) {
        return rules;
      }
    }
  }
  return nullptr;
}

const SimDriver* Machine::rules_of(const PciAddress& function) const {
  const std::string driver = driver_of(function);
  return driver.empty() ? nullptr : rules_of(driver);
}

std::vector<const SimDriver*> Machine::rules() const {
  std::vector<const SimDriver*> all;
  for (const std::string& driver : tree_.names(Space::hidden, "drivers")) {
    const SimDriver* rules = rules_of(driver);
    if (rules != nullptr && std::ranges::find(all, rules) == all.end()) {
      all.push_back(rules);
    }
  }
  return all;
}

}  // namespace vfmgr::sim
