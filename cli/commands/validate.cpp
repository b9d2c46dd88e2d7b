// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "given_profile.hpp"
#include "installed.hpp"
#include "output/json.hpp"
#include "output/style.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::ExitCode;
using vfmgr::ProfileText;
using vfmgr::Result;

struct ValidateArguments {
  std::vector<std::string> files;
  std::string as;
};

/// Whether a name is that of a file of the installed set.
Result<void> check_name(const ValidateArguments& arguments) {
  const std::filesystem::path name = arguments.as;
  const bool is_main = name == "profile.toml";
  const bool is_drop_in = name.parent_path() == "profile.toml.d" && name.extension() == ".toml";
  if (!is_main && !is_drop_in) {
    return vfmgr::fail({.kind = vfmgr::ErrorKind::invalid,
                        .subject = "--as",
                        .value = arguments.as,
                        .why = "not the name of a file of the installed profile",
                        .help = "profile.toml or profile.toml.d/NAME.toml"});
  }
  if (arguments.files.size() != 1) {
    return vfmgr::fail(
        {.kind = vfmgr::ErrorKind::invalid,
         .subject = "--as",
         .value = arguments.as,
         .why = "one FILE stands in its place, and not " + std::to_string(arguments.files.size()),
         .help = "name the file that is to be looked at as if it stood there"});
  }
  return {};
}

Result<std::vector<ProfileText>> texts_of(const Context& context,
                                          const ValidateArguments& arguments) {
  std::vector<ProfileText> texts;
  for (const std::string& name : arguments.files) {
    TRY(std::string text, read_file(name));
    texts.push_back({.file = name, .text = std::move(text)});
  }
  if (!arguments.as.empty()) {
    TRY_VOID(check_name(arguments));
    return installed_profile(context.root(),
                             InPlaceOf{.name = arguments.as, .text = std::move(texts.front())});
  }
  return arguments.files.empty() ? installed_profile(context.root()) : std::move(texts);
}

std::string valid_text(const GivenProfile& given) {
  if (given.texts.empty()) {
    return "No profile is installed; nothing is asked for.\n";
  }
  std::string text = "Valid: ";
  for (const ProfileText& one : given.texts) {
    text += (&one == given.texts.data() ? "" : ", ") +
            (one.file == "-" ? "standard input" : plain(one.file));
  }
  return text + " (" + counted(given.profile.tables(), "table") + " of GPUs)\n";
}

Result<ExitCode> validate(Context& context, const ValidateArguments& arguments) {
  TRY(std::vector<ProfileText> texts, texts_of(context, arguments));
  TRY(const GivenProfile given, checked(context, std::move(texts)));
  if (context.globals().json) {
    context.print(
        valid_to_json(given.texts, given.profile.tables(), !context.globals().sim.empty()));
  } else {
    context.tell(valid_text(given));
  }
  return ExitCode::ok;
}

}  // namespace

void add_validate(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("validate", "Checks profiles by themselves, without any hardware");
  const auto arguments = std::make_shared<ValidateArguments>();
  command->add_option(
      "FILE", arguments->files, "Files of one profile; left out: the installed one");
  command
      ->add_option("--as",
                   arguments->as,
                   "Look at FILE as if it stood there in the installed profile: profile.toml, "
                   "profile.toml.d/60-x.toml")
      ->type_name("NAME");
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return validate(context, *arguments); };
  });
}

}  // namespace vgpuctl
