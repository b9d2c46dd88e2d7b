// SPDX-License-Identifier: Apache-2.0
#include "completion_scripts.hpp"

#include <string_view>

namespace vgpuctl {

namespace {

constexpr std::string_view kBash = R"(# SPDX-License-Identifier: Apache-2.0
# bash completion for vgpuctl, made by `vgpuctl completion bash`

_vgpuctl() {
  local left=${COMP_LINE:0:COMP_POINT} typed cut='' piece='' kind='' word at
  local -a words=()
  # Bash cuts words at : and =, too. What has no blank before it goes on with the word before; the
  # part of the last word that is cut off stands on the line already.
  for ((at = 0; at <= COMP_CWORD; at++)); do
    typed=${left#"${left%%[![:space:]]*}"}
    piece=${COMP_WORDS[at]}
    ((at < COMP_CWORD)) || piece=$typed
    if ((at == 0)) || [[ "$typed" != "$left" ]]; then
      words+=("$piece")
      cut=''
    else
      cut=${words[-1]}
      words[-1]+=$piece
    fi
    left=${typed#"$piece"}
  done
  [[ "$piece" == *[!:=]* ]] || cut=${words[-1]}

  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r word; do
      COMPREPLY+=("${word#"$cut"}")
    done
  } < <(command vgpuctl complete-words bash "${words[@]:1}" 2>/dev/null)
  # Readline's own completion of names of files, where no word fits.
  if [[ "$kind" == files ]]; then
    compopt -o default 2>/dev/null
  fi
}
complete -F _vgpuctl vgpuctl
)";

constexpr std::string_view kZsh = R"(#compdef vgpuctl
# SPDX-License-Identifier: Apache-2.0
# zsh completion for vgpuctl, made by `vgpuctl completion zsh`

_vgpuctl() {
  local kind line word
  local -a before lines candidates options
  before=("${(@Q)words[2,CURRENT-1]}")
  (( CURRENT > 2 )) || before=()
  lines=("${(@f)$(command vgpuctl complete-words zsh "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
  kind=$lines[1]
  shift lines
  # The value in --color=always: what stands before it is on the line already.
  if compset -P '--*='; then
    lines=("${(@)lines#--*=}")
  fi
  for line in "${lines[@]}"; do
    word=${${line%%$'\t'*}//\\/\\\\}
    word=${word//:/\\:}:${line#*$'\t'}
    if [[ $line == -* ]]; then
      options+=("$word")
    elif [[ -n $line ]]; then
      candidates+=("$word")
    fi
  done
  local -i offered=1
  (( $#options == 0 )) || { _describe -o option options && offered=0 }
  (( $#candidates == 0 )) || { _describe word candidates && offered=0 }
  [[ $kind != files ]] || { _files && offered=0 }
  return offered
}

if [[ $funcstack[1] == _vgpuctl ]]; then
  _vgpuctl "$@"
else
  compdef _vgpuctl vgpuctl
fi
)";

constexpr std::string_view kFish = R"(# SPDX-License-Identifier: Apache-2.0
# fish completion for vgpuctl, made by `vgpuctl completion fish`

function __vgpuctl_lines
    set -l before (commandline -opc)
    set -e before[1]
    set -l typed (commandline -ct)
    command -q vgpuctl
    and command vgpuctl complete-words fish $before "$typed" 2>/dev/null
end

function __vgpuctl_no_files
    set -l lines (__vgpuctl_lines)
    test "$lines[1]" != files
end

# Files where the program says so; fish itself knows them, behind --sim= and ~, too.
complete -c vgpuctl -f -n __vgpuctl_no_files
complete -c vgpuctl -a '(__vgpuctl_lines | tail -n +2)'
)";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  return shell == "bash" ? kBash : shell == "zsh" ? kZsh : shell == "fish" ? kFish : "";
}

}  // namespace vgpuctl
