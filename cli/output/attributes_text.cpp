// SPDX-License-Identifier: Apache-2.0
#include "output/attributes_text.hpp"

#include "core/attributes.hpp"
#include "output/meanings.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

constexpr std::size_t kColumn = 20;

std::string looks_like(const vfmgr::AttributeRow& row) {
  switch (row.type) {
    case vfmgr::Type::text:
      return "text";
    case vfmgr::Type::bytes:
      return R"(a size: "4GiB", "512MiB")";
    case vfmgr::Type::duration:
      return R"(a time: "500us", "20ms", "infinite")";
    case vfmgr::Type::count:
      return "a number";
    case vfmgr::Type::boolean:
      return "true or false";
    case vfmgr::Type::name:
      return "a name, or a number that is its id";
    case vfmgr::Type::driver:
      return "a driver's name, or " + either(row);
    case vfmgr::Type::word:
      return either(row);
    case vfmgr::Type::words:
      return "a list of " + either(row);
    case vfmgr::Type::layout:
      return R"("off", a list of names, or a table of names and how many)";
  }
  return "";
}

std::string_view whose(const vfmgr::AttributeRow& row) {
  const bool vf = (row.scope & vfmgr::kScopeVf) != 0;
  const bool gpu = (row.scope & vfmgr::kScopePf) != 0;
  return vf && gpu ? "of VFs and of the GPU" : vf ? "of VFs" : "of the GPU";
}

}  // namespace

std::string attributes_text(std::span<const vfmgr::AttributeRow> rows) {
  std::vector<Meaning> meanings;
  for (const vfmgr::AttributeRow& row : rows) {
    meanings.push_back(
        {.name = std::string(row.name),
         .means = looks_like(row) + "; " + std::string(whose(row)) + "\n" + std::string(row.doc)});
  }
  return "What a profile may give GPUs and their VFs. Which of these a GPU has, and in\n"
         "which range:  vgpuctl show GPU\n\n" +
         meanings_text(meanings, kColumn) +
         "\n\"default\" gives any of them back to the driver. See vgpuctl-profile(5).\n";
}

}  // namespace vgpuctl
