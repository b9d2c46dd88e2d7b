// SPDX-License-Identifier: Apache-2.0
#include "core/json_shown.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/json_null.hpp"
#include "core/utf8.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

Json id(std::uint16_t value) {
  return fmt::format("0x{:04x}", value);
}

using vfmgr::or_null;

Json or_null(const std::optional<std::string>& value) {
  return value ? shown_text(*value) : Json();
}

Json or_null(const std::optional<PciAddress>& value) {
  return value ? Json(to_string(*value)) : Json();
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : shown_text(text);
}

Json shown_attributes(const Attributes& attributes) {
  Json out = Json::object();
  for (const auto& [name, value] : attributes) {
    out[name] = shown_setting(value);
  }
  return out;
}

Json shown_vf(const VfView& vf) {
  Json holders = Json::array();
  for (const Holder& holder : vf.holders) {
    holders.push_back(shown_holder(holder));
  }
  return {{"index", vf.index.index},
          {"address", or_null(vf.address)},
          {"driver", or_null(vf.driver)},
          {"iommu_group", or_null(vf.iommu_group)},
          {"in_use", or_null(vf.in_use)},
          {"holders", std::move(holders)},
          {"attributes", shown_attributes(vf.attributes)}};
}

Json shown_sriov(const GpuView& view) {
  if (!view.gpu.total_vfs) {
    return nullptr;
  }
  return {{"total_vfs", *view.gpu.total_vfs},
          {"num_vfs", view.num_vfs},
          {"offset", or_null(view.vf_offset)},
          {"stride", or_null(view.vf_stride)},
          {"vf_device_id", text_or_null(view.vf_device_id)},
          {"drivers_autoprobe", or_null(view.drivers_autoprobe)}};
}

Json shown_offers(const std::vector<OfferView>& offers) {
  Json list = Json::array();
  for (const OfferView& offer : offers) {
    list.push_back({{"attribute", offer.name},
                    {"scope", offer.pf ? "pf" : "vf"},
                    {"least", or_null(offer.least)},
                    {"most", or_null(offer.most)},
                    {"read_from", shown_text(offer.read_from)}});
  }
  return list;
}

Json shown_fits(const std::vector<FitView>& fits) {
  Json list = Json::array();
  for (const FitView& fit : fits) {
    list.push_back(
        {{"attribute", fit.attribute}, {"value", shown_text(fit.value)}, {"more", fit.more}});
  }
  return list;
}

}  // namespace

Json shown_text(std::string_view bytes) {
  return to_utf8(bytes);
}

Json shown_setting(const Setting& setting) {
  return std::visit(
      [](const auto& value) -> Json {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, DriverDefault>) {
          return "default";
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
          return value == kInfinite.count() ? Json("infinite") : Json(value);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return shown_text(value);
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          Json list = Json::array();
          for (const std::string& one : value) {
            list.push_back(shown_text(one));
          }
          return list;
        } else {
          return value;
        }
      },
      setting);
}

Json shown_findings(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"what", shown_text(finding.what)}, {"help", text_or_null(finding.help)}});
  }
  return list;
}

Json shown_holder(const Holder& holder) {
  return {
      {"pid", or_null(holder.pid)},
      {"command", or_null(holder.command)},
      {"vm", or_null(holder.vm)},
      {"container", or_null(holder.container)},
      {"node", text_or_null(holder.node)},
      {"age_us",
       holder.age ? Json(std::chrono::duration_cast<Microseconds>(*holder.age).count()) : Json()}};
}

Json shown_gpu(const GpuView& view) {
  const Gpu& gpu = view.gpu;
  Json vfs = Json::array();
  for (const VfView& vf : view.vfs) {
    vfs.push_back(shown_vf(vf));
  }
  return {{"address", to_string(gpu.address)},
          {"vendor_id", id(gpu.vendor_id)},
          {"device_id", id(gpu.device_id)},
          {"subsystem_id",
           fmt::format("0x{:04x}:0x{:04x}", gpu.subsystem_vendor_id, gpu.subsystem_device_id)},
          {"class", fmt::format("0x{:06x}", gpu.class_code)},
          {"vendor", text_or_null(gpu.vendor)},
          {"model", text_or_null(gpu.model)},
          {"driver", or_null(gpu.driver)},
          {"backend", text_or_null(view.backend)},
          {"numa_node", or_null(gpu.numa_node)},
          {"iommu_group", or_null(gpu.iommu_group)},
          {"slot", or_null(gpu.slot)},
          {"serial", or_null(gpu.serial)},
          {"uuid", or_null(gpu.uuid)},
          {"vram_total", or_null(view.vram_total)},
          {"makes_vfs", view.makes_vfs},
          {"sriov", shown_sriov(view)},
          {"attributes", shown_attributes(view.attributes)},
          {"offers", shown_offers(view.offers)},
          {"fits", shown_fits(view.fits)},
          {"findings", shown_findings(view.findings)},
          {"vfs", std::move(vfs)}};
}

Json shown_fault(const Error& error) {
  Error alone = error;
  alone.also.clear();
  Json out{{"code", static_cast<int>(exit_code(alone))},
           {"kind", to_string(error.kind)},
           {"message", shown_text(to_string(alone))},
           {"subject", text_or_null(error.subject)},
           {"value", text_or_null(error.value)},
           {"why", shown_text(error.why)},
           {"help", text_or_null(error.help)},
           {"errno", error.os_error == 0 ? Json() : Json(error.os_error)}};
  const bool in_text = error.spot && error.spot->line != 0;  // line 0: the file as a whole
  out["file"] = error.spot ? shown_text(error.spot->file) : Json();
  out["line"] = in_text ? Json(error.spot->line) : Json();
  out["column"] = in_text ? Json(error.spot->column) : Json();
  out["length"] = in_text ? Json(error.spot->length) : Json();
  out["text"] = in_text ? shown_text(error.spot->text) : Json();
  return out;
}

Json shown_error(const Error& error) {
  Error alone = error;
  alone.also.clear();
  Json details = Json::array({shown_fault(alone)});
  for (const Error& other : error.also) {
    details.push_back(shown_fault(other));
  }
  return {{"code", static_cast<int>(exit_code(error))},
          {"kind", to_string(error.kind)},
          {"message", shown_text(to_string(alone))},
          {"details", std::move(details)}};
}

Json shown_left_over(const std::vector<LeftOver>& all) {
  Json list = Json::array();
  for (const LeftOver& one : all) {
    list.push_back({{"gpu", to_string(one.gpu)},
                    {"vf", one.vf ? Json(one.vf->index) : Json()},
                    {"attribute", shown_text(one.attribute)},
                    {"value", shown_setting(one.value)}});
  }
  return list;
}

Json shown_difference(const Difference& difference) {
  return {{"gpu", to_string(difference.gpu)},
          {"vf", difference.vf ? Json(difference.vf->index) : Json()},
          {"attribute", shown_text(difference.attribute)},
          {"expected", shown_setting(difference.expected)},
          {"actual", shown_setting(difference.actual)},
          {"cause", or_null(difference.cause)}};
}

}  // namespace vfmgr
