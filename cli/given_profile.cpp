// SPDX-License-Identifier: Apache-2.0
#include "given_profile.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "installed.hpp"
#include "output/style.hpp"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vgpuctl {

using vfmgr::ProfileText;
using vfmgr::Result;

Result<GivenProfile> checked(const Context& context, std::vector<ProfileText> texts) {
  TRY(const std::vector<ProfileText> resources, installed_resources(context.root()));
  TRY(vfmgr::Profile profile, vfmgr::Profile::parse(texts, resources));
  return GivenProfile{.profile = std::move(profile), .texts = std::move(texts)};
}

Result<GivenProfile> given_profile(const Context& context, const std::string& name) {
  std::vector<ProfileText> texts;
  if (name.empty()) {
    TRY(texts, installed_profile(context.root()));
    if (texts.empty()) {
      return vfmgr::fail({.kind = vfmgr::ErrorKind::invalid,
                          .subject = "command line",
                          .why = "no profile is named, and none is installed",
                          .help = "name a FILE, or put one into place as " +
                                  (context.root() / "etc" / kProfileName).string() +
                                  "; `vgpuctl init` writes one"});
    }
  } else {
    TRY(std::string text, read_file(name));
    texts.push_back({.file = name, .text = std::move(text)});
  }
  return checked(context, std::move(texts));
}

void give_back_file(std::vector<std::string>& words, std::string& file) {
  std::error_code failed;
  if (file.empty() && !words.empty() &&
      (words.back() == "-" || std::filesystem::is_regular_file(words.back(), failed))) {
    file = std::move(words.back());
    words.pop_back();
  }
}

std::string as_argument(const std::string& file) {
  return file.empty() ? "" : " " + plain(file);
}

}  // namespace vgpuctl
