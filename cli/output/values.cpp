// SPDX-License-Identifier: Apache-2.0
#include "output/values.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "output/style.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vgpuctl {

namespace {

constexpr std::size_t kLongest = 60;  // of a value that a device or a file gave

struct Shown {
  std::string_view attribute;

  std::string operator()(std::monostate) const { return "unknown"; }
  std::string operator()(bool on) const { return on ? "on" : "off"; }
  std::string operator()(vfmgr::DriverDefault) const { return "the driver's choice"; }
  std::string operator()(const std::string& text) const {
    if (text == vfmgr::pci::kNoOverride) {
      return "unset";
    }
    return text.empty() ? "\"\"" : brief(text, kLongest);
  }
  std::string operator()(const std::vector<std::string>& list) const {
    std::string all;
    for (const std::string& one : list) {
      all += (all.empty() ? "" : ", ") + one;
    }
    return brief(all, kLongest);
  }
  std::string operator()(std::uint64_t number) const {
    const vfmgr::AttributeRow* const row = vfmgr::find_attribute(attribute);
    if (row != nullptr && row->type == vfmgr::Type::bytes) {
      return vfmgr::show(vfmgr::Bytes{number});
    }
    if (row != nullptr && row->type == vfmgr::Type::duration) {
      return vfmgr::show(vfmgr::Microseconds{number});
    }
    return std::to_string(number);
  }
};

/// "Intel" of "Intel Corporation", "AMD" of "Advanced Micro Devices, Inc. [AMD/ATI]".
std::string_view short_vendor(std::string_view vendor) {
  const std::size_t bracket = vendor.find('[');
  if (bracket != std::string_view::npos && vendor.ends_with(']')) {
    vendor = vendor.substr(bracket + 1, vendor.size() - bracket - 2);
    return vendor.substr(0, vendor.find('/'));
  }
  constexpr std::array<std::string_view, 8> kForms{
      " Corporation", " Corp.", " Corp", ", Inc.", " Inc.", ", Inc", " Ltd.", " Co."};
  for (const std::string_view form : kForms) {
    if (vendor.ends_with(form)) {
      vendor.remove_suffix(form.size());
    }
  }
  return vendor;
}

/// "Arc Pro B60" of "Battlemage G21 [Arc Pro B60]".
std::string_view short_model(std::string_view model) {
  const std::size_t bracket = model.rfind('[');
  return bracket != std::string_view::npos && model.ends_with(']')
             ? model.substr(bracket + 1, model.size() - bracket - 2)
             : model;
}

}  // namespace

std::string shown(std::string_view attribute, const vfmgr::Setting& value) {
  return std::visit(Shown{attribute}, value);
}

std::string range_of(const vfmgr::OfferView& offer) {
  if (offer.least && offer.most) {
    return fmt::format("{} to {}", shown(offer.name, *offer.least), shown(offer.name, *offer.most));
  }
  if (offer.least) {
    return fmt::format("at least {}", shown(offer.name, *offer.least));
  }
  if (offer.most) {
    return fmt::format("at most {}", shown(offer.name, *offer.most));
  }
  const vfmgr::AttributeRow* const row = vfmgr::find_attribute(offer.name);
  const bool is_number =
      row != nullptr && (row->type == vfmgr::Type::bytes || row->type == vfmgr::Type::duration ||
                         row->type == vfmgr::Type::count);
  return is_number ? "range unknown" : "";
}

std::string_view phase_of(const vfmgr::OfferView& offer) {
  if (!offer.before_vfs) {
    return "";
  }
  return *offer.before_vfs ? "before or with VFs" : "with VFs";
}

