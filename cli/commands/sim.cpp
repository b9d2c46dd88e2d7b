// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "completion_host.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "output/json.hpp"
#include "output/sim_text.hpp"
#include "output/style.hpp"
#include "sim/tools.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::ExitCode;
using vfmgr::Result;

/// SimArguments of any of them.
struct SimArguments {
  std::string file, dump, vf, place, os_error, stop, vm = "lab";
  std::vector<std::string> gpus;
  std::uint32_t turn = 1;
  bool half = false;
  int pid = 4711;
};

void say_done(Context& context,
              const SimArguments& arguments,
              std::string_view done,
              std::string_view text) {
  if (context.globals().json) {
    context.print(done_to_json(arguments.file, done));
  } else if (context.notes()) {
    context.tell(fmt::format("{}\n", text));
  }
}

/// "MODEL" or "MODEL,N".
Result<vfmgr::sim::ModelCount> model_count(const std::string& text) {
  const std::size_t comma = text.find(',');
  vfmgr::sim::ModelCount wanted{.model = text.substr(0, comma)};
  if (comma != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + comma + 1, end, wanted.count);
    if (error != std::errc{} || stop != end || wanted.count == 0) {
      return vfmgr::fail({.kind = vfmgr::ErrorKind::invalid,
                          .subject = "--gpu",
                          .value = text,
                          .why = "not a model and how many of it",
                          .help = "write --gpu MODEL or --gpu MODEL,2"});
    }
  }
  return wanted;
}

Result<ExitCode> create_from_lspci(Context& context, const SimArguments& arguments) {
  TRY(std::string text, read_file(arguments.dump));
  TRY(const vfmgr::sim::MadeFromDump made,
      vfmgr::sim::create_host_from_lspci(arguments.file, arguments.dump, std::move(text)));
  say_done(context,
           arguments,
           "create",
           made_from_dump_text(arguments.file, made, context.style().width));
  return ExitCode::ok;
}

Result<ExitCode> create(Context& context, const SimArguments& arguments) {
  if (!arguments.dump.empty()) {
    return create_from_lspci(context, arguments);
  }
  if (arguments.gpus.empty()) {
    return vfmgr::fail({.kind = vfmgr::ErrorKind::syntax,
                        .subject = "command line",
                        .why = "what shall the host be made of?",
                        .help = "--gpu MODEL, or --from-lspci DUMP"});
  }
  std::vector<vfmgr::sim::ModelCount> gpus;
  std::size_t count = 0;
  for (const std::string& text : arguments.gpus) {
    TRY(const vfmgr::sim::ModelCount wanted, model_count(text));
    count += wanted.count;
    gpus.push_back(wanted);
  }
  TRY_VOID(vfmgr::sim::create_host(arguments.file, gpus));
  say_done(context,
           arguments,
           "create",
           "Made " + plain(arguments.file) + ", a host with " + counted(count, "GPU") +
               ". Look at it:  vgpuctl --sim " + plain(arguments.file) + " list");
  return ExitCode::ok;
}

Result<ExitCode> models(Context& context, const SimArguments& /*arguments*/) {
  TRY(const std::vector<vfmgr::sim::ModelInfo> all, vfmgr::sim::list_models());
  if (context.globals().json) {
    context.print(models_to_json(all));
  } else {
    context.tell(models_text(all, context.style(), context.globals().verbose > 0));
  }
  return ExitCode::ok;
}

Result<ExitCode> fault(Context& context, const SimArguments& arguments) {
  vfmgr::sim::Fault fault{.turn = arguments.turn, .half = arguments.half};
  TRY(fault.place, vfmgr::parse_place(arguments.place));
  if (!arguments.os_error.empty()) {
    TRY(fault.os_error, vfmgr::sim::parse_errno(arguments.os_error));
  }
  if (!arguments.stop.empty()) {
    fault.stop = arguments.stop == "before" ? vfmgr::sim::Stop::before : vfmgr::sim::Stop::after;
  }
  TRY_VOID(vfmgr::sim::arm_fault(arguments.file, fault));
  const std::string turn = std::to_string(arguments.turn);
  say_done(context,
           arguments,
           "fault",
           "Armed: write " + turn + " from now on to " + to_string(fault.place) +
               (fault.os_error == 0 ? "" : " fails with " + plain(arguments.os_error)) +
               (fault.half ? ", and half of it happens" : "") +
               (fault.stop == vfmgr::sim::Stop::none
                    ? ""
                    : " stops its process " + arguments.stop + " it is done") +
               ".");
  return ExitCode::ok;
}

