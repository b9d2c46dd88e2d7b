// SPDX-License-Identifier: Apache-2.0
#include "backends/mdevs.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/uuid.hpp"
#include "core/words.hpp"
#include "kernel/kernel.hpp"
#include "mdev/attrs.hpp"
#include "mdev/definition.hpp"
#include "pci/attrs.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

namespace {

Place of_mdev(const Attr& attr, const PciAddress& pf, VfIndex vf, const std::string& name) {
  return place_of(attr, {.gpu = pf, .vf = vf, .name = name});
}

void record_as_own(const Kernel& kernel, const Place& place, State& into) {
  into[place] = observe(kernel, place);
  into[place].origin = Origin::own;
}

/// mdevctl keeps its definitions by the parent's address.
void probe_definitions(const Kernel& kernel, const PciAddress& pf, VfIndex vf, State& into) {
  const Place link = pci::of(pci::kVf, pf, vf);
  const auto address = parse_address(observe(kernel, link).text());
  const auto names = address ? kernel.list(pci::of(mdev::kDefinitions, *address))
                             : Result<std::vector<std::string>>();
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    if (is_uuid(name)) {
      record_as_own(
          kernel, place_of(mdev::kDefinition, {.gpu = *address, .vf = {}, .name = name}), into);
      record_as_own(kernel, link, into);
    }
  }
}

/// The UUID under which mdevctl has this type on this VF.
std::optional<std::string> defined_uuid(const State& state,
                                        const PciAddress& pf,
                                        VfIndex vf,
                                        std::string_view type) {
  const std::string address = recorded_text(state, pci::of(pci::kVf, pf, vf));
  for (const auto& [place, value] : state) {
    const auto holes = match(mdev::kDefinition, place);
    if (!holes || to_string(*holes->gpu) != address) {
      continue;
    }
    const auto definition = mdev::parse_definition(value.text());
    if (definition && definition->type == type) {
      return holes->name;
    }
  }
  return std::nullopt;
}

/// Always the same for the same VF and type, so that definitions that name it stay right.
std::string derived_uuid(const PciAddress& pf, VfIndex vf, std::string_view type) {
  return uuid_of_name(to_string(pf) + "/" + std::to_string(vf.index) + " " + std::string(type));
}

}  // namespace

bool is_mdev_parent(const Kernel& kernel, const PciAddress& pf, VfIndex vf) {
  return kernel.list(pci::of(mdev::kTypes, pf, vf)).has_value();
}

void probe_mdevs(
    const Kernel& kernel, const PciAddress& pf, std::uint32_t count, TypeNames names, State& into) {
  bool named = names == TypeNames::left_out;
  for (std::uint32_t index = 0; index < count; ++index) {
    const VfIndex vf = vf_at(index);
    const auto types = kernel.list(pci::of(mdev::kTypes, pf, vf));
    // A directory: whether it is there is all that is recorded of it.
    into[pci::of(mdev::kTypes, pf, vf)] = types ? text_value("") : absent_value();
    into[pci::of(mdev::kTypes, pf, vf)].origin = Origin::own;
    if (!types) {
      continue;
    }
    const Place mdevs = pci::of(mdev::kMdevs, pf, vf);
    into[mdevs] = observe(kernel, mdevs);
    for (const std::string& uuid : words_of(into[mdevs].text())) {
      const Place type = of_mdev(mdev::kMdevType, pf, vf, uuid);
      into[type] = observe(kernel, type);
    }
    for (const std::string& type : named ? std::vector<std::string>{} : *types) {
      record_as_own(kernel, of_mdev(mdev::kTypeName, pf, vf, type), into);
      named = true;
    }
    probe_definitions(kernel, pf, vf, into);
  }
}

std::vector<std::string> mdevs_in(const State& state, const PciAddress& pf, VfIndex vf) {
  return words_of(recorded_text(state, pci::of(mdev::kMdevs, pf, vf)));
}

std::string mdev_type_in(const State& state, const PciAddress& pf, VfIndex vf) {
  const auto uuids = mdevs_in(state, pf, vf);
  return uuids.empty() ? std::string()
                       : recorded_text(state, of_mdev(mdev::kMdevType, pf, vf, uuids.front()));
}

std::optional<std::string> folder_of_type(const State& state, std::string_view name) {
  for (const auto& [place, value] : state) {
    const auto holes = match(mdev::kTypeName, place);
    if (holes && (holes->name == name || value.text() == name)) {
      return holes->name;
    }
  }
  return std::nullopt;
}

void forget_mdevs(const PciAddress& pf, VfIndex vf, State& state) {
  const Place mdevs = pci::of(mdev::kMdevs, pf, vf);
  for (const std::string& uuid : words_of(recorded_text(state, mdevs))) {
    const Place folder{.in = mdevs.in, .path = mdevs.path + "/" + uuid};
    std::erase_if(state, [&](const auto& entry) { return covers(folder, entry.first); });
  }
  state.erase(mdevs);
}

void complete_mdev(const PciAddress& pf, VfIndex vf, const MdevWish& wish, State& target) {
  if (wish.is == MdevWish::Is::kept) {
    return;
  }
  const auto there = mdevs_in(target, pf, vf);
  const std::string type = mdev_type_in(target, pf, vf);
  const Place mdevs = pci::of(mdev::kMdevs, pf, vf);
  if (wish.is == MdevWish::Is::typed && there.size() == 1 && type == wish.type &&
      (!wish.uuid || *wish.uuid == there.front())) {
    target[mdevs].source = wish.uuid ? wish.source : std::string();
    target[of_mdev(mdev::kMdevType, pf, vf, there.front())].source = wish.source;
    return;  // whoever made it
  }
  const auto defined = defined_uuid(target, pf, vf, wish.type);
  forget_mdevs(pf, vf, target);
  for (const std::string& gone : there) {
    Value& none = target[of_mdev(mdev::kMdevType, pf, vf, gone)] = absent_value();
    none.source = wish.source;
  }
  if (wish.is == MdevWish::Is::any) {
    target[mdevs].match = Match::any;
    target[mdevs].origin = Origin::own;
  } else if (wish.is == MdevWish::Is::none) {
    target[mdevs] = absent_value();
  } else {
    const std::string uuid = wish.uuid ? *wish.uuid
                             : defined ? *defined
                                       : derived_uuid(pf, vf, wish.type);
    target[mdevs] = text_value(uuid);
    Value& made = target[of_mdev(mdev::kMdevType, pf, vf, uuid)];
    made = text_value(wish.type);
    made.source = wish.source;
  }
}

std::vector<Place> nodes_of_mdevs(const Kernel& kernel, const PciAddress& pf, VfIndex vf) {
  std::vector<Place> nodes;
  for (const std::string& uuid : words_of(observe(kernel, pci::of(mdev::kMdevs, pf, vf)).text())) {
    const std::string group = observe(kernel, of_mdev(mdev::kMdevGroup, pf, vf, uuid)).text();
    if (!group.empty()) {
      nodes.push_back(pci::named(pci::kVfioGroup, group));
    }
  }
  return nodes;
}

}  // namespace vfmgr
