// SPDX-License-Identifier: Apache-2.0
#include "core/init_toml.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/toml_text.hpp"
#include "core/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::size_t kWidth = 100;  // of a comment

/// Prose as a comment, in lines that can be read.
std::string prose(std::string_view indent, std::string_view text) {
  std::string out;
  std::string line;
  for (const std::string& word : words_of(toml_comment(text))) {
    if (!line.empty() && indent.size() + line.size() + 3 + word.size() > kWidth) {
      out += fmt::format("{}#{}\n", indent, line);
      line.clear();
    }
    line += " " + word;
  }
  return line.empty() ? out : out + fmt::format("{}#{}\n", indent, line);
}

/// "Intel Corporation Arc Pro B60 (8086:e211)".
std::string model_of(const Gpu& gpu) {
  return fmt::format("{}{}{}({:04x}:{:04x})",
                     gpu.vendor,
                     gpu.vendor.empty() || gpu.model.empty() ? "" : " ",
                     gpu.vendor.empty() && gpu.model.empty() ? "" : gpu.model + " ",
                     gpu.vendor_id,
                     gpu.device_id);
}

/// Something that may stand there on any host that has the attribute: no advice.
Setting example(const AttributeRow& row, const OfferView& offer) {
  constexpr std::uint64_t kSomeBytes = std::uint64_t{1} << 30U;
  constexpr std::uint64_t kSomeMicroseconds = 20'000;
  const auto inside = [&offer](std::uint64_t number) {
    const std::uint64_t at_least = std::max(number, offer.least.value_or(number));
    return std::min(at_least, offer.most.value_or(at_least));
  };
  switch (row.type) {
    case Type::bytes:
      return inside(kSomeBytes);
    case Type::duration:
      return inside(kSomeMicroseconds);
    case Type::count:
      return inside(0);
    case Type::boolean:
      return false;
    case Type::driver:
    case Type::layout:
      return std::string(split(row.words, ' ').front());
    default:
      return DriverDefault{};
  }
}

/// "; 1ms to 2s (source: sys:…)".
std::string range_with_source(const AttributeRow& row, const OfferView& offer) {
  const auto spelled = [&row](std::uint64_t number) {
    std::string text = toml_value(row.key, number);
    std::erase(text, '"');
    return text;
  };
  std::string range;
  if (offer.least && offer.most) {
    range = fmt::format("; {} to {}", spelled(*offer.least), spelled(*offer.most));
  } else if (offer.least) {
    range = "; at least " + spelled(*offer.least);
  } else if (offer.most) {
    range = "; at most " + spelled(*offer.most);
  }
  return offer.read_from.empty() ? range : fmt::format("{} (source: {})", range, offer.read_from);
}

/// Attributes of which two VFs can't have the same, so that they stand in the table of one.
bool is_of_one_vf(Key key) {
  return key == Key::uuid || key == Key::placement || key == Key::gpu_instance;
}

std::string possible(std::string_view indent, const AttributeRow& row, const OfferView& offer) {
  return prose(indent, std::string(row.doc) + range_with_source(row, offer)) +
         fmt::format("{}#{} = {}\n", indent, row.name, toml_value(row.key, example(row, offer)));
}

/// What else the GPU could be given, of the offers that `which` picks.
template <class Which>
std::string possibilities(std::string_view indent, const ProposedGpu& one, const Which& which) {
  std::string out;
  for (const OfferView& offer : one.gpu->offers) {
    const AttributeRow* const row = find_attribute(offer.name);
    if (row != nullptr && which(*row, offer)) {
      out += possible(indent, *row, offer);
    }
  }
  return out;
}

/// Keys and their values under each other.
class Lines {
 public:
  void add(std::string_view key, std::string value) {
    width_ = std::max(width_, key.size());
    lines_.emplace_back(key, std::move(value));
  }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& [key, value] : lines_) {
      out += fmt::format("{:<{}} = {}\n", key, width_, value);
    }
    return out;
  }

 private:
  std::size_t width_ = 0;
  std::vector<std::pair<std::string, std::string>> lines_;
};

std::string asked_for(const ProposedGpu& one) {
  const Gpu& gpu = one.gpu->gpu;
  Lines lines;
  lines.add(
      "match",
      fmt::format("{{ {} = {}{} }}  # {}",
                  one.name.key,
                  toml_string(one.name.value),
                  gpu.is_gpu_class() ? "" : fmt::format(", class = \"0x{:06x}\"", gpu.class_code),
                  one.name.why));
  lines.add("expect", "1");
  lines.add("vfs",
            gpu.total_vfs ? fmt::format("{}  # of {}", one.start.vfs, *gpu.total_vfs)
                          : std::to_string(one.start.vfs));
  for (const auto& [key, value] : one.start.values) {
    lines.add(row_of(key).name, toml_value(key, value));
  }
  return lines.text();
}

/// "Of one type fit: 1 of X-48Q, 2 of X-24Q." of the series that was chosen; empty: none was, or
/// there are vGPUs, beside which less fits than in their place.
std::string other_types(const ProposedGpu& one) {
  const auto chosen = one.start.values.find(Key::vgpu_type);
  const auto* const type =
      chosen == one.start.values.end() ? nullptr : std::get_if<std::string>(&chosen->second);
  if (type == nullptr || type->empty() || one.gpu->num_vfs > 0) {
    return {};
  }
  std::string all;
  for (const FitView& fit : one.gpu->fits) {
    if (!fit.value.empty() && fit.value.back() == type->back()) {
      all += fmt::format("{}{} of {}", all.empty() ? "" : ", ", fit.more, fit.value);
    }
  }
  return all.empty() ? all : "Of one type fit: " + all + ".";
}

std::string proposed(const ProposedGpu& one) {
  const Gpu& gpu = one.gpu->gpu;
  std::string out = "\n" + prose("", model_of(gpu) + ", today at " + to_string(gpu.address));
  if (!one.left_out.empty()) {
    return out + prose("", "It gets no table: " + one.left_out);
  }
  out += prose("", one.start.why) + prose("", other_types(one)) + "[[gpu]]\n" + asked_for(one);
  out += possibilities("", one, [&one](const AttributeRow& row, const OfferView& offer) {
    return !offer.pf && !is_of_one_vf(row.key) && !one.start.values.contains(row.key);
  });
  const std::string of_pf = possibilities(
      "  ", one, [](const AttributeRow& /*row*/, const OfferView& offer) { return offer.pf; });
  if (!of_pf.empty()) {
    out += "\n" + prose("  ", "For the GPU itself; the table's name is needed, too:") +
           "  #[gpu.pf]\n" + of_pf;
  }
  const std::string of_one =
      possibilities("  ", one, [](const AttributeRow& row, const OfferView& offer) {
        return !offer.pf && is_of_one_vf(row.key);
      });
  if (!of_one.empty()) {
    out += "\n" +
           prose("  ", "For one VF, above what is for all; name and index are needed, too:") +
           "  #[[gpu.vf]]\n  #index = 0\n" + of_one;
  }
  return out;
}

}  // namespace

std::string init_toml(std::span<const ProposedGpu> gpus, bool simulated) {
  std::string out = simulated ? "# For a simulated host.\n" : "";
  out +=
      "# What GPUs this host has, and what they can be cut up into. Lines that begin with # and a "
      "name\n"
      "# may be used: without the #. `vgpuctl plan FILE` shows what would be done. "
      "vgpuctl-profile(5)\n"
      "schema = 1\n";
  for (const ProposedGpu& one : gpus) {
    out += proposed(one);
  }
  return out;
}

}  // namespace vfmgr