std::vector<std::string> attributes_of(std::span<const vfmgr::GpuView> gpus) {
  std::set<std::string> names;
  for (const vfmgr::GpuView& gpu : gpus) {
    for (const vfmgr::VfView& vf : gpu.vfs) {
      for (const auto& [name, value] : vf.attributes) {
        names.insert(name);
      }
    }
  }
  std::vector<std::string> ordered(names.begin(), names.end());
  std::ranges::stable_sort(ordered, {}, [](const std::string& name) {
    const vfmgr::AttributeRow* const row = vfmgr::find_attribute(name);
    return row == nullptr ? vfmgr::kAttributes.size() : static_cast<std::size_t>(row->key);
  });
  return ordered;
}

std::string name_of(const vfmgr::Gpu& gpu) {
  const std::string_view vendor = short_vendor(gpu.vendor);
  const std::string_view model = short_model(gpu.model);
  const std::string ids = fmt::format("{:04x}:{:04x}", gpu.vendor_id, gpu.device_id);
  if (model.empty()) {
    return vendor.empty() ? ids : plain(vendor) + " " + ids;
  }
  return vendor.empty() || model.starts_with(vendor) ? plain(model)
                                                     : plain(vendor) + " " + plain(model);
}

std::string vf_names(std::span<const vfmgr::VfIndex> vfs) {
  std::vector<unsigned> all;
  for (const vfmgr::VfIndex vf : vfs) {
    all.push_back(vf.index);
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  std::string names;
  for (std::size_t first = 0; first < all.size();) {
    std::size_t last = first;
    while (last + 1 < all.size() && all[last + 1] == all[last] + 1) {
      ++last;
    }
    const std::size_t length = last - first + 1;
    names += names.empty() ? "" : ", ";
    if (length > 2) {
      names += fmt::format("vf{} … vf{}", all[first], all[last]);
    } else if (length == 2) {
      names += fmt::format("vf{}, vf{}", all[first], all[last]);
    } else {
      names += fmt::format("vf{}", all[first]);
    }
    first = last + 1;
  }
  return names;
}

std::string function_name(const vfmgr::PciAddress& gpu, std::optional<vfmgr::VfIndex> vf) {
  return to_string(gpu) + (vf ? fmt::format(" vf{}", vf->index) : "");
}

std::string holder_name(const vfmgr::Holder& holder) {
  if (holder.vm) {
    return fmt::format("VM \"{}\"", plain(*holder.vm));
  }
  if (holder.container) {
    return fmt::format("container \"{}\"", plain(*holder.container));
  }
  if (holder.command) {
    return plain(*holder.command);
  }
  return holder.pid ? fmt::format("pid {}", *holder.pid) : plain(holder.node);
}

std::string holder_details(const vfmgr::Holder& holder) {
  std::vector<std::string> parts;
  if (holder.command && (holder.vm || holder.container)) {
    parts.push_back(plain(*holder.command));
  }
  if (holder.pid) {
    parts.push_back(fmt::format("pid {}", *holder.pid));
  }
  if (holder.age) {
    parts.push_back("since " + in_one_unit(*holder.age));
  }
  if (!holder.pid) {
    parts.emplace_back("is up");
  } else if (!holder.vm && !holder.container && !holder.node.empty()) {
    parts.push_back("has " + plain(holder.node) + " open");
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string in_one_unit(vfmgr::Milliseconds time) {
  struct Unit {
    std::chrono::seconds length;
    std::string_view name;
  };
  static constexpr std::array<Unit, 4> kUnits{{{std::chrono::days(1), "day"},
                                               {std::chrono::hours(1), "hour"},
                                               {std::chrono::minutes(1), "minute"},
                                               {std::chrono::seconds(1), "second"}}};
  for (const Unit& unit : kUnits) {
    if (const auto many = time / unit.length; many > 0) {
      return fmt::format("{} {}{}", many, unit.name, many == 1 ? "" : "s");
    }
  }
  return "now";
}

std::string took(std::uint64_t microseconds) {
  return microseconds < 1000 ? "less than 1 ms" : vfmgr::show(vfmgr::Microseconds{microseconds});
}

}  // namespace vgpuctl
