// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/plan.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "commands/run_options.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "given_profile.hpp"
#include "output/explain_text.hpp"
#include "output/style.hpp"

#include <memory>
#include <string>

namespace vgpuctl {

namespace {

struct PlanArguments {
  std::string file, out;
  bool detailed_exitcode = false;
  bool explain = false;
  RunArguments run;
};

vfmgr::Result<vfmgr::ExitCode> plan(Context& context, PlanArguments arguments) {
  arguments.run.give_back(arguments.file);
  TRY(vfmgr::RunOptions options, arguments.run.options(context));
  options.explain = arguments.explain;
  TRY(const GivenProfile given, given_profile(context, arguments.file));
  TRY(const vfmgr::Manager manager, context.manager());
  TRY(const vfmgr::Plan plan, manager.plan(given.profile, options));
  if (!arguments.out.empty()) {
    TRY_VOID(save_file(arguments.out, plan_to_json(plan)));
  }
  if (arguments.explain && !context.globals().json) {
    context.tell(explain_text(plan.explained, context.style()) + "\n");
  }
  const vfmgr::ExitCode code = print_plan(context, plan);
  if (!arguments.out.empty() && !context.globals().json && context.notes()) {
    context.tell("Saved: `" + context.program() + " apply --plan " + plain(arguments.out) +
                 "` applies exactly this.\n");
  }
  const bool differs = arguments.detailed_exitcode && plan.changes();
  return code == vfmgr::ExitCode::ok && differs ? vfmgr::ExitCode::differs : code;
}

}  // namespace

void add_plan(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("plan", "What apply would do, in order; changes nothing");
  const auto arguments = std::make_shared<PlanArguments>();
  command->add_option(
      "FILE", arguments->file, "The profile; - is standard input; left out: the installed one");
  command->add_option("--out", arguments->out, "Save the plan for apply --plan")
      ->type_name("PLAN.json");
  command->add_flag("--detailed-exitcode",
                    arguments->detailed_exitcode,
                    "Exit with 2 where there is something to do");
  command->add_flag("--explain",
                    arguments->explain,
                    "Say of each value in which layer and line of the profile it stands");
  arguments->run.add_only(*command);
  arguments->run.add_allow_missing(*command);
  arguments->run.add_adopt(*command);
  arguments->run.add_users(*command);
  arguments->run.add_dangers(*command);
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return plan(context, *arguments); };
  });
}

}  // namespace vgpuctl
