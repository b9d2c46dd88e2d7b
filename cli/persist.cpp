// SPDX-License-Identifier: Apache-2.0
#include "persist.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "given_profile.hpp"
#include "installed.hpp"
#include "output/line_diff.hpp"
#include "output/style.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::ProfileText;
using vfmgr::Result;
namespace fs = std::filesystem;

fs::path place_of(const Context& context) {
  return context.root() / "etc" / kProfileName;
}

/// The set as it will be with this profile in place.
Result<std::vector<ProfileText>> set_with(const Context& context, const GivenProfile& given) {
  return installed_profile(context.root(),
                           InPlaceOf{.name = "profile.toml", .text = given.texts.front()});
}

/// The text that is there; none: there is no file, or it is no file with text.
std::optional<std::string> text_there(const fs::path& place) {
  std::error_code failed;
  auto text =
      fs::is_regular_file(place, failed) ? read_file(place) : Result<std::string>(std::string());
  return text && !text->empty() ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace

Result<void> can_be_installed(const Context& context,
                              const std::string& file,
                              const GivenProfile& given) {
  TRY(const std::vector<ProfileText> set, set_with(context, given));
  auto whole = checked(context, set);
  if (!whole) {
    vfmgr::Error first = whole.error();
    first.also.insert(first.also.begin(),
                      {.kind = vfmgr::ErrorKind::invalid,
                       .subject = "--persist",
                       .value = file,
                       .why = "with the drop-ins that are installed it would be no profile",
                       .help = "mend or remove them, or apply it without --persist"});
    return vfmgr::fail(std::move(first));
  }
  return {};
}

Result<void> install_profile(Context& context, const GivenProfile& given) {
  const fs::path place = place_of(context);
  const std::string_view text = given.texts.front().text;
  const auto before = text_there(place);
  std::string told;
  if (before == text) {
    told = "It is the installed profile already: " + plain(place.string()) + "\n";
  } else {
    std::error_code failed;
    fs::create_directories(place.parent_path(), failed);  // what is wrong there the write tells
    if (before) {
      TRY_VOID(save_file(place.string() + ".old", *before));
      told = line_diff(*before, text, context.style());
    }
    TRY_VOID(save_file(place, text));
    told += "Installed as " + plain(place.string()) +
            (before ? "; the one before is kept as " + plain(place.string()) + ".old" : "") + ".\n";
  }
  TRY(const std::vector<ProfileText> set, set_with(context, given));
  for (std::size_t at = 1; at < set.size(); ++at) {
    told += "It counts with this drop-in, which was not applied now: " + plain(set[at].file) + "\n";
  }
  if (!context.globals().json && context.notes()) {
    context.tell(told);
  }
  return {};
}

}  // namespace vgpuctl