Result<ExitCode> hold(Context& context, const SimArguments& arguments) {
  TRY_VOID(vfmgr::sim::hold_vf(arguments.file, arguments.vf, arguments.pid, arguments.vm));
  say_done(context,
           arguments,
           "hold",
           "VM \"" + plain(arguments.vm) + "\" holds " + plain(arguments.vf) + ".");
  return ExitCode::ok;
}

Result<ExitCode> release(Context& context, const SimArguments& arguments) {
  TRY_VOID(vfmgr::sim::release_vf(arguments.file, arguments.vf));
  say_done(context, arguments, "release", "Nobody holds " + plain(arguments.vf) + " now.");
  return ExitCode::ok;
}

Result<ExitCode> dump(Context& context, const SimArguments& arguments) {
  TRY(const std::string text, vfmgr::sim::dump(arguments.file));
  context.print(context.globals().json ? dump_to_json(text) : text);
  return ExitCode::ok;
}

Result<ExitCode> fold(Context& context, const SimArguments& arguments) {
  TRY_VOID(vfmgr::sim::fold(arguments.file));
  say_done(context, arguments, "fold", "Folded the log of " + plain(arguments.file) + " into it.");
  return ExitCode::ok;
}

using Function = Result<ExitCode> (*)(Context&, const SimArguments&);

/// One `sim` command; all but `models` are about a host file.
CLI::App* add(CLI::App& sim,
              Action& chosen,
              const std::shared_ptr<SimArguments>& arguments,
              const char* name,
              const char* what,
              Function function) {
  auto* const command = sim.add_subcommand(name, what);
  if (function != &models) {
    command->add_option("FILE", arguments->file, "The host file")
        ->type_name(std::string(kHostFile))
        ->required();
  }
  command->callback([&chosen, arguments, function] {
    chosen = [arguments, function](Context& context) { return function(context, *arguments); };
  });
  return command;
}

}  // namespace

void add_sim(CLI::App& app, Action& chosen) {
  auto* const sim = app.add_subcommand("sim", "Makes simulated hosts, and makes them fail");
  sim->require_subcommand(1);
  const auto arguments = std::make_shared<SimArguments>();
  auto* const creates =
      add(*sim, chosen, arguments, "create", "A new host file with these GPUs", &create);
  auto* const gpus =
      creates->add_option("--gpu", arguments->gpus, "A model, and how many of it; may be repeated")
          ->type_name("MODEL[,N]")
          ->expected(1)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  creates
      ->add_option("--from-lspci",
                   arguments->dump,
                   "What `lspci -Dvvvxxxx` printed on a real one; - is standard input")
      ->type_name("FILE")
      ->excludes(gpus);
  add(*sim, chosen, arguments, "models", "What a host can be made of", &models);

  auto* const faults =
      add(*sim, chosen, arguments, "fault", "Lets a write to a place fail or stop", &fault);
  faults->add_option("PLACE", arguments->place, "NAMESPACE:PATH, as plan --json names it")
      ->required();
  faults
      ->add_option("--turn", arguments->turn, "Which write to it from now on; the first without it")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  auto* const os_error =
      faults->add_option("--errno", arguments->os_error, "What it fails with, e.g. EBUSY")
          ->type_name("ERRNO");
  faults->add_flag("--half", arguments->half, "Half of it happens all the same")->needs(os_error);
  faults->add_option("--stop", arguments->stop, "Stop the process there: before or after the write")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"before", "after"}))
      ->excludes(os_error);

  auto* const holds = add(*sim, chosen, arguments, "hold", "A VM takes a VF", &hold);
  holds->add_option("VF", arguments->vf, "Its address, or GPU/N")->required();
  holds->add_option("--pid", arguments->pid, "The VM's process; 4711 without it")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  holds->add_option("--vm", arguments->vm, "The VM's name; lab without it")->type_name("NAME");
  add(*sim, chosen, arguments, "release", "The VM lets a VF go", &release)
      ->add_option("VF", arguments->vf, "Its address, or GPU/N")
      ->required();
  add(*sim, chosen, arguments, "dump", "The canonical state: equal hosts print the same", &dump);
  add(*sim, chosen, arguments, "fold", "Takes the log into the base: nobody notices", &fold);
}

}  // namespace vgpuctl
