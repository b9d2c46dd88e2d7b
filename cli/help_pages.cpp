// SPDX-License-Identifier: Apache-2.0
#include "help_pages.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vgpuctl {

namespace {

constexpr std::array kPages{
    HelpPage{.command = "list",
             .more = "Reads only, and works without root. Below the GPUs it says what keeps one "
                     "from being cut up.",
             .examples = "vgpuctl list\n"
                         "vgpuctl list --vfs",
             .codes = "0 also where there is no GPU"},
    HelpPage{.command = "show",
             .more = "Attributes with their ranges, what still fits, driver, NUMA node, and who "
                     "uses each VF. Reads only; who can't be seen from here is unknown, never "
                     "nobody.",
             .examples = "vgpuctl show\n"
                         "vgpuctl show 0000:03:00.0 --map",
             .codes = "5 no such GPU here, or several of that model"},
    HelpPage{.command = "check",
             .more = "Reads only, and says what apply would touch. A VF that a VM has is lent to "
                     "it: that is no difference.",
             .examples = "vgpuctl check lab.toml",
             .codes = "0 the host is as the profile says\n"
                      "2 it differs, or something is missing\n"
                      "10 something that the profile names could not be read"},
    HelpPage{.command = "registers",
             .more = "Its header, SR-IOV and the other capabilities that matter for VFs, and what "
                     "vendors keep there, register by register; then registers behind its BARs "
                     "that may be read, where the kernel lets them be mapped. Only root is given "
                     "more than the header. Reads only; what was not read, or reads all ones, is "
                     "said to be so.",
             .examples = "vgpuctl registers 0000:03:00.0\n"
                         "vgpuctl registers 0000:03:00.0 --json",
             .codes = "5 no such GPU here, or it is a VF\n"
                      "10 its configuration space can't be read"},
    HelpPage{.command = "export",
             .more =
                 "Prints TOML, and JSON with --json. What the driver chose by itself stands in the "
                 "TOML as comments. Reads only.",
             .examples = "vgpuctl export > now.toml",
             .codes = "5 no such GPU here, or several of that model"},
    HelpPage{.command = "init",
             .more =
                 "A table for each GPU, matched by what stays with it longest, with what it could "
                 "be given besides as comments. It was planned on this host before it is "
                 "printed. Writes nothing.",
             .examples = "vgpuctl init > lab.toml\n"
                         "vgpuctl init 0000:03:00.0 --vfs 4",
             .codes = "5 no GPU makes VFs, or what is wished does not fit"},
    HelpPage{.command = "schema",
             .more = "With the JSON Schema an editor completes and checks profiles. Reads only.",
             .examples = "vgpuctl schema > profile.json\n"
                         "vgpuctl schema --gpu 0000:03:00.0",
             .codes = "5 no such GPU here"},
    HelpPage{.command = "validate",
             .more = "Several files are one profile, in their order; without FILE it is the "
                     "installed one. Looks at no hardware.",
             .examples = "vgpuctl validate lab.toml\n"
                         "vgpuctl validate --as profile.toml.d/60-lab.toml lab.toml",
             .codes = "0 nothing is wrong with it by itself\n"
                      "4 each fault is shown at its place"},
    HelpPage{.command = "plan",
             .more = "Each write with its reason, whom it would hit, and what would be lost. Takes "
                     "no lock and changes nothing.",
             .examples = "vgpuctl plan lab.toml\n"
                         "vgpuctl plan lab.toml --explain\n"
                         "vgpuctl plan lab.toml --out plan.json",
             .codes = "2 with --detailed-exitcode: there is something to do\n"
                      "3 apply would be refused: somebody uses what would go\n"
                      "4 the profile is wrong on any host\n"
                      "5 the profile is wrong on this host"},
    HelpPage{.command = "apply",
             .more = "Writes only what differs and reads it back. Never takes a VF from under its "
                     "user unless --allow-in-use names it; when a write fails, what was begun is "
                     "taken back.",
             .examples = "vgpuctl apply lab.toml\n"
                         "vgpuctl apply lab.toml --persist\n"
                         "vgpuctl apply lab.toml --confirm-within 5min",
             .codes = "0 applied and verified, or nothing to do\n"
                      "1 failed; the host is as it was before\n"
                      "3 refused: somebody uses what would go\n"
                      "9 could not be taken back: vgpuctl recover is next"},
    HelpPage{.command = "confirm",
             .more = "Says which runs these are. Writes nothing to any GPU.",
             .examples = "vgpuctl confirm",
             .codes = "0 kept, or there was nothing to keep\n"
                      "8 too late: it was taken back already"},
    HelpPage{.command = "teardown",
             .more = "In the right order, on the GPUs named or on --all. Never removes a VF that "
                     "somebody uses unless --allow-in-use names it.",
             .examples = "vgpuctl teardown 0000:03:00.0\n"
                         "vgpuctl teardown --all --save before.toml",
             .codes = "3 refused: somebody uses what would go, or others made it\n"
                      "6 some GPUs reached their state, others did not"},
    HelpPage{.command = "history",
             .more = "The last twenty runs, oldest first. Only who may change something can read "
                     "them.",
             .examples = "vgpuctl history",
             .codes = "10 not permitted"},
    HelpPage{.command = "undo",
             .more = "Each GPU of the run goes to the state that was recorded before it; done "
                     "again, it goes back one run more. Where a GPU is not as the run left it "
                     "nothing is touched.",
             .examples = "vgpuctl undo --dry-run\n"
                         "vgpuctl undo",
             .codes = "3 refused: somebody uses what would go\n"
                      "8 the host moved since"},
    HelpPage{.command = "recover",
             .more = "Where that run had ended it is reported as applied. Waits for a write that "
                     "is still in the kernel. Never goes forward by itself.",
             .examples = "vgpuctl recover --lock-timeout 1min",
             .codes = "0 taken back, or nothing was left\n"
                      "7 another run is at work\n"
                      "9 something still can't be taken back"},
    HelpPage{.command = "sim",
             .more = "A host file is a whole machine as text; --sim FILE works on it as on this "
                     "one. No sim command touches this machine's GPUs.",
             .examples = "vgpuctl sim create lab.vfhost --gpu intel-b60 --gpu nvidia-l40s\n"
                         "vgpuctl --sim lab.vfhost list",
             .codes = ""},
    HelpPage{.command = "sim create",
             .more = "Of models each GPU is behind a bridge of its own; of what lspci printed each "
                     "function is where it was, with its own registers, and has no VFs yet. Never "
                     "overwrites a file.",
             .examples = "vgpuctl sim create two.vfhost --gpu intel-b60,2\n"
                         "vgpuctl sim create real.vfhost --from-lspci dump.txt",
             .codes = "4 the file is there already, there is no such model, or the dump is wrong"},
    HelpPage{.command = "sim models",
             .more = "With how many of a model's numbers rest on a source; -v says why the others "
                     "do not.",
             .examples = "vgpuctl sim models -v",
             .codes = ""},
    HelpPage{.command = "sim fault",
             .more = "Once, at the write of that turn. A place is a namespace and a path, as plan "
                     "--json has it under place.",
             .examples = "vgpuctl sim fault lab.vfhost "
                         "sys:bus/pci/devices/0000:03:00.0/sriov_numvfs \\\n    --errno EBUSY",
             .codes = "4 no such place or errno"},
    HelpPage{.command = "sim hold",
             .more = "Then that VF is in use, and what would take it away is refused. The VF is on "
                     "a vfio driver, has a vGPU, or has a mediated device.",
             .examples = "vgpuctl sim hold lab.vfhost 0000:03:00.0/0 --vm web-2",
             .codes = "3 somebody has it already\n"
                      "5 no such VF, or nothing to hold it by"},
    HelpPage{.command = "sim release",
             .more = "What waited for that goes on.",
             .examples = "vgpuctl sim release lab.vfhost 0000:03:00.0/0",
             .codes = "5 nobody holds it"},
    HelpPage{.command = "sim dump",
             .more = "Every place with its bytes or errno, sorted. Reads only.",
             .examples = "vgpuctl sim dump lab.vfhost",
             .codes = ""},
    HelpPage{.command = "sim fold",
             .more = "The file gets smaller; the host stays as it is.",
             .examples = "vgpuctl sim fold lab.vfhost",
             .codes = ""},
    HelpPage{.command = "help",
             .more = "Of a command the same as its --help. `help attributes` prints what a profile "
                     "may give GPUs and VFs: names, values, and what they mean.",
             .examples = "vgpuctl help sim create\n"
                         "vgpuctl help attributes",
             .codes = "4 there is no such command"},
    HelpPage{.command = "completion",
             .more = "The script asks vgpuctl itself what may follow, so it never gets old, and "
                     "knows this host's GPUs and VFs. Asking reads only and takes no lock.",
             .examples = "source <(vgpuctl completion bash)\n"
                         "vgpuctl completion fish | source",
             .codes = ""},
};

}  // namespace

const HelpPage* help_page(std::string_view command) {
  const auto* const page = std::ranges::find(kPages, command, &HelpPage::command);
  return page == kPages.end() ? nullptr : page;
}

}  // namespace vgpuctl
